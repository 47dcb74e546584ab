"""Evaluation: forms, waves, who is asked, and answers that nobody can put together with a person.

What an answer leaves behind names nobody and no moment: no event, no message, and in the database the invitations of a
wave are written together, so that not even the numbers of transactions tell whose answer came with which.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.services import record
from core.jobs import for_each
from library.services import note_translations
from people.models import Account
from workshops.errors import WorkshopError
from workshops.models import (
    AttendanceRecord,
    EvaluationAnswer,
    EvaluationForm,
    EvaluationInvitation,
    EvaluationQuestion,
    EvaluationResponse,
    Registration,
    Wave,
    Workshop,
)
from workshops.services.completion import complete_workshop
from workshops.services.messages import plan_messages
from workshops.services.registrations import lock_workshop
from workshops.surveys import ENOUGH, OPEN_FOR, OPENS_AFTER, is_shortened, tidy, wave_days

_LANGUAGES = [code for code, _label in settings.LANGUAGES]
# Workshops that took place or will.
_HELD = {
    Workshop.Status.PUBLISHED,
    Workshop.Status.RUNNING,
    Workshop.Status.ENDED,
    Workshop.Status.RECONCILED,
    Workshop.Status.CLOSED,
}


@dataclass(frozen=True)
class Given:
    """What somebody said to a question: a number, codes of options, or words."""

    number: int | None = None
    codes: tuple[str, ...] = ()
    text: str = ""

    @property
    def says_nothing(self) -> bool:
        return self.number is None and not self.codes and not self.text


@transaction.atomic
def save_evaluation_form(
    *, code: str, kind: str, title: Mapping[str, str], questions: Sequence[Mapping[str, Any]], current: bool = True
) -> EvaluationForm:
    """Make a form, or change one that nobody has answered; a `current` one is taken by the waves planned from now on.

    A question is {"code", "kind", "text": {"en", "ru", "be"}}, a scale with "lowest" and "highest" and every kind with
    "options". Raises WorkshopError for a question that lacks something, and for another form under a code answered.
    """
    wanted = [_question(number, question) for number, question in enumerate(questions, start=1)]
    titles = {f"title_{language}": title[language] for language in _LANGUAGES}
    form, created = EvaluationForm.objects.get_or_create(code=code, defaults={"kind": kind, **titles})
    if created or not _is_same(form, kind, titles, wanted):
        _refuse_answered(form)
        EvaluationForm.objects.filter(pk=form.pk).update(kind=kind, **titles)
        form.questions.all().delete()
        EvaluationQuestion.objects.bulk_create(EvaluationQuestion(form=form, **question) for question in wanted)
    if current:
        EvaluationForm.objects.filter(kind=kind, current=True).exclude(pk=form.pk).update(current=False)
    EvaluationForm.objects.filter(pk=form.pk).update(current=current)
    form.refresh_from_db()
    note_translations(kind="evaluation", keys=[form.code])
    return form


@transaction.atomic
def plan_waves(*, workshop: Workshop) -> list[Wave]:
    """Give a workshop the waves that its last day asks for, with the forms of today, and return them. Idempotent.

    A wave moves while nobody has answered, and keeps its form once somebody was asked. A workshop that is a draft,
    postponed or cancelled has none, apart from those in which people were asked already.
    """
    locked = lock_workshop(workshop)
    if locked.status not in _HELD:
        Wave.objects.filter(workshop=locked, invitations__isnull=True).delete()
        return []
    today = timezone.localdate()
    waves = {wave.kind: wave for wave in _locked_waves(locked)}
    for form in EvaluationForm.objects.filter(current=True):
        opens_on, closes_on = wave_days(form.kind, locked.ends_on)
        wave = waves.get(form.kind)
        if wave is not None:
            _move(wave, opens_on, closes_on, form)
        elif closes_on >= today:
            waves[form.kind] = Wave.objects.create(
                workshop=locked, kind=form.kind, form=form, opens_on=opens_on, closes_on=closes_on
            )
    return sorted(waves.values(), key=lambda wave: wave.opens_on)


def open_due_waves() -> int:
    """Ask everybody who took part in the workshops whose waves are open, and let the messages follow; how many now.

    Whoever has answered meanwhile is no longer reminded: that is noticed here and not when the answer comes, so that
    nothing about the person carries that moment.
    """
    since = timezone.localdate() - max(OPENS_AFTER.values()) - OPEN_FOR
    workshops = Workshop.objects.filter(status__in=_HELD, ends_on__gte=since)
    return sum(for_each(list(workshops), _open_due))


@transaction.atomic
def answer_evaluation(*, invitation: EvaluationInvitation, answers: Mapping[EvaluationQuestion, Given]) -> None:
    """Take the answers of somebody who was asked, once: a second time changes nothing.

    Raises WorkshopError before the wave opens, after it has closed, and when nothing is answered.
    """
    wave = Wave.objects.select_for_update(no_key=True).get(pk=invitation.wave_id)
    asked = EvaluationInvitation.objects.select_related("registration__agency").get(pk=invitation.pk)
    if asked.answered:
        return
    refusal = why_not_open(wave)
    if refusal:
        raise WorkshopError(refusal)
    said = {question: given for question, given in answers.items() if not given.says_nothing}
    if not said:
        raise WorkshopError(_("Answer at least one question."))
    # The id is named here, so that the demonstration makes the same ones at every load.
    response = EvaluationResponse.objects.create(id=uuid.uuid4(), wave=wave, agency_kind=_kind_kept(asked))
    EvaluationAnswer.objects.bulk_create(
        EvaluationAnswer(
            id=uuid.uuid4(),
            response=response,
            question=question,
            number=given.number,
            codes=list(given.codes),
            text=tidy(given.text),
        )
        for question, given in said.items()
    )
    now_answered = Case(When(pk=asked.pk, then=Value(True)), default=F("answered"))
    EvaluationInvitation.objects.filter(wave=wave).update(answered=now_answered)


@transaction.atomic
def review_answers(*, wave: Wave, words: Mapping[uuid.UUID, str], actor: Account) -> int:
    """Note that answers in own words were read, with what is left of them; the text as it came is gone. How many.

    Raises WorkshopError when words were put in that nobody has written.
    """
    found = EvaluationAnswer.objects.readable(wave).filter(pk__in=list(words)).select_for_update(of=("self",))
    answers = list(found.order_by("pk"))
    shortened = 0
    for answer in answers:
        before, after = tidy(answer.text), tidy(words[answer.pk])
        if not is_shortened(before, after):
            raise WorkshopError(put_in_sentence())
        answer.reviewed = True
        if before != after:
            answer.text, answer.redacted_by, answer.redacted_at = after, actor, timezone.now()
            shortened += 1
    EvaluationAnswer.objects.bulk_update(answers, ["text", "reviewed", "redacted_by", "redacted_at"])
    if answers:
        counts = {"wave": wave.kind, "answers": len(answers), "shortened": shortened}
        record("workshops.evaluation_reviewed", obj=wave.workshop, actor=actor, after=counts)
    return len(answers)


def why_not_open(wave: Wave) -> str:
    """Why nobody can answer in a wave today; nothing when people can."""
    today = timezone.localdate()
    if today < wave.opens_on:
        return _("This evaluation opens on %(day)s.") % {"day": date_format(wave.opens_on, "DATE_FORMAT")}
    if today > wave.closes_on:
        return _("This evaluation closed on %(day)s.") % {"day": date_format(wave.closes_on, "DATE_FORMAT")}
    return ""


def put_in_sentence() -> str:
    """What is said to somebody who changes the words of an answer."""
    return _("You can only take words out and put […] in their place, or empty the field.")


def _question(number: int, question: Mapping[str, Any]) -> dict[str, Any]:
    """A question as its columns hold it."""
    kinds = EvaluationQuestion.Kind
    try:
        described = {
            "number": number,
            "code": question["code"],
            "kind": kinds(question["kind"]).value,
            "lowest": question.get("lowest", 1),
            "highest": question.get("highest", 5),
            "options": [
                {"code": option["code"], **{language: option[language] for language in _LANGUAGES}}
                for option in question.get("options", ())
            ],
            **{f"text_{language}": question["text"][language] for language in _LANGUAGES},
        }
    except (KeyError, ValueError) as fault:
        raise WorkshopError(
            _("Question %(number)d of the form is not complete: %(fault)s.") % {"number": number, "fault": fault}
        ) from fault
    if described["kind"] in {kinds.CHOICE, kinds.SEVERAL} and not described["options"]:
        raise WorkshopError(_("Question %(number)d of the form has nothing to choose from.") % {"number": number})
    return described


def _is_same(form: EvaluationForm, kind: str, titles: Mapping[str, str], wanted: Iterable[dict[str, Any]]) -> bool:
    fields = [f"text_{language}" for language in _LANGUAGES]
    held = form.questions.values("number", "code", "kind", "lowest", "highest", "options", *fields)
    same_titles = all(getattr(form, name) == words for name, words in titles.items())
    return form.kind == kind and same_titles and list(held) == list(wanted)


def _refuse_answered(form: EvaluationForm) -> None:
    if EvaluationResponse.objects.filter(wave__form=form).exists():
        raise WorkshopError(
            _("The form %(code)s has been answered, so it stays as it is. Give the new one another code.")
            % {"code": form.code}
        )


def _locked_waves(workshop: Workshop) -> list[Wave]:
    answers = EvaluationResponse.objects.filter(wave=OuterRef("pk"))
    asked = EvaluationInvitation.objects.filter(wave=OuterRef("pk"))
    waves = Wave.objects.filter(workshop=workshop).annotate(was_answered=Exists(answers), was_asked=Exists(asked))
    return list(waves.select_for_update(no_key=True).order_by("pk"))


def _move(wave: Any, opens_on: date, closes_on: date, form: EvaluationForm) -> None:
    """Let a wave with `was_answered` and `was_asked` follow the plans as far as it may."""
    wanted: dict[str, Any] = {} if wave.was_answered else {"opens_on": opens_on, "closes_on": closes_on}
    if not wave.was_asked:
        wanted["form_id"] = form.pk
    changed = [name for name, value in wanted.items() if getattr(wave, name) != value]
    for name in changed:
        setattr(wave, name, wanted[name])
    if changed:
        wave.save(update_fields=changed)


@transaction.atomic
def _open_due(workshop: Workshop) -> int:
    today = timezone.localdate()
    waves = [wave for wave in plan_waves(workshop=workshop) if wave.is_open(today)]
    if not waves or workshop.sessions.filter(starts_at__gt=timezone.now()).exists():
        return 0
    asked = sum(_ask(wave) for wave in waves)
    if asked and workshop.evaluation_invited:
        complete_workshop(workshop)
    plan_messages(workshop=workshop)
    return asked


def _ask(wave: Wave) -> int:
    """Invite whoever took part and was not asked yet. The caller holds the lock of the workshop. Returns how many."""
    came = AttendanceRecord.objects.filter(session__workshop=wave.workshop_id, credited_minutes__gt=0).values("person")
    registrations = Registration.objects.ever_confirmed().filter(workshop=wave.workshop_id, person__in=came)
    # Whoever came back after a withdrawal has two, and is one person.
    latest = {each.person_id: each for each in registrations.order_by("pk")}
    asked = set(wave.invitations.values_list("registration__person", flat=True))
    new = [EvaluationInvitation(wave=wave, registration=each) for key, each in latest.items() if key not in asked]
    EvaluationInvitation.objects.bulk_create(new)
    return len(new)


def _kind_kept(asked: EvaluationInvitation) -> str:
    """The kind of the person's agency, where enough people of that kind were asked; otherwise nothing."""
    kind = asked.registration.agency.kind
    alike = EvaluationInvitation.objects.filter(wave=asked.wave_id, registration__agency__kind=kind)
    return kind if alike.count() >= ENOUGH else ""
