"""People and memberships in a file, in the shape in which a list comes in: what goes out comes back unchanged."""

import csv
import io
from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.services import record
from core.blanks import filled_xlsx, heading_of
from core.files import harmless
from core.spreadsheets import MAX_ROWS
from people.errors import PeopleError
from people.lists import COLUMNS, LANGUAGE_WORDS, SEX_WORDS, TITLE
from people.models import Account, Agency, Membership
from people.permissions import can_bring_lists

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_LOCAL = ("ru", "be")


@transaction.atomic
def export_people(*, account: Account, agency: Agency | None, file_format: str, language: str) -> bytes:
    """Return everybody who belongs today to an agency or below it; without one, to all that the account may read.

    Raises PeopleError for more people than a list may have, and for who may not. It is noted who took which people.
    """
    if not can_bring_lists(account):
        raise PeopleError(_("Lists of people are taken out by coordinators and managers."))
    members = members_to_export(account, agency)
    count = members.count()
    if count > MAX_ROWS:
        raise PeopleError(_("These are more than 20,000 people. Choose an agency."))
    after = {"rows": count, "format": file_format}
    for each in [agency] if agency else _tops(account):
        record("people.people_exported", obj=each, actor=account, after=after)
    write = _to_xlsx if file_format == "xlsx" else _to_csv
    return write(members, language)


def _tops(account: Account) -> list[Agency | None]:
    """What stands for all agencies of somebody: nothing for a manager, else those below none of the others."""
    if account.sees_everybody:
        return [None]
    own = Agency.objects.visible_to(account)
    keys = set(own.values_list("pk", flat=True))
    return [each for each in own.order_by("path") if each.parent_id not in keys]


def members_to_export(account: Account, agency: Agency | None) -> QuerySet[Membership]:
    """Return the memberships of today that the account may read, in the order of agencies and names."""
    agencies = Agency.objects.visible_to(account)
    if agency is not None:
        agencies = agencies.within(agency)
    members = Membership.objects.current().filter(agency__in=agencies.values("pk"), primary=True)
    return members.filter(person__merged_into__isnull=True, person__erasure__isnull=True).order_by(
        "agency__path", "person__sort_name", "person"
    )


def _cells(members: QuerySet[Membership], language: str) -> Iterator[list[str | date | None]]:
    for each in members.select_related("person", "agency").iterator(chunk_size=2000):
        person = each.person
        said = {
            "code": person.public_code,
            "family_name": person.family_name,
            "given_name": person.given_name,
            "patronymic": person.patronymic,
            "name_latin": person.name_latin,
            "sex": SEX_WORDS[language][person.sex],
            "email": person.email,
            "language": LANGUAGE_WORDS[language][person.language],
            "agency": each.agency.code,
            "post": each.post,
        }
        days = {"since": each.valid_from, "until": each.valid_to}
        yield [days[name] if name in days else harmless(said[name]) for name in COLUMNS]


def _to_xlsx(members: QuerySet[Membership], language: str) -> bytes:
    return filled_xlsx(title=TITLE, columns=list(COLUMNS.values()), language=language, rows=_cells(members, language))


def _to_csv(members: QuerySet[Membership], language: str) -> bytes:
    """UTF-8 with a mark that tells Excel so; with semicolons where spreadsheet programs expect them."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if language in _LOCAL else ",", lineterminator="\r\n")
    with override(language):
        writer.writerow([heading_of(column) for column in COLUMNS.values()])
    for cells in _cells(members, language):
        writer.writerow([cell.isoformat() if isinstance(cell, date) else cell for cell in cells])
    return text.getvalue().encode("utf-8-sig")
