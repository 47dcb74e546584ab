"""What people agree to, and what they ask about their own data."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.services import record
from core.jobs import enqueue
from people import emails
from people.errors import PeopleError
from people.models import Account, Consent, DataRequest, Erasure, Person
from people.permissions import can_answer_data_request
from people.privacy import PURPOSES, Purpose, voluntary
from people.services.erasure import erase_person
from people.services.persons import correct_names


@dataclass(frozen=True)
class Standing:
    """Where a person stands with a purpose: the last answer, if there is one, and whether the words have changed."""

    purpose: Purpose
    answer: Consent | None

    @property
    def given(self) -> bool:
        """Whether the person agrees: what was agreed to in other words holds no longer."""
        return self.answer is not None and self.answer.given and not self.outdated

    @property
    def outdated(self) -> bool:
        """Whether the words have changed since the answer, so that it is asked again."""
        return self.answer is not None and self.answer.version != self.purpose.version


@transaction.atomic
def record_consent(
    *,
    person: Person,
    purpose: str,
    given: bool = True,
    way: str = Consent.Way.PAGE,
    actor: Account | None = None,
) -> Consent:
    """Record whether a person agrees to a purpose in its present words. The same answer again adds nothing.

    Raises PeopleError for a purpose that does not exist or is not a matter of choice.
    """
    known = PURPOSES.get(purpose)
    if known is None or known.needed:
        raise PeopleError(_("This is not a matter of choice."))
    Person.objects.select_for_update().get(pk=person.pk)
    last = Consent.objects.filter(person=person, purpose=purpose).order_by("at", "pk").last()
    if last is not None and (last.version, last.given) == (known.version, given):
        return last
    language = (get_language() or person.language)[:2]
    consent = Consent.objects.create(
        person=person, purpose=purpose, version=known.version, given=given, language=language, way=way,
        at=timezone.now(), recorded_by=actor,
    )  # fmt: skip
    record(
        "people.consent_given" if given else "people.consent_withdrawn",
        obj=consent,
        actor=actor,
        subject=person,
        after={"purpose": purpose, "version": known.version},
    )
    return consent


def withdraw_consent(*, person: Person, purpose: str, actor: Account | None = None) -> Consent:
    """Record that a person does not agree (any more); as easy as agreeing."""
    return record_consent(person=person, purpose=purpose, given=False, actor=actor)


def consents_of(person: Person) -> list[Standing]:
    """Return where a person stands with each purpose that is a matter of choice, with one query."""
    answers = {each.purpose: each for each in Consent.objects.filter(person=person).order_by("at", "pk")}
    return [Standing(purpose, answers.get(purpose.key)) for purpose in voluntary()]


def who_declined(purpose: str) -> QuerySet[Any]:
    """Return the keys of people (as a subquery) who answered and do not agree to a purpose in its present words."""
    answers = Consent.objects.that_hold(purpose)
    return answers.exclude(given=True, version=PURPOSES[purpose].version).order_by().values("person")


@transaction.atomic
def ask_about_data(*, person: Person, kind: str, text: str = "", actor: Account | None = None) -> DataRequest:
    """Ask for own data to be corrected or erased. Raises PeopleError while such a request waits."""
    if kind == DataRequest.Kind.CORRECTION and not text.strip():
        raise PeopleError(_("Write what is wrong and how it should be."))
    try:
        with transaction.atomic():
            asked = DataRequest.objects.create(person=person, kind=kind, text=text.strip(), asked_at=timezone.now())
    except IntegrityError:
        raise PeopleError(_("You have asked already. The answer will stand on this page.")) from None
    record("people.data_request_made", obj=asked, actor=actor, subject=person, after={"kind": kind})
    return asked


@transaction.atomic
def withdraw_data_request(*, request: DataRequest, actor: Account | None = None) -> DataRequest:
    """Take an own request back. Raises PeopleError once it was answered."""
    locked = _waiting(request)
    _close(locked, DataRequest.State.WITHDRAWN, actor, "")
    record("people.data_request_withdrawn", obj=locked, actor=actor, subject=locked.person)
    return locked


@transaction.atomic
def correct_data(*, request: DataRequest, actor: Account, answer: str = "", **names: str) -> DataRequest:
    """Answer a request for correction by writing the names anew (or, without names, by what was done elsewhere).

    Raises PeopleError for somebody who may not, and once it was answered.
    """
    locked = _waiting(request)
    _check(locked, actor, DataRequest.Kind.CORRECTION)
    if names:
        correct_names(person=locked.person, actor=actor, **names)
    return _answer(locked, DataRequest.State.DONE, actor, answer)


@transaction.atomic
def refuse_data_request(*, request: DataRequest, actor: Account, answer: str) -> DataRequest:
    """Answer a request by saying why not.

    Raises PeopleError without a reason, for somebody who may not, and once it was answered.
    """
    if not answer.strip():
        raise PeopleError(_("Say why: the person reads it."))
    locked = _waiting(request)
    _check(locked, actor, locked.kind)
    return _answer(locked, DataRequest.State.REFUSED, actor, answer)


@transaction.atomic
def grant_erasure(*, request: DataRequest, actor: Account) -> Erasure:
    """Answer a request for erasure by erasing, and tell the person so at the address that is forgotten with it.

    Raises PeopleError for somebody who may not, once it was answered, and whatever stands against the erasure.
    """
    locked = _waiting(request)
    _check(locked, actor, DataRequest.Kind.ERASURE)
    address, language = locked.person.email, locked.person.language
    _close(locked, DataRequest.State.DONE, actor, "")
    record("people.data_request_answered", obj=locked, actor=actor, subject=locked.person, after={"state": "done"})
    if address:
        enqueue("people.tasks.tell_erased", address, language)
    return erase_person(person=locked.person, ground=Erasure.Ground.ASKED, actor=actor)


def answer_by(request: DataRequest) -> Any:
    """Return the day by which a request has to be answered."""
    return timezone.localdate(request.asked_at) + timedelta(days=DataRequest.DAYS_TO_ANSWER)


def _waiting(request: DataRequest) -> DataRequest:
    locked = DataRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=request.pk)
    if locked.state != DataRequest.State.WAITING:
        raise PeopleError(_("This request was answered already."))
    return locked


def _check(request: DataRequest, actor: Account, kind: str) -> None:
    if request.kind != kind or not can_answer_data_request(actor, request):
        raise PeopleError(_("This request is for somebody else to answer."))


def _answer(request: DataRequest, state: str, actor: Account, answer: str) -> DataRequest:
    _close(request, state, actor, answer.strip())
    record("people.data_request_answered", obj=request, actor=actor, subject=request.person, after={"state": state})
    emails.data_request_answered(request)
    return request


def _close(request: DataRequest, state: str, actor: Account | None, answer: str) -> None:
    request.state, request.answered_by, request.answered_at, request.answer = state, actor, timezone.now(), answer
    request.save(update_fields=["state", "answered_by", "answered_at", "answer"])
