"""Messages about people who move between agencies."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from mail.services import plan_message
from people.models import Person, Transfer


def transfer_asked(transfer: Transfer, coordinators: Iterable[Person]) -> None:
    """Ask the coordinators of the other side."""
    for reader in coordinators:
        _plan(transfer, reader, "asked")


def transfer_decided(transfer: Transfer, coordinators: Iterable[Person]) -> None:
    """Tell the coordinators of both sides what became of it; the person as well where the membership changed."""
    readers = {each.pk: each for each in coordinators}
    if transfer.decided_by is not None and transfer.decided_by.person_id is not None:
        readers.pop(transfer.decided_by.person_id, None)
    if transfer.asked_by.person is not None and transfer.asked_by_id != transfer.decided_by_id:
        readers[transfer.asked_by.person.pk] = transfer.asked_by.person
    if transfer.state == Transfer.State.CONFIRMED:
        readers.pop(transfer.person_id, None)
        _plan(transfer, transfer.person, "moved")
    for reader in readers.values():
        _plan(transfer, reader, "decided")


def _plan(transfer: Transfer, reader: Person, occasion: str) -> None:
    with override(reader.language):
        context = {
            "reader": reader,
            "name": transfer.person.full_name,
            "losing": transfer.losing.name,
            "gaining": transfer.gaining.name,
            "day": date_format(transfer.on, "DATE_FORMAT"),
            "state": transfer.get_state_display(),
            "confirmed": transfer.state == Transfer.State.CONFIRMED,
            "reason": transfer.reason if occasion == "asked" else transfer.answer,
            "page": settings.SITE_ADDRESS + reverse("transfer", args=[transfer.pk]),
        }
    plan_message(
        key=f"transfer:{transfer.pk}:{occasion}:{reader.pk}",
        recipient=reader,
        template=f"people/transfer_{occasion}",
        context=context,
    )
