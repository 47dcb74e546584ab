"""What a workshop works with and what comes out of it: materials, notes, recommendations, plans, needs."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from core.contents import DOCUMENTS, PICTURES, kind_by_name, kind_of
from people.models import Account, Agency
from workshops.errors import WorkshopError
from workshops.models import (
    ActionPlan,
    FacilitatorNote,
    Material,
    Need,
    Recommendation,
    Registration,
    Session,
    Workshop,
)
from workshops.services.registrations import lock_workshop

MATERIAL_BYTES = 25 * 1024 * 1024
PLAN_EDITABLE_DAYS = 30
NEEDS_KEPT_DAYS = 14

# --- Materials -------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_material(
    *,
    workshop: Workshop,
    title: str,
    actor: Account,
    released_at: datetime,
    session: Session | None = None,
    content: bytes | None = None,
    file_name: str = "",
    link: str = "",
    for_facilitators: bool = False,
) -> Material:
    """Add a file or a link. Raises WorkshopError when there is neither, and for a file of another kind than it says."""
    material = Material(
        workshop=workshop,
        session=session,
        title=title,
        link=link,
        released_at=released_at,
        for_facilitators=for_facilitators,
        added_by=actor,
        added_at=timezone.now(),
    )
    if content is not None:
        _keep_file(material, content, file_name)
    _check_leads_somewhere(material)
    material.save()
    record("workshops.material_added", obj=material, actor=actor, after=_described(material))
    return material


@transaction.atomic
def change_material(
    *, material: Material, actor: Account, content: bytes | None = None, file_name: str = "", **fields: Any
) -> Material:
    """Change a material; a new file takes the place of the old one, which is deleted."""
    locked = Material.objects.select_for_update(of=("self",)).select_related("workshop").get(pk=material.pk)
    before, old = _described(locked), locked.file.name
    for name, value in fields.items():
        setattr(locked, name, value)
    if content is not None:
        _keep_file(locked, content, file_name)
    _check_leads_somewhere(locked)
    locked.save()
    if content is not None and old:
        _delete_file(locked, old)
    record("workshops.material_changed", obj=locked, actor=actor, before=before, after=_described(locked))
    return locked


@transaction.atomic
def remove_material(*, material: Material, actor: Account) -> None:
    """Remove a material and its file for good."""
    record("workshops.material_removed", obj=material, actor=actor, before=_described(material))
    old = material.file.name
    material.delete()
    if old:
        _delete_file(material, old)


def objection_to_file(content: bytes, name: str) -> str:
    """Why a file is not taken as a material; empty when it is."""
    if len(content) > MATERIAL_BYTES:
        return _("The file is larger than 25 MB. Put it elsewhere and give a link.")
    kind = kind_by_name(name)
    if kind not in DOCUMENTS | PICTURES:
        return _("Files can be PDF, DOCX, PPTX, XLSX, JPEG, PNG or WebP.")
    if kind_of(content) != kind:
        return _("The content of this file is not what its name says. Save it again in the right format.")
    return ""


def _check_leads_somewhere(material: Material) -> None:
    if not material.file and not material.link:
        raise WorkshopError(_("Choose a file, or write a link."))


def _keep_file(material: Material, content: bytes, name: str) -> None:
    if objection := objection_to_file(content, name):
        raise WorkshopError(objection)
    # The name on disk says nothing and cannot be guessed.
    material.file.save(f"{uuid.uuid4()}.{kind_by_name(name)}", ContentFile(content), save=False)
    material.file_name = name[-200:]


def _delete_file(material: Material, name: str) -> None:
    """Only when nothing can bring the row back any more."""
    storage = material.file.storage
    transaction.on_commit(lambda: storage.delete(name))


def _described(material: Material) -> dict[str, Any]:
    return {
        "title": material.title,
        "file": material.file_name,
        "link": material.link,
        "released_at": material.released_at.isoformat(),
        "for_facilitators": material.for_facilitators,
    }


# --- Notes and recommendations ---------------------------------------------------------------------------------------


@transaction.atomic
def add_note(*, workshop: Workshop, text: str, actor: Account, session: Session | None = None) -> FacilitatorNote:
    """Note something for those who run the workshop."""
    return FacilitatorNote.objects.create(
        workshop=workshop, session=session, text=text, written_by=actor, written_at=timezone.now()
    )


@transaction.atomic
def remove_note(*, note: FacilitatorNote, actor: Account) -> None:
    """Remove a note. Raises WorkshopError for a note of somebody else, unless a manager removes it."""
    if note.written_by_id != actor.pk and not actor.sees_everybody:
        raise WorkshopError(_("Only whoever wrote a note removes it."))
    record("workshops.note_removed", obj=note, actor=actor)
    note.delete()


@transaction.atomic
def add_recommendation(
    *,
    workshop: Workshop,
    text: str,
    actor: Account,
    agency: Agency | None = None,
    due_on: date | None = None,
    state: str = Recommendation.State.PROPOSED,
) -> Recommendation:
    """Record what a workshop recommends; it gets the next number."""
    locked = lock_workshop(workshop)
    last = locked.recommendations.aggregate(last=Max("number"))["last"] or 0
    recommendation = Recommendation.objects.create(
        workshop=locked,
        number=last + 1,
        text=text,
        agency=agency,
        due_on=due_on,
        state=state,
        recorded_by=actor,
        recorded_at=timezone.now(),
    )
    record("workshops.recommended", obj=recommendation, actor=actor, after=_said(recommendation))
    return recommendation


@transaction.atomic
def change_recommendation(*, recommendation: Recommendation, actor: Account, **fields: Any) -> Recommendation:
    """Change the words, the agency, the date or the state of a recommendation; what it said before stays readable."""
    locked = Recommendation.objects.select_for_update(of=("self",)).select_related("agency").get(pk=recommendation.pk)
    before = _said(locked)
    for name, value in fields.items():
        setattr(locked, name, value)
    after = _said(locked)
    if before != after:
        locked.save()
        record("workshops.recommendation_changed", obj=locked, actor=actor, before=before, after=after)
    return locked


def _said(recommendation: Recommendation) -> dict[str, Any]:
    return {
        "text": recommendation.text,
        "agency": recommendation.agency.code if recommendation.agency else "",
        "due_on": str(recommendation.due_on or ""),
        "state": str(recommendation.state),
    }


# --- What a participant plans and needs ------------------------------------------------------------------------------


def plan_editable_until(workshop: Workshop) -> date:
    """The last day on which participants write their action plans."""
    return workshop.ends_on + timedelta(days=PLAN_EDITABLE_DAYS)


@transaction.atomic
def save_action_plan(
    *, registration: Registration, what: str, by_when: date | None = None, with_whom: str = ""
) -> ActionPlan:
    """Write or rewrite a participant's own plan. Raises WorkshopError for people without a place and when it is too
    late: from 30 days after the end on a plan only gets an answer about what came of it."""
    _check_has_place(registration)
    if timezone.localdate() > plan_editable_until(registration.workshop):
        raise WorkshopError(_("The workshop ended more than 30 days ago, so the plan stays as it is."))
    now = timezone.now()
    plan, _created = ActionPlan.objects.update_or_create(
        registration=registration,
        defaults={"what": what, "by_when": by_when, "with_whom": with_whom, "changed_at": now},
        create_defaults={
            "what": what,
            "by_when": by_when,
            "with_whom": with_whom,
            "changed_at": now,
            "written_at": now,
        },
    )
    return plan


@transaction.atomic
def answer_action_plan(*, plan: ActionPlan, outcome: str, note: str = "") -> ActionPlan:
    """Say how far a plan has come. Raises WorkshopError while the workshop goes on."""
    if plan.registration.workshop.ends_on >= timezone.localdate():
        raise WorkshopError(_("The workshop still goes on. Say after it what came of the plan."))
    if outcome not in ActionPlan.Outcome.values:
        raise WorkshopError(_("Say how far the plan has come."))
    plan.outcome, plan.outcome_note, plan.outcome_at = outcome, note, timezone.now()
    plan.save(update_fields=["outcome", "outcome_note", "outcome_at"])
    return plan


def needs_kept_until(workshop: Workshop) -> date:
    """The last day on which needs are kept."""
    return workshop.ends_on + timedelta(days=NEEDS_KEPT_DAYS)


@transaction.atomic
def tell_need(*, registration: Registration, kinds: Iterable[str], note: str = "") -> Need | None:
    """Write what a participant needs to take part; nothing at all deletes it. Returns None then.

    Raises WorkshopError for people without a place and after the workshop. What is needed never enters the trail.
    """
    _check_has_place(registration)
    if registration.workshop.ends_on < timezone.localdate():
        raise WorkshopError(_("The workshop is over, so nothing more can be prepared."))
    wanted = list(kinds)
    if not wanted and not note:
        Need.objects.filter(registration=registration).delete()
        return None
    need, _created = Need.objects.update_or_create(
        registration=registration, defaults={"kinds": wanted, "note": note, "told_at": timezone.now()}
    )
    return need


@transaction.atomic
def forget_needs() -> int:
    """Delete needs 14 days after the workshop, and those of people who have no place any more. Returns how many."""
    last_day = timezone.localdate() - timedelta(days=NEEDS_KEPT_DAYS)
    over = Q(registration__workshop__ends_on__lt=last_day)
    gone = ~Q(registration__state__in=Registration.ACTIVE)
    count, _each = Need.objects.filter(over | gone).delete()
    if count:
        record("workshops.needs_forgotten", after={"count": count})
    return count


def _check_has_place(registration: Registration) -> None:
    if registration.state != Registration.State.CONFIRMED:
        raise WorkshopError(_("This is for people who have a place in the workshop."))
