"""Every write about persons, agencies, membership and roles."""

from people.errors import PeopleError
from people.services.accounts import open_account, open_account_for_email
from people.services.agencies import create_agency, remove_agency
from people.services.earlier import Brought, bring_agencies, bring_memberships, bring_people, people_called
from people.services.memberships import agency_of, join_agency
from people.services.persons import change_latin_name, create_person
from people.services.roles import (
    EDITORS_GROUP,
    GROUPS,
    MANAGERS_GROUP,
    bring_editors_up_to_date,
    end_roles,
    grant_role,
    revoke_role,
    with_ended_roles,
)
from people.services.rosters import (
    RosterEntry,
    RosterResult,
    Verdict,
    import_roster,
    plan_roster,
    read_roster,
    save_entry,
)
from people.services.sign_ins import end_session, note_sign_in, note_sign_in_change, reset_second_factor

__all__ = [
    "EDITORS_GROUP", "GROUPS", "MANAGERS_GROUP", "Brought", "PeopleError", "RosterEntry", "RosterResult", "Verdict",
    "agency_of", "bring_agencies", "bring_editors_up_to_date", "bring_memberships", "bring_people", "change_latin_name",
    "create_agency", "create_person", "end_roles", "end_session", "grant_role", "import_roster", "join_agency",
    "note_sign_in", "note_sign_in_change", "open_account", "open_account_for_email", "people_called", "plan_roster",
    "read_roster", "remove_agency", "reset_second_factor", "revoke_role", "save_entry", "with_ended_roles",
]  # fmt: skip
