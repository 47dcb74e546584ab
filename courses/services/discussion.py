"""Questions and answers of a cohort about a module: writing, taking back, moderating, keeping for those who come later.

Nothing is deleted, and every step that changes who reads something is noted in the audit trail with who and why. Nobody
decides about the own words: whoever moderates a cohort takes own ones back like everybody else.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import record
from courses import emails
from courses.errors import CourseError
from courses.models import Complaint, Contribution, KeptAnswer, Module, Reach, reach_of
from courses.permissions import objection_to_keeping, objection_to_moderation, objection_to_taking_back
from people.models import Account, Language, Person
from people.permissions import person_of

DAY = timedelta(days=1)
As = Contribution.As


@dataclass(frozen=True)
class Words:
    """What somebody writes, in which language, and whether fellow learners read by whom.

    token: made with the form, so that the same words sent twice from it stand once.
    """

    text: str
    language: str
    token: UUID
    unnamed: bool = False


# --- Writing ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_cohort(*, module: Module, words: Words, actor: Account) -> Contribution:
    """Ask the own cohort and whoever runs it.

    Raises CourseError for whoever does not take the module, for words that are none or too many, and above the limit
    of a day.
    """
    cohort = reach_of(actor).cohorts.get(module.pk)
    if cohort is None:
        raise CourseError(_("Enrol in the module to take part in its discussion."))
    return _write(Contribution(module=module, cohort=cohort, written_as=As.LEARNER), words, actor)


@transaction.atomic
def answer_question(*, question: Contribution, words: Words, actor: Account) -> Contribution:
    """Answer a question of the own cohort, or of one that the account runs. Whoever asked is told by mail.

    Raises CourseError as `ask_cohort` does, and when the question is hidden or taken back.
    """
    reach = reach_of(actor)
    question = _locked(question)
    if question.question_id is not None or not Contribution.objects.within(reach).filter(pk=question.pk).exists():
        raise CourseError(_("There is no such question in your cohort."))
    if not question.is_shown:
        raise CourseError(_("This question is no longer shown, so it is not answered."))
    if question.module_id not in reach.cohorts and not reach.moderates(question.cohort):
        raise CourseError(_("Enrol in the module to take part in its discussion."))
    part = _part(reach, question)
    answer = Contribution(module=question.module, cohort=question.cohort, question=question, written_as=part)
    answer = _write(answer, words, actor)
    if answer.person_id != question.person_id:
        emails.plan_answer_told(answer)
    return answer


def _part(reach: Reach, question: Contribution) -> Contribution.As:
    """In which part somebody answers; whoever goes on in an own thread does so as a learner."""
    if question.person_id == reach.person_id:
        return As.LEARNER
    if question.cohort in reach.runs:
        return As.FACILITATOR
    return As.MANAGER if reach.everything else As.LEARNER


def _write(contribution: Contribution, words: Words, actor: Account) -> Contribution:
    # Whoever sends a form twice at once waits here, so that it stands once and the number is counted right.
    person = Person.objects.select_for_update().get(pk=person_of(actor).pk)
    text = _checked(words.text, Contribution.LONGEST)
    sent = uuid5(words.token, f"{contribution.question_id} {text}")
    before = Contribution.objects.filter(person=person, sent=sent).first()
    if before is not None:
        return before
    is_learner = contribution.written_as == As.LEARNER
    _check_number(person, Contribution.MOST_A_DAY if is_learner else Contribution.MOST_ANSWERS_A_DAY)
    contribution.person, contribution.text, contribution.sent = person, text, sent
    contribution.written_at = timezone.now()
    contribution.language = words.language if words.language in Language.values else person.language
    contribution.unnamed = words.unnamed and is_learner
    contribution.save()
    asks = contribution.question_id is None
    _note("courses.question_asked" if asks else "courses.question_answered", contribution, actor)
    return contribution


def _checked(text: str, longest: int) -> str:
    text = text.strip()
    if not text:
        raise CourseError(_("Write something first."))
    if len(text) > longest:
        raise CourseError(_("A text has %(count)d characters at most.") % {"count": longest})
    return text


def _check_number(person: Person, most: int) -> None:
    lately = Contribution.objects.filter(person=person, written_at__gt=timezone.now() - DAY)
    if lately.count() >= most:
        sentence = ngettext(
            "You have written %(count)d contribution within a day. Go on tomorrow.",
            "You have written %(count)d contributions within a day. Go on tomorrow.",
            most,
        )
        raise CourseError(sentence % {"count": most})


def _locked(contribution: Contribution) -> Contribution:
    return Contribution.objects.select_for_update().select_related("module").get(pk=contribution.pk)


# --- One's own words -------------------------------------------------------------------------------------------------


@transaction.atomic
def take_back(*, contribution: Contribution, actor: Account) -> Contribution:
    """Take own words back: from then on only the author reads them. A second time changes nothing.

    Raises CourseError for the words of others, for a question that somebody has answered and for an answer that is
    kept: what others wrote would lose its sense.
    """
    mine = _locked(contribution)
    objection = objection_to_taking_back(actor, mine)
    if objection is not None:
        raise CourseError(objection)
    if mine.withdrawn_at is None:
        mine.withdrawn_at = timezone.now()
        mine.save(update_fields=["withdrawn_at"])
        _note("courses.contribution_withdrawn", mine, actor)
        emails.cancel_answer_told(mine)
    return mine


@transaction.atomic
def put_back(*, contribution: Contribution, actor: Account) -> Contribution:
    """Let own words that were taken back stand again. What somebody hid stays hidden."""
    mine = _locked(contribution)
    if mine.person_id != actor.person_id:
        raise CourseError(_("Only whoever wrote it takes it back."))
    if mine.withdrawn_at is not None:
        mine.withdrawn_at = None
        mine.save(update_fields=["withdrawn_at"])
        _note("courses.contribution_put_back", mine, actor)
        _tell_again(mine)
    return mine


@transaction.atomic
def complain(*, contribution: Contribution, reason: str, actor: Account) -> Complaint:
    """Tell those who moderate what is wrong with the words of somebody else; once for each person.

    Raises CourseError for what the account does not read, for own words, without a reason, and above the limit of a
    day.
    """
    person = Person.objects.select_for_update().get(pk=person_of(actor).pk)
    if contribution.person_id == person.pk:
        raise CourseError(_("These are your own words. You can take them back."))
    if not Contribution.objects.visible_to(actor).filter(pk=contribution.pk).exists():
        raise CourseError(_("There is no such contribution in your cohort."))
    reason = _reason(reason)
    made = Complaint.objects.filter(person=person)
    before = made.filter(contribution=contribution).first()
    if before is not None:
        return before
    if made.filter(made_at__gt=timezone.now() - DAY).count() >= Contribution.MOST_A_DAY:
        raise CourseError(_("You have told us of many contributions today. Go on tomorrow."))
    complaint = Complaint.objects.create(
        contribution=contribution, person=person, reason=reason, made_at=timezone.now()
    )
    _note("courses.contribution_complained_of", contribution, actor)
    return complaint


# --- Moderating ------------------------------------------------------------------------------------------------------


@transaction.atomic
def hide(*, contribution: Contribution, reason: str, actor: Account) -> Contribution:
    """Hide words of somebody else, with a reason that the author reads; what was told about them is settled.

    An answer that was kept for others is kept no longer. Raises CourseError for whoever does not moderate the cohort
    or wrote the words, and without a reason.
    """
    found = _moderated(contribution, actor)
    reason = _reason(reason)
    if found.hidden_at is None:
        found.hidden_at, found.hidden_by, found.hidden_reason = timezone.now(), actor, reason
        found.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
        _note("courses.contribution_hidden", found, actor, reason)
        emails.cancel_answer_told(found)
        for kept in KeptAnswer.objects.standing().filter(answer=found):
            _end(kept, actor)
    _settle(found, actor)
    return found


@transaction.atomic
def show_again(*, contribution: Contribution, actor: Account) -> Contribution:
    """Show again what was hidden. A second time changes nothing."""
    found = _moderated(contribution, actor)
    if found.hidden_at is not None:
        reason = found.hidden_reason
        found.hidden_at, found.hidden_by, found.hidden_reason = None, None, ""
        found.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
        _note("courses.contribution_shown", found, actor, reason)
        _tell_again(found)
    return found


@transaction.atomic
def settle_complaints(*, contribution: Contribution, actor: Account) -> int:
    """Let words stand about which somebody complained. Returns how many complaints were settled."""
    return _settle(_moderated(contribution, actor), actor)


def _settle(contribution: Contribution, actor: Account) -> int:
    settled = Complaint.objects.filter(contribution=contribution, settled_at=None).update(
        settled_at=timezone.now(), settled_by=actor
    )
    if settled:
        _note("courses.complaints_settled", contribution, actor)
    return settled


@transaction.atomic
def keep_answer(*, answer: Contribution, question: str, text: str, actor: Account) -> KeptAnswer:
    """Keep an answer with its question, in words that name nobody, for those who take the module later.

    Kept already with other words, these take their place; the old ones stay as a row that has ended. Raises CourseError
    for whoever does not moderate the cohort, and for what is no answer that is shown.
    """
    answer = _locked(answer)
    objection = objection_to_keeping(reach_of(actor), answer)
    if objection is not None:
        raise CourseError(objection)
    question, text = _checked(question, KeptAnswer.LONGEST_QUESTION), _checked(text, KeptAnswer.LONGEST_ANSWER)
    before = KeptAnswer.objects.standing().filter(answer=answer).first()
    if before is not None:
        if (before.question_text, before.answer_text) == (question, text):
            return before
        _end(before, actor)
    asked = answer.question
    assert asked is not None  # noqa: S101 - the objection says so
    kept = KeptAnswer.objects.create(
        module=answer.module,
        answer=answer,
        question_text=question,
        question_language=asked.language,
        answer_text=text,
        answer_language=answer.language,
        kept_by=actor,
        kept_at=timezone.now(),
    )
    _note("courses.answer_kept", answer, actor)
    return kept


@transaction.atomic
def end_keeping(*, kept: KeptAnswer, actor: Account) -> KeptAnswer:
    """Keep an answer no longer. A second time changes nothing."""
    kept = KeptAnswer.objects.select_for_update().select_related("answer__module").get(pk=kept.pk)
    if not reach_of(actor).moderates(kept.answer.cohort):
        raise CourseError(_("Whoever runs the cohort decides what is kept of it."))
    if kept.ended_at is None:
        _end(kept, actor)
    return kept


def _end(kept: KeptAnswer, actor: Account) -> None:
    kept.ended_at, kept.ended_by = timezone.now(), actor
    kept.save(update_fields=["ended_at", "ended_by"])
    _note("courses.answer_kept_no_longer", kept.answer, actor)


def _moderated(contribution: Contribution, actor: Account) -> Contribution:
    found = _locked(contribution)
    objection = objection_to_moderation(reach_of(actor), found)
    if objection is not None:
        raise CourseError(objection)
    return found


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise CourseError(_("Say why."))
    return reason[: Complaint.LONGEST]


def _tell_again(contribution: Contribution) -> None:
    """Whoever asked is told of an answer that stands again, unless that was done before."""
    question = contribution.question
    if question is not None and contribution.is_shown and contribution.person_id != question.person_id:
        emails.plan_answer_told(contribution)


def _note(action: str, contribution: Contribution, actor: Account, reason: str = "") -> None:
    after = {"module": contribution.module.code}
    record(action, obj=contribution, subject=contribution.person, actor=actor, after=after, reason=reason)
