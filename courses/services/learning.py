"""Learning: enrolment, progress, the final test, completion."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import Attempt
from assessments.services import start_attempt
from audit.services import record
from courses.errors import CourseError
from courses.models import Enrolment, FinalAttempt, Lesson, LessonProgress, Module
from courses.signals import enrolment_completed, enrolment_refreshed
from people.models import Agency, Person


@transaction.atomic
def enrol(*, person: Person, module: Module, agency: Agency) -> Enrolment:
    """Enrol a person, once, for the agency of today. An enrolment that was withdrawn comes back with its progress.

    Raises CourseError when the module is not offered or its prerequisites are not completed.
    """
    existing = Enrolment.objects.select_for_update().filter(person=person, module=module).first()
    if existing is not None:
        return _come_back(existing)
    _must_be_open_to(person, module)
    enrolment, created = Enrolment.objects.get_or_create(
        person=person, module=module, defaults={"agency": agency, "enrolled_at": timezone.now()}
    )
    if created:
        record("courses.enrolled", obj=enrolment, subject=person, after={"module": module.code, "agency": agency.code})
    return enrolment


def _come_back(enrolment: Enrolment) -> Enrolment:
    """The agency stays the one of the enrolment: what was learnt for it does not move to another report."""
    if enrolment.withdrawn_at is not None:
        enrolment.withdrawn_at = None
        enrolment.save(update_fields=["withdrawn_at"])
        record("courses.enrolled_again", obj=enrolment, subject=enrolment.person)
    return enrolment


def _must_be_open_to(person: Person, module: Module) -> None:
    if not Module.objects.offered().filter(pk=module.pk).exists():
        raise CourseError(_("This module is not offered at present."))
    completed = Enrolment.objects.filter(person=person, completed_at__isnull=False).values("module")
    missing = module.prerequisites.exclude(pk__in=completed).with_title(get_language() or "")
    if missing:
        titles = ", ".join(f"«{other.title}»" for other in missing)
        raise CourseError(_("Complete %(modules)s first.") % {"modules": titles})


@transaction.atomic
def withdraw_enrolment(*, enrolment: Enrolment) -> Enrolment:
    """Leave a module. Progress is kept for a return; what is completed stays completed and cannot be left."""
    if enrolment.completed_at is not None:
        raise CourseError(_("You have completed this module: there is nothing to leave."))
    if enrolment.withdrawn_at is None:
        enrolment.withdrawn_at = timezone.now()
        enrolment.save(update_fields=["withdrawn_at"])
        record("courses.withdrawn", obj=enrolment, subject=enrolment.person)
    return enrolment


@transaction.atomic
def open_lesson(*, enrolment: Enrolment, lesson: Lesson) -> LessonProgress:
    """Remember the first opening of a lesson, and with it the start of the module."""
    _must_belong(enrolment, lesson)
    now = timezone.now()
    progress, created = LessonProgress.objects.get_or_create(
        enrolment=enrolment, lesson=lesson, defaults={"started_at": now}
    )
    if created and enrolment.started_at is None:
        Enrolment.objects.filter(pk=enrolment.pk, started_at__isnull=True).update(started_at=now)
        enrolment.started_at = now
    return progress


@transaction.atomic
def note_opening(*, enrolment_id: int, lesson_id: int, begins: bool) -> None:
    """As `open_lesson`, for whoever has just read that the enrolment is active, and the lesson of its module and not
    opened yet; `begins`: nor any other."""
    now = timezone.now()
    opened = LessonProgress(enrolment_id=enrolment_id, lesson_id=lesson_id, started_at=now)
    LessonProgress.objects.bulk_create([opened], ignore_conflicts=True)
    if begins:
        Enrolment.objects.filter(pk=enrolment_id, started_at__isnull=True).update(started_at=now)


@transaction.atomic
def reach_place(*, enrolment: Enrolment, lesson: Lesson, place: str) -> LessonProgress:
    """Remember the block last reached, so that reading goes on there on any device and in any language.

    Raises CourseError when `place` is not the id of a block.
    """
    try:
        block = str(UUID(place))
    except ValueError as error:
        raise CourseError(_("There is no such place in the lesson.")) from error
    progress = open_lesson(enrolment=enrolment, lesson=lesson)
    if progress.place != block:
        progress.place = block
        progress.save(update_fields=["place"])
    return progress


@transaction.atomic
def complete_lesson(*, enrolment: Enrolment, lesson: Lesson) -> LessonProgress:
    """Mark a lesson as read; the first time counts. Completes the module if this was the last thing missing."""
    progress = open_lesson(enrolment=enrolment, lesson=lesson)
    if progress.completed_at is None:
        progress.completed_at = timezone.now()
        progress.place = ""
        progress.save(update_fields=["completed_at", "place"])
        complete_if_earned(enrolment=enrolment)
    return progress


def _must_belong(enrolment: Enrolment, lesson: Lesson) -> None:
    if lesson.module_id != enrolment.module_id:
        raise CourseError(_("This lesson belongs to another module."))
    if enrolment.withdrawn_at is not None:
        raise CourseError(_("You have left this module. Enrol again to go on."))


@transaction.atomic
def start_final_test(*, enrolment: Enrolment, language: str) -> Attempt:
    """Begin the final test, or go on with the sitting that is open; a refresher has tries of its own.

    Raises CourseError when there is nothing to take, and the errors of `assessments` (no try left, too early).
    """
    test = enrolment.module.final_test
    if enrolment.withdrawn_at is not None:
        raise CourseError(_("You have left this module. Enrol again to go on."))
    if test is None:
        raise CourseError(_("This module has no final test."))
    occasion = enrolment.refresher if enrolment.may_refresh else ""
    passed = enrolment.final_attempts.filter(attempt__test=test, attempt__passed_at__isnull=False)
    if passed.filter(attempt__occasion=occasion).exists():
        raise CourseError(_("You have passed this test already."))
    attempt = start_attempt(
        test=test, person=enrolment.person, agency=enrolment.agency, language=language, occasion=occasion
    )
    FinalAttempt.objects.get_or_create(attempt=attempt, defaults={"enrolment": enrolment})
    return attempt


@transaction.atomic
def complete_if_earned(*, enrolment: Enrolment) -> bool:
    """Freeze the completion of an enrolment that meets the rule of its module, and announce it. Once.

    Returns whether it was completed by this call.
    """
    locked = Enrolment.objects.select_for_update().filter(pk=enrolment.pk, completed_at__isnull=True).active().first()
    if locked is None:
        return False
    facts = Enrolment.objects.with_facts("").get(pk=locked.pk).standing()
    if not facts.complete:
        return False
    frozen: dict[str, Any] = {
        "completed_at": max(facts.earned_at or timezone.now(), locked.enrolled_at),
        "rule_version": locked.module.rule_version,
        "completion": facts.explanation(),
    }
    for name, value in frozen.items():
        setattr(enrolment, name, value)
    enrolment.save(update_fields=list(frozen))
    record("courses.completed", obj=enrolment, subject=enrolment.person, after=frozen["completion"])
    enrolment_completed.send(sender=Enrolment, enrolment=enrolment)
    return True


@transaction.atomic
def allow_refresher(*, enrolment: Enrolment, opens_at: datetime | None) -> None:
    """Let the final test be taken again from a moment on: the certificate that stands for it will run out.

    None where it does not run out.
    """
    Enrolment.objects.filter(pk=enrolment.pk).update(refresher_at=opens_at)
    enrolment.refresher_at = opens_at


@transaction.atomic(savepoint=False)
def note_final_attempt(*, attempt: Attempt) -> None:
    """Take notice of a final test that was marked: it may complete the module, or renew what stands for it.

    Completion stays what it was; a refresher that is passed is announced, with the lessons as they were counted then.
    """
    link = FinalAttempt.objects.filter(attempt=attempt).select_related("enrolment__person").first()
    if link is None:
        return
    enrolment = link.enrolment
    if not attempt.occasion:
        complete_if_earned(enrolment=enrolment)
    elif attempt.occasion == enrolment.refresher and attempt.passed_at is not None:
        counted = counted_again(enrolment, attempt)
        record("courses.refreshed", obj=enrolment, subject=enrolment.person, after=counted)
        enrolment_refreshed.send(sender=Enrolment, enrolment=enrolment, counted=counted)


def counted_again(enrolment: Enrolment, attempt: Attempt) -> dict[str, Any]:
    """What a refresher counted: the lessons as they were at completion, and the test of now."""
    return {
        **(enrolment.completion or {}),
        "mark": attempt.mark,
        "max_mark": attempt.max_mark,
        "pass_mark": attempt.pass_mark,
        "attempt": attempt.number,
    }
