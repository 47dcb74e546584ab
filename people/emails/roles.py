"""Messages to whoever was given a role or has one no more."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from mail.models import Message
from mail.services import plan_message
from people.models import Person, RoleGrant


def role_given(grant: RoleGrant) -> Message | None:
    """Tell somebody which role was given, for how long and by whom."""
    return _plan(grant, "given")


def role_ended(grant: RoleGrant) -> Message | None:
    """Tell somebody that a role ends, and on which day."""
    last_day = f"ended:{grant.valid_to:%Y%m%d}" if grant.valid_to else "ended"
    return _plan(grant, last_day)


def _plan(grant: RoleGrant, occasion: str) -> Message | None:
    person: Person | None = grant.account.person
    if person is None:
        return None
    with override(person.language):
        context = {
            "role": grant.get_role_display(),
            "agency": grant.agency.name if grant.agency else "",
            "since": date_format(grant.valid_from, "DATE_FORMAT"),
            "until": date_format(grant.valid_to, "DATE_FORMAT") if grant.valid_to else "",
            "page": settings.SITE_ADDRESS + reverse("front"),
        }
    return plan_message(
        key=f"role:{grant.pk}:{occasion}",
        recipient=person,
        template="people/role_given" if occasion == "given" else "people/role_ended",
        context=context,
    )
