"""Every write about persons, agencies, membership and roles."""

from people.errors import PeopleError
from people.services.accounts import open_account, open_account_for_email
from people.services.admission import current_membership
from people.services.agencies import create_agency, remove_agency
from people.services.earlier import Brought, bring_agencies, bring_memberships, bring_people, people_called
from people.services.erasure import ERASED, erase_person
from people.services.holdings import erase_rows, rows_of
from people.services.invitation_lists import InvitationEntry, Meaning, invite_list, plan_invitations
from people.services.invitations import (
    accept_invitation,
    find_invitation,
    invite_person,
    objection_to_acceptance,
    objection_to_invitation,
    people_to_invite,
    person_of_invitation,
    resend_invitation,
    send_invitation,
    withdraw_invitation,
)
from people.services.joining import (
    agency_of_domain,
    approve_request,
    ask_to_join,
    deciders,
    namesakes_of,
    prove_address,
    refuse_request,
    said_of_decision,
    withdraw_request,
)
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
    "EDITORS_GROUP", "ERASED", "GROUPS", "MANAGERS_GROUP", "Brought", "InvitationEntry", "Meaning", "PeopleError",
    "RosterEntry", "RosterResult", "Section", "Standing", "TrailQuestion", "Verdict", "accept_invitation",
    "agency_of", "agency_of_domain", "agrees_to", "answer_by", "apply_retention", "approve_request", "ask_about_data",
    "ask_to_join", "bring_agencies", "bring_editors_up_to_date", "bring_memberships", "bring_people",
    "change_latin_name", "consents_of", "correct_data", "correct_names", "create_agency", "create_person",
    "current_membership", "deciders", "end_roles", "end_session", "erase_person", "erase_rows", "events_about",
    "events_asked_for", "export_json", "export_pdf", "find_invitation", "grant_erasure", "grant_role",
    "import_roster", "invite_list", "invite_person", "join_agency", "namesakes_of", "note_sign_in",
    "note_sign_in_change", "note_trail_read", "objection_to_acceptance", "objection_to_invitation", "open_account",
    "open_account_for_email", "people_called", "people_to_invite", "person_of_invitation", "plan_invitations",
    "plan_roster", "prove_address", "read_roster", "readings_of", "record_consent", "refuse_data_request",
    "refuse_request", "remove_agency", "resend_invitation", "reset_second_factor", "revoke_role", "rows_of",
    "said_of_decision", "save_entry", "sections_of", "send_invitation", "with_ended_roles", "withdraw_consent",
    "withdraw_data_request", "withdraw_invitation", "withdraw_request",
]  # fmt: skip
