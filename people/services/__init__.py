"""Every write about persons, agencies, membership and roles."""

from people.errors import PeopleError
from people.services.accounts import open_account, open_account_for_email
from people.services.agencies import create_agency, remove_agency
from people.services.earlier import Brought, bring_agencies, bring_memberships, bring_people, people_called
from people.services.erasure import ERASED, erase_person
from people.services.holdings import erase_rows, rows_of
from people.services.memberships import agency_of, join_agency
from people.services.own_data import Section, export_json, export_pdf, sections_of
from people.services.persons import change_latin_name, correct_names, create_person
from people.services.privacy import (
    Standing,
    agrees_to,
    answer_by,
    ask_about_data,
    consents_of,
    correct_data,
    grant_erasure,
    record_consent,
    refuse_data_request,
    withdraw_consent,
    withdraw_data_request,
)
from people.services.retention import apply_retention
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
from people.services.trail import (
    TrailQuestion,
    events_about,
    events_asked_for,
    note_trail_read,
    readings_of,
)

__all__ = [
    "EDITORS_GROUP", "ERASED", "GROUPS", "MANAGERS_GROUP", "Brought", "PeopleError", "RosterEntry", "RosterResult",
    "Section", "Standing", "TrailQuestion", "Verdict", "agency_of", "agrees_to", "answer_by", "apply_retention",
    "ask_about_data", "bring_agencies", "bring_editors_up_to_date", "bring_memberships", "bring_people",
    "change_latin_name", "consents_of", "correct_data", "correct_names", "create_agency", "create_person", "end_roles",
    "end_session", "erase_person", "erase_rows", "events_about", "events_asked_for", "export_json", "export_pdf",
    "grant_erasure", "grant_role", "import_roster", "join_agency", "note_sign_in", "note_sign_in_change",
    "note_trail_read", "open_account", "open_account_for_email", "people_called", "plan_roster", "read_roster",
    "readings_of", "record_consent", "refuse_data_request", "remove_agency", "reset_second_factor", "revoke_role",
    "rows_of", "save_entry", "sections_of", "with_ended_roles", "withdraw_consent", "withdraw_data_request",
]  # fmt: skip
