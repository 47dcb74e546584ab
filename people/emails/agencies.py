"""Messages about agencies."""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from mail.models import Message
from mail.services import plan_message
from people.models import Agency, Person


def nobody_coordinates(agency: Agency, manager: Person, day: date) -> Message | None:
    """Tell a manager that an agency has no coordinator from a day on; once for each agency and day."""
    with override(manager.language):
        context = {
            "agency": agency.name,
            "day": date_format(day, "DATE_FORMAT"),
            "page": settings.SITE_ADDRESS + reverse("agency", args=[agency.code]),
        }
    return plan_message(
        key=f"agency:{agency.pk}:alone:{day:%Y%m%d}:{manager.pk}",
        recipient=manager,
        template="people/nobody_coordinates",
        context=context,
    )
