"""Looking at the pages of the Academy as somebody else: who may, for how long, and what is written down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import Event
from audit.services import keep, record
from people.actions import READING
from people.errors import PeopleError
from people.models import Account
from people.permissions import can_be_viewed, can_view_as, second_factor_due
from people.viewing import LASTS, Viewing


@transaction.atomic
def start_viewing(*, account: Account, actor: Account, reason: str) -> Viewing:
    """Let an administrator look at pages as another account, for half an hour.

    Raises PeopleError for whoever may not, without a second factor where one is asked for, without a reason, for the
    own account, and for one as which nobody looks.
    """
    if not can_view_as(actor):
        raise PeopleError(_("Only administrators look at the Academy as somebody else."))
    if second_factor_due(actor) is not None:
        raise PeopleError(_("Add a second factor to your own account first."))
    if account.pk == actor.pk:
        raise PeopleError(_("This is your own account."))
    if not can_be_viewed(account):
        raise PeopleError(_("Nobody looks at the Academy as an administrator, or as somebody who cannot sign in."))
    if not reason.strip():
        raise PeopleError(_("Say why you need to see what this person sees."))
    until = timezone.now() + LASTS
    after = {"until": until.isoformat(timespec="minutes")}
    record(
        "people.viewing_started",
        obj=account,
        actor=actor,
        subject=account.person,
        after=after,
        reason=reason.strip(),
    )
    return Viewing(actor, account, until)


def viewing_of(*, viewer: Account, account: Account | None, kept: dict[str, Any]) -> Viewing | None:
    """Return what a session remembers, with the account as it is now; None when it is over or not allowed any more."""
    until = datetime.fromisoformat(kept["until"])
    due = second_factor_due(viewer)
    still = timezone.now() < until and can_view_as(viewer) and (due is None or due > timezone.localdate())
    return Viewing(viewer, account, until) if still and account is not None and can_be_viewed(account) else None


def kept_by_session(viewing: Viewing) -> dict[str, Any]:
    """Return what a session remembers of it."""
    return {"account": viewing.account.pk, "until": viewing.until.isoformat()}


def stop_viewing(*, account: Account, actor: Account) -> None:
    """Write down that an administrator looks no more as somebody."""
    record("people.viewing_ended", obj=account, actor=actor, subject=account.person)


@transaction.atomic
def note_page(*, viewing: Viewing, address: str, readings: Sequence[Event] = ()) -> None:
    """Write down which page was looked at, and whose data were read on it."""
    keep(readings, actions=READING)
    _note("people.viewed_as", viewing, address)


def note_refusal(*, viewing: Viewing, address: str) -> None:
    """Write down what was tried and refused."""
    _note("people.viewing_refused", viewing, address)


def _note(action: str, viewing: Viewing, address: str) -> None:
    account = viewing.account
    record(action, obj=account, actor=viewing.viewer, subject=account.person, after={"address": address[:500]})
