"""Every address pattern of the site as data, and whom each is for."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import LocalePrefixPattern, URLPattern, URLResolver

ALL_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


class Audience(StrEnum):
    """Who gets an answer other than a refusal. Scope by agency and workshop comes on top, from the QuerySets."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    OWNER = "the person whose record it is"
    PARTICIPANTS = "people who have a place in the workshop, those who run it"
    REGISTER_KEEPERS = "facilitators of the workshop, managers"
    HELPERS = "facilitators of the workshop, helpers with the right, managers"
    SCHEDULERS = "facilitators, managers"
    COHORT = "people of the cohort, those who run it, managers"
    MODERATORS = "those who run the cohort, managers; never about their own words"
    READERS_OF_AGENCIES = "coordinators of the agency, managers"
    CERTIFICATE_READERS = "the holder, coordinators of the agency, managers"
    OWN_LISTS = "the coordinator who sent it, managers"
    INVITERS = "coordinators of the agency, facilitators of the workshop, managers"
    MANAGERS = "managers, administrators; never about themselves"
    ADMINISTRATORS = "administrators; never about themselves"
    EDITORS = "editors, administrators"
    REVIEWERS = "lawyers and doctors whom it was given to; editors, administrators"
    MARKERS = "editors, managers, administrators; never about their own answers"
    DESK_OWNERS = "editors, managers, lawyers and doctors, administrators; each what concerns them"
    READERS_OF_REPORTS = "coordinators of the agency, managers; editors, of figures about questions"
    MONITORING = "programs that show what METRICS_TOKEN says"
    DEMONSTRATION = "anyone, in a demonstration only"


@dataclass(frozen=True)
class Address:
    """An address pattern: "/<language>/modules/<str:code>/", its name, the methods it answers and its view."""

    pattern: str
    name: str
    methods: tuple[str, ...]
    view: Callable[..., Any]


def addresses(patterns: list[Any], prefix: str = "/", namespace: str = "") -> Iterator[Address]:
    """Yield all addresses below `patterns`, in the order in which they are tried."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry.url_patterns, prefix + _text(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            name = f"{namespace}{entry.name}" if entry.name else ""
            yield Address(prefix + _text(entry.pattern), name, methods_of(entry.callback), entry.callback)


def _text(pattern: Any) -> str:
    return "<language>/" if isinstance(pattern, LocalePrefixPattern) else str(pattern).lstrip("^")


def methods_of(view: Callable[..., Any]) -> tuple[str, ...]:
    """Return the methods a view answers: those its decorator or its class names, otherwise all."""
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        names = {name.upper() for name in view_class.http_method_names if hasattr(view_class, name)}
        return tuple(sorted(names | {"HEAD"} if "GET" in names else names))
    function: Any = view
    while function is not None:
        if inspect.isfunction(function) and function.__closure__:
            declared = inspect.getclosurevars(function).nonlocals.get("request_method_list")
            if declared:
                return tuple(sorted(declared))
        function = getattr(function, "__wrapped__", None)
    return ALL_METHODS


# Every named address of ours. What is missing here fails the build (tests/test_permission_matrix.py).
AUDIENCES: dict[str, Audience] = {
    "front": Audience.ANYONE,
    "problem": Audience.ANYONE,
    "search": Audience.ANYONE,
    "glossary": Audience.ANYONE,
    "accessibility": Audience.ANYONE,
    "offline": Audience.ANYONE,
    "worker": Audience.ANYONE,
    "resources": Audience.ANYONE,
    "resource": Audience.ANYONE,
    "my_learning": Audience.SIGNED_IN,
    "my_calendar": Audience.SIGNED_IN,
    "transcript": Audience.SIGNED_IN,
    "transcript_file": Audience.SIGNED_IN,
    "join": Audience.ANYONE,
    "join_code": Audience.ANYONE,
    "join_who": Audience.SIGNED_IN,
    "join_withdraw": Audience.OWNER,
    "join_invitation": Audience.ANYONE,
    "join_requests": Audience.READERS_OF_AGENCIES,
    "join_request": Audience.READERS_OF_AGENCIES,
    "people_invitations": Audience.INVITERS,
    "people_lists": Audience.READERS_OF_AGENCIES,
    "people_list_new": Audience.READERS_OF_AGENCIES,
    "people_export": Audience.READERS_OF_AGENCIES,
    "people_list_template": Audience.READERS_OF_AGENCIES,
    "people_list": Audience.OWN_LISTS,
    "people_list_file": Audience.OWN_LISTS,
    "people_invitation_new": Audience.READERS_OF_AGENCIES,
    "people_invitation_list": Audience.READERS_OF_AGENCIES,
    "people_invitation_participants": Audience.INVITERS,
    "people_invitation_resend": Audience.INVITERS,
    "people_invitation_withdraw": Audience.INVITERS,
    "catalogue": Audience.ANYONE,
    "module": Audience.ANYONE,
    "enrol": Audience.SIGNED_IN,
    "leave_module": Audience.OWNER,
    "assignments": Audience.READERS_OF_AGENCIES,
    "assignment_new": Audience.READERS_OF_AGENCIES,
    "assignment": Audience.READERS_OF_AGENCIES,
    "assignment_file": Audience.READERS_OF_AGENCIES,
    "assignment_withdraw": Audience.READERS_OF_AGENCIES,
    "exemption_new": Audience.READERS_OF_AGENCIES,
    "exemption_withdraw": Audience.READERS_OF_AGENCIES,
    "paths": Audience.MANAGERS,
    "path_new": Audience.MANAGERS,
    "path_edit": Audience.MANAGERS,
    "path_withdraw": Audience.MANAGERS,
    "lesson": Audience.SIGNED_IN,
    "lesson_file": Audience.SIGNED_IN,
    "module_copies": Audience.OWNER,
    "module_copy": Audience.OWNER,
    "lesson_copy": Audience.OWNER,
    "own_offline": Audience.SIGNED_IN,
    "module_file": Audience.SIGNED_IN,
    "whole_module": Audience.SIGNED_IN,
    "lesson_done": Audience.SIGNED_IN,
    "lesson_note": Audience.SIGNED_IN,
    "own_notes": Audience.SIGNED_IN,
    "lesson_place": Audience.SIGNED_IN,
    "final_test": Audience.OWNER,
    "discussion": Audience.SIGNED_IN,
    "kept_answers": Audience.SIGNED_IN,
    "discussion_question": Audience.COHORT,
    "discussion_take_back": Audience.OWNER,
    "discussion_complain": Audience.COHORT,
    "discussion_moderate": Audience.MODERATORS,
    "discussion_keep": Audience.MODERATORS,
    "discussions": Audience.MODERATORS,
    "practice": Audience.SIGNED_IN,
    "question_picture": Audience.SIGNED_IN,
    "attempt": Audience.OWNER,
    "attempt_save": Audience.OWNER,
    "attempt_review": Audience.OWNER,
    "attempt_submit": Audience.OWNER,
    "attempt_result": Audience.OWNER,
    "attempt_ask_again": Audience.OWNER,
    "agencies": Audience.READERS_OF_AGENCIES,
    "agency_new": Audience.MANAGERS,
    "agency": Audience.READERS_OF_AGENCIES,
    "agency_edit": Audience.MANAGERS,
    "agency_change": Audience.MANAGERS,
    "coordinator_new": Audience.READERS_OF_AGENCIES,
    "doubles": Audience.READERS_OF_AGENCIES,
    "not_the_same": Audience.READERS_OF_AGENCIES,
    "double": Audience.READERS_OF_AGENCIES,
    "merges": Audience.READERS_OF_AGENCIES,
    "merge": Audience.READERS_OF_AGENCIES,
    "transfers": Audience.READERS_OF_AGENCIES,
    "transfer_new": Audience.READERS_OF_AGENCIES,
    "transfer": Audience.READERS_OF_AGENCIES,
    "roles": Audience.MANAGERS,
    "role_new": Audience.MANAGERS,
    "role_end": Audience.READERS_OF_AGENCIES,
    "who_sees_me": Audience.SIGNED_IN,
    "own_account": Audience.OWNER,
    "own_language": Audience.OWNER,
    "own_messages": Audience.OWNER,
    "own_display": Audience.OWNER,
    "messages_stop": Audience.ANYONE,
    "certificate_names": Audience.OWNER,
    "who_sees_person": Audience.READERS_OF_AGENCIES,
    "workshops": Audience.ANYONE,
    "workshop": Audience.ANYONE,
    "workshop_calendar": Audience.ANYONE,
    "session_calendar": Audience.ANYONE,
    "calendar_feed": Audience.ANYONE,
    "calendar_feeds": Audience.SIGNED_IN,
    "calendar_feed_make": Audience.OWNER,
    "calendar_feed_revoke": Audience.OWNER,
    "workshop_new": Audience.SCHEDULERS,
    "workshop_requests": Audience.READERS_OF_AGENCIES,
    "workshop_request_new": Audience.READERS_OF_AGENCIES,
    "workshop_request": Audience.READERS_OF_AGENCIES,
    "workshop_request_decline": Audience.MANAGERS,
    "workshop_request_take_back": Audience.READERS_OF_AGENCIES,
    "rooms": Audience.SCHEDULERS,
    "room_new": Audience.SCHEDULERS,
    "room_edit": Audience.SCHEDULERS,
    "room_remove": Audience.SCHEDULERS,
    "facilitation": Audience.OWNER,
    "phase_test": Audience.OWNER,
    "workshop_manage": Audience.REGISTER_KEEPERS,
    "workshop_edit": Audience.REGISTER_KEEPERS,
    "phase_switch": Audience.REGISTER_KEEPERS,
    "workshop_publish": Audience.REGISTER_KEEPERS,
    "workshop_shift": Audience.REGISTER_KEEPERS,
    "workshop_copy": Audience.REGISTER_KEEPERS,
    "workshop_stop": Audience.REGISTER_KEEPERS,
    "facilitator_add": Audience.REGISTER_KEEPERS,
    "facilitator_remove": Audience.REGISTER_KEEPERS,
    "seats": Audience.REGISTER_KEEPERS,
    "session_new": Audience.REGISTER_KEEPERS,
    "session_edit": Audience.REGISTER_KEEPERS,
    "session_remove": Audience.REGISTER_KEEPERS,
    "session_repeat": Audience.REGISTER_KEEPERS,
    "invitation": Audience.OWNER,
    "workshop_join": Audience.SIGNED_IN,
    "nominations": Audience.READERS_OF_AGENCIES,
    "nomination_add": Audience.READERS_OF_AGENCIES,
    "nomination_import": Audience.READERS_OF_AGENCIES,
    "nomination_move": Audience.READERS_OF_AGENCIES,
    "nomination_replace": Audience.READERS_OF_AGENCIES,
    "nomination_withdraw": Audience.READERS_OF_AGENCIES,
    "registration_approval": Audience.READERS_OF_AGENCIES,
    "participants_invite": Audience.REGISTER_KEEPERS,
    "participant_confirm": Audience.REGISTER_KEEPERS,
    "participants": Audience.REGISTER_KEEPERS,
    "participant_add": Audience.REGISTER_KEEPERS,
    "roster_import": Audience.REGISTER_KEEPERS,
    "attendance_import": Audience.REGISTER_KEEPERS,
    "import_template": Audience.SIGNED_IN,
    "registration_withdraw": Audience.REGISTER_KEEPERS,
    "workshop_messages": Audience.REGISTER_KEEPERS,
    "evaluation": Audience.REGISTER_KEEPERS,
    "evaluation_form": Audience.OWNER,
    "evaluation_review": Audience.REGISTER_KEEPERS,
    "evaluation_answer": Audience.ANYONE,
    "message_stop": Audience.REGISTER_KEEPERS,
    "message_send": Audience.REGISTER_KEEPERS,
    "message_write": Audience.REGISTER_KEEPERS,
    "workshop_message": Audience.REGISTER_KEEPERS,
    "threshold": Audience.REGISTER_KEEPERS,
    "offline_manifest": Audience.ANYONE,
    "offline_registers": Audience.SIGNED_IN,
    "offline_register": Audience.REGISTER_KEEPERS,
    "offline_roster": Audience.REGISTER_KEEPERS,
    "check_in_door": Audience.ANYONE,
    "check_in": Audience.ANYONE,
    "check_in_here": Audience.ANYONE,
    "check_in_screen": Audience.REGISTER_KEEPERS,
    "badge_door": Audience.ANYONE,
    "badge": Audience.REGISTER_KEEPERS,
    "online_logs": Audience.REGISTER_KEEPERS,
    "online_log": Audience.REGISTER_KEEPERS,
    "register": Audience.REGISTER_KEEPERS,
    "register_mark": Audience.REGISTER_KEEPERS,
    "register_all_present": Audience.REGISTER_KEEPERS,
    "sign_in_sheet": Audience.REGISTER_KEEPERS,
    "register_pdf": Audience.REGISTER_KEEPERS,
    "paper_register": Audience.REGISTER_KEEPERS,
    "scan_add": Audience.REGISTER_KEEPERS,
    "scan": Audience.REGISTER_KEEPERS,
    "badges": Audience.REGISTER_KEEPERS,
    "walk_in": Audience.REGISTER_KEEPERS,
    "sign_off": Audience.REGISTER_KEEPERS,
    "record_correct": Audience.REGISTER_KEEPERS,
    "own_record": Audience.OWNER,
    "record_ask": Audience.OWNER,
    "record_change_take_back": Audience.OWNER,
    "action_plan": Audience.OWNER,
    "action_plan_outcome": Audience.OWNER,
    "own_needs": Audience.OWNER,
    "our_people": Audience.READERS_OF_AGENCIES,
    "record_ask_for": Audience.READERS_OF_AGENCIES,
    "our_recommendations": Audience.READERS_OF_AGENCIES,
    "record_changes": Audience.REGISTER_KEEPERS,
    "record_change": Audience.REGISTER_KEEPERS,
    "record_changes_after_lock": Audience.MANAGERS,
    "workshop_now": Audience.REGISTER_KEEPERS,
    "materials": Audience.REGISTER_KEEPERS,
    "material": Audience.PARTICIPANTS,
    "material_edit": Audience.REGISTER_KEEPERS,
    "material_remove": Audience.REGISTER_KEEPERS,
    "outcomes": Audience.REGISTER_KEEPERS,
    "note_remove": Audience.REGISTER_KEEPERS,
    "recommendation_new": Audience.REGISTER_KEEPERS,
    "recommendation_edit": Audience.REGISTER_KEEPERS,
    "workshop_needs": Audience.REGISTER_KEEPERS,
    "my_certificates": Audience.SIGNED_IN,
    "certificate": Audience.CERTIFICATE_READERS,
    "certificate_pdf": Audience.CERTIFICATE_READERS,
    "my_transcript": Audience.SIGNED_IN,
    "certificate_credential": Audience.CERTIFICATE_READERS,
    "credential_png": Audience.CERTIFICATE_READERS,
    "credential_svg": Audience.CERTIFICATE_READERS,
    "did": Audience.ANYONE,
    "credential_context": Audience.ANYONE,
    "credential_status": Audience.ANYONE,
    "certificate_privacy": Audience.OWNER,
    "privacy_notice": Audience.ANYONE,
    "own_data": Audience.OWNER,
    "own_data_file": Audience.OWNER,
    "own_trail": Audience.OWNER,
    "consents": Audience.OWNER,
    "data_request_new": Audience.OWNER,
    "data_request_take_back": Audience.OWNER,
    "data_requests": Audience.READERS_OF_AGENCIES,
    "data_request": Audience.READERS_OF_AGENCIES,
    "trail": Audience.MANAGERS,
    "certificate_change": Audience.MANAGERS,
    "agency_certificates": Audience.READERS_OF_AGENCIES,
    "runs": Audience.MANAGERS,
    "run_new": Audience.MANAGERS,
    "run": Audience.MANAGERS,
    "papers": Audience.MANAGERS,
    "papers_new": Audience.MANAGERS,
    "papers_batch": Audience.MANAGERS,
    "papers_template": Audience.MANAGERS,
    "programmes": Audience.ANYONE,
    "programme": Audience.ANYONE,
    "programme_new": Audience.MANAGERS,
    "programme_plan": Audience.MANAGERS,
    "programme_about": Audience.MANAGERS,
    "programme_part_new": Audience.MANAGERS,
    "programme_part": Audience.MANAGERS,
    "programme_part_remove": Audience.MANAGERS,
    "indicator": Audience.MANAGERS,
    "indicator_targets": Audience.MANAGERS,
    "indicator_correct": Audience.MANAGERS,
    "reports": Audience.READERS_OF_REPORTS,
    "report_files": Audience.READERS_OF_REPORTS,
    "report_file_new": Audience.READERS_OF_REPORTS,
    "report_file": Audience.OWNER,
    "report_file_download": Audience.OWNER,
    "agency_report": Audience.READERS_OF_AGENCIES,
    "agency_results": Audience.READERS_OF_AGENCIES,
    "report": Audience.READERS_OF_REPORTS,
    "freeze_report": Audience.READERS_OF_AGENCIES,
    "frozen_reports": Audience.READERS_OF_AGENCIES,
    "frozen_report": Audience.READERS_OF_AGENCIES,
    "frozen_file": Audience.READERS_OF_AGENCIES,
    "correct_frozen": Audience.READERS_OF_AGENCIES,
    "monthly_mail": Audience.READERS_OF_AGENCIES,
    "verify_frozen": Audience.ANYONE,
    "session_end": Audience.OWNER,
    "sign_in_search": Audience.ADMINISTRATORS,
    "person_sign_in": Audience.ADMINISTRATORS,
    "workshop_help": Audience.HELPERS,
    "participant_names": Audience.HELPERS,
    "facilitator_right": Audience.REGISTER_KEEPERS,
    "view_as": Audience.ADMINISTRATORS,
    "view_as_stop": Audience.SIGNED_IN,
    "verify_search": Audience.ANYONE,
    "verify": Audience.ANYONE,
    "verify_offline": Audience.ANYONE,
    "root_certificates": Audience.ANYONE,
    "revoked_below_a_root": Audience.ANYONE,
    "revoked_certificates": Audience.ANYONE,
    "media": Audience.ANYONE,
    "wagtailadmin_login": Audience.ANYONE,
    "questions:index": Audience.EDITORS,
    "questions:index_results": Audience.EDITORS,
    "questions:add": Audience.EDITORS,
    "questions:add_type": Audience.EDITORS,
    "questions:import": Audience.EDITORS,
    "questions:import_page": Audience.EDITORS,
    "questions:import_save": Audience.EDITORS,
    "questions:import_forget": Audience.EDITORS,
    "questions:import_undo": Audience.EDITORS,
    "questions:export": Audience.EDITORS,
    "questions:export_file": Audience.EDITORS,
    "questions:formats": Audience.EDITORS,
    "questions:format_template": Audience.EDITORS,
    "questions:page": Audience.EDITORS,
    "questions:edit": Audience.EDITORS,
    "questions:preview": Audience.EDITORS,
    "questions:differences": Audience.EDITORS,
    "questions:status": Audience.EDITORS,
    "questions:review": Audience.EDITORS,
    "questions:duplicate": Audience.EDITORS,
    "questions:void": Audience.EDITORS,
    "questions:delete": Audience.EDITORS,
    "certificate-designs:index": Audience.EDITORS,
    "certificate-designs:add": Audience.EDITORS,
    "certificate-designs:preview": Audience.EDITORS,
    "certificate-designs:edit": Audience.EDITORS,
    "certificate-designs:version": Audience.EDITORS,
    "operations:index": Audience.ADMINISTRATORS,
    "operations:try_again": Audience.ADMINISTRATORS,
    "operations:set_aside": Audience.ADMINISTRATORS,
    "desk:index": Audience.DESK_OWNERS,
    "desk:pile": Audience.DESK_OWNERS,
    "desk:looked_at": Audience.EDITORS,
    "reviews:index": Audience.REVIEWERS,
    "reviews:review": Audience.REVIEWERS,
    "reviews:as_readers": Audience.REVIEWERS,
    "reviews:take_back": Audience.EDITORS,
    "translations:index": Audience.EDITORS,
    "translations:export": Audience.EDITORS,
    "translations:import": Audience.EDITORS,
    "translations:compare": Audience.EDITORS,
    "translations:say": Audience.EDITORS,
    "blueprints:index": Audience.EDITORS,
    "blueprints:page": Audience.EDITORS,
    "blueprints:edit": Audience.EDITORS,
    "blueprints:add": Audience.EDITORS,
    "blueprints:copy": Audience.EDITORS,
    "lesson_files:index": Audience.EDITORS,
    "lesson_files:page": Audience.EDITORS,
    "lesson_files:template": Audience.EDITORS,
    "lesson_files:forget": Audience.EDITORS,
    "proofing:page": Audience.EDITORS,
    "module-rules:index": Audience.EDITORS,
    "module-rules:index_results": Audience.EDITORS,
    "module-rules:add": Audience.EDITORS,
    "module-rules:edit": Audience.EDITORS,
    "module-rules:delete": Audience.EDITORS,
    "programme-rules:index": Audience.EDITORS,
    "programme-rules:index_results": Audience.EDITORS,
    "programme-rules:add": Audience.EDITORS,
    "programme-rules:edit": Audience.EDITORS,
    "programme-rules:delete": Audience.EDITORS,
    "tests:index": Audience.EDITORS,
    "tests:index_results": Audience.EDITORS,
    "tests:add": Audience.EDITORS,
    "tests:edit": Audience.EDITORS,
    "tests:blueprint": Audience.EDITORS,
    "tests:delete": Audience.EDITORS,
    "marking:index": Audience.MARKERS,
    "marking:answer": Audience.MARKERS,
    "appeals:index": Audience.MARKERS,
    "appeals:answer": Audience.MARKERS,
    "exceptions:index": Audience.MANAGERS,
    "exceptions:test": Audience.MANAGERS,
    "exceptions:add": Audience.MANAGERS,
    "exceptions:edit": Audience.MANAGERS,
    "exceptions:remove": Audience.MANAGERS,
    "health_live": Audience.ANYONE,
    "health_ready": Audience.ANYONE,
    "metrics": Audience.MONITORING,
    "styleguide": Audience.DEMONSTRATION,
    "demo_mail": Audience.DEMONSTRATION,
    "demo_message": Audience.DEMONSTRATION,
}

# Addresses of the libraries, by where they are mounted; the first that fits counts.
MOUNTED: tuple[tuple[str, Audience], ...] = (
    ("/cms/login/", Audience.ANYONE),
    ("/cms/logout/", Audience.ANYONE),
    ("/cms/password_reset/", Audience.ANYONE),
    ("/cms/", Audience.EDITORS),
    ("/documents/", Audience.ANYONE),
    ("/<language>/account/login/", Audience.ANYONE),
    ("/<language>/account/signup/", Audience.ANYONE),
    ("/<language>/account/inactive/", Audience.ANYONE),
    ("/<language>/account/password/reset/", Audience.ANYONE),
    ("/<language>/account/confirm-email/", Audience.ANYONE),
    ("/<language>/account/2fa/authenticate/", Audience.ANYONE),
    ("/<language>/account/2fa/webauthn/login/", Audience.ANYONE),
    ("/<language>/account/", Audience.SIGNED_IN),
    ("/<language>/_util/", Audience.ANYONE),
)
# Plain pages, which editors make.
BY_NAME = {"wagtail_serve": Audience.ANYONE}


def audience_of(address: Address) -> Audience:
    """Return whom an address is for. Raises LookupError for an address that nobody thought about."""
    named = AUDIENCES.get(address.name) or BY_NAME.get(address.name)
    if named is not None:
        return named
    for prefix, audience in MOUNTED:
        if address.pattern.startswith(prefix):
            return audience
    raise LookupError(f"{address.pattern} ({address.name or 'without a name'}) has no entry in operations/addresses.py")
