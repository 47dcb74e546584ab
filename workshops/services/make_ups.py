"""Sessions that are held again for those who missed them."""

from django.utils.translation import gettext as _

from workshops.errors import WorkshopError
from workshops.models import Session


def settle_make_up(session: Session) -> None:
    """Let a session that makes up for another one ask for nothing by itself.

    Raises WorkshopError unless the other one belongs to the same workshop and track, ends before this one begins, and
    makes up for nothing itself.
    """
    missed = session.makes_up_for
    if missed is None:
        return
    session.required = False
    if missed.workshop_id != session.workshop_id or missed.track != session.track:
        raise WorkshopError(_("A session makes up for one of the same workshop and track."))
    if missed.makes_up_for_id is not None or (session.pk is not None and session.made_up_by.exists()):
        raise WorkshopError(_("A session that makes up for another one cannot be made up for itself."))
    if missed.ends_at > session.starts_at:
        raise WorkshopError(_("A session makes up for one that was held before it."))
