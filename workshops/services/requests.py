"""Requests for workshops: made, taken back, declined, turned into a workshop."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.models import Account, Agency
from workshops.errors import WorkshopError
from workshops.models import Workshop, WorkshopRequest
from workshops.permissions import can_ask_for

State = WorkshopRequest.State


@transaction.atomic
def ask_for_workshop(*, agency: Agency, actor: Account, **fields: Any) -> WorkshopRequest:
    """Ask for a workshop for an agency; `fields` are the others of the request: subject, purpose, people, dates …

    Raises WorkshopError when the agency is not the account's to ask for.
    """
    if not can_ask_for(actor, agency):
        raise WorkshopError(_("You can ask for the agencies that you coordinate."))
    asked = WorkshopRequest.objects.create(agency=agency, asked_by=actor, asked_at=timezone.now(), **fields)
    record("workshops.requested", obj=asked, actor=actor, after={"agency": agency.code, "subject": asked.subject})
    return asked


@transaction.atomic
def take_back_request(*, request: WorkshopRequest, actor: Account) -> WorkshopRequest:
    """Take a request back that waits for an answer. Only whoever asked may; raises WorkshopError otherwise."""
    locked = _lock(request)
    if locked.asked_by_id != actor.pk:
        raise WorkshopError(_("Only the person who asked can take the request back."))
    return locked if locked.state == State.TAKEN_BACK else _settle(locked, State.TAKEN_BACK, actor)


@transaction.atomic
def decline_request(*, request: WorkshopRequest, answer: str, actor: Account) -> WorkshopRequest:
    """Decline a request, with the answer that whoever asked reads. Raises WorkshopError when it waits no more."""
    return _settle(_lock(request), State.DECLINED, actor, answer=answer)


@transaction.atomic
def fulfil_request(*, request: WorkshopRequest, workshop: Workshop, actor: Account | None) -> WorkshopRequest:
    """Note which workshop came of a request. Raises WorkshopError when it waits no more."""
    return _settle(_lock(request), State.SCHEDULED, actor, workshop=workshop)


def _lock(request: WorkshopRequest) -> WorkshopRequest:
    return WorkshopRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def _settle(locked: WorkshopRequest, state: str, actor: Account | None, **fields: Any) -> WorkshopRequest:
    if locked.state != State.OPEN:
        raise WorkshopError(_("This request does not wait for an answer any more."))
    for name, value in {**fields, "state": state, "answered_by": actor, "answered_at": timezone.now()}.items():
        setattr(locked, name, value)
    locked.save()
    after = {"workshop": locked.workshop.code} if locked.workshop else None
    record(f"workshops.request_{state}", obj=locked, actor=actor, after=after, reason=locked.answer)
    return locked
