"""What follows for workshops when the data of a person are erased."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from core.folding import fold
from people.models import Account, Person
from workshops.models import OnlineLog, OnlineName, Registration, Workshop
from workshops.services.registrations import withdraw_registration


def withdraw_erased(person: Person, actor: Account | None, reason: str) -> Mapping[str, int]:
    """Free the seats in workshops that are not over, and take the person's names out of logs of online meetings."""
    registrations = Registration.objects.filter(person=person)
    coming = registrations.active().filter(
        workshop__ends_on__gte=timezone.localdate(),
        workshop__status__in=[Workshop.Status.DRAFT, Workshop.Status.PUBLISHED, Workshop.Status.RUNNING],
    )
    withdrawn = [
        withdraw_registration(registration=each, actor=actor) for each in coming.select_related("workshop", "person")
    ]
    return {"workshops.registrations_withdrawn": len(withdrawn), "workshops.names_in_logs": _forget_names(person)}


def _forget_names(person: Person) -> int:
    """Replace the names under which the person was seen online; what was decided about them goes on to hold."""
    decided = OnlineName.objects.filter(registration__person=person)
    known = {*decided.values_list("key", flat=True), person.email} - {""}
    spoken = {
        fold(person.family_name, person.given_name),
        fold(person.given_name, person.family_name),
        fold(person.family_name, person.given_name, person.patronymic),
    }
    pseudonym, changed = f"erased {person.pk}", 0
    workshops = Registration.objects.filter(person=person).values("workshop")
    for log in OnlineLog.objects.filter(session__workshop__in=workshops).select_for_update(of=("self",)):
        theirs = [row for row in log.rows if _is_theirs(row, known, spoken)]
        for row in theirs:
            row.update(name=pseudonym, email="")
        if theirs:
            log.save(update_fields=["rows"])
            changed += len(theirs)
    # Several names of one workshop become one: the last decision about them holds.
    for workshop in set(decided.values_list("workshop", flat=True)):
        last = decided.filter(workshop=workshop).latest("decided_at", "pk")
        decided.filter(workshop=workshop).exclude(pk=last.pk).delete()
        OnlineName.objects.filter(pk=last.pk).update(key=fold(pseudonym))
    return changed


def _is_theirs(row: Mapping[str, Any], known: set[str], spoken: set[str]) -> bool:
    name = fold(row.get("name") or "")
    return row.get("email") in known or name in known or name in spoken
