"""Who is known, and by which names."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from people.errors import PeopleError
from people.models import Account, Agency, Person
from people.services.memberships import join_agency


@transaction.atomic
def create_person(
    *,
    agency: Agency,
    family_name: str,
    given_name: str,
    email: str = "",
    post: str = "",
    since: date | None = None,
    until: date | None = None,
    actor: Account | None = None,
    **fields: Any,
) -> Person:
    """Create a person as a member of an agency from a day on (default today), to the last day that is known.

    Raises PeopleError when the e-mail belongs to somebody: the same e-mail is the same person.
    """
    if email and Person.objects.unmerged().filter(email=email.strip().lower()).exists():
        raise PeopleError(_("%(email)s belongs to a person who is known already.") % {"email": email})
    person = Person.objects.create(family_name=family_name, given_name=given_name, email=email, **fields)
    record("people.person_created", obj=person, actor=actor, subject=person)
    join_agency(person=person, agency=agency, since=since or timezone.localdate(), until=until, post=post)
    return person


@transaction.atomic
def change_latin_name(*, person: Person, name_latin: str, actor: Account | None = None) -> None:
    """Correct how a person's name is written in Latin script. What was issued with another spelling keeps it."""
    before = person.name_latin
    if name_latin == before:
        return
    person.name_latin = name_latin
    person.save(update_fields=["name_latin", "search_text", "sort_name", "email"])
    record(
        "people.latin_name_changed",
        obj=person,
        actor=actor,
        subject=person,
        before={"name_latin": before},
        after={"name_latin": name_latin},
    )


@transaction.atomic
def correct_names(*, person: Person, actor: Account | None = None, **names: str) -> bool:
    """Correct a person's names; what was issued with others keeps them. Returns whether anything changed.

    Raises PeopleError without a family name or a given name.
    """
    needed = [names.get(name, getattr(person, name)) for name in ("family_name", "given_name")]
    if not all(name.strip() for name in needed):
        raise PeopleError(_("A person has a family name and a given name."))
    changed = {name: value.strip() for name, value in names.items() if getattr(person, name) != value.strip()}
    if not changed:
        return False
    before = {name: getattr(person, name) for name in changed}
    for name, value in changed.items():
        setattr(person, name, value)
    person.save(update_fields=[*changed, "sort_name", "search_text", "email"])
    record("people.person_changed", obj=person, actor=actor, subject=person, before=before, after=changed)
    return True
