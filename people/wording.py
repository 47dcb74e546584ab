"""What the audit trail and own data keep as keys, in words: names of values, and values that are keys themselves."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from people.privacy import PURPOSES

Words = str | Promise

# Keys that are called something else than their words say, and those whose words stand nowhere else.
CALLED: Mapping[str, Words] = {
    "absent": _("Absent"),
    "agency_kind": _("Kind of agency"),
    "approval": _("Approval of registrations"),
    "assignment": _("Assignment"),
    "attempts_limit": _("Attempts allowed"),
    "be": _("Belarusian"),
    "causes": _("Causes"),
    "certainty": _("Certainty"),
    "changed": _("Changed"),
    "closed_on": _("Closed on"),
    "closes_at": _("Closes"),
    "count": _("How many"),
    "days": _("Days"),
    "delay_minutes": _("Minutes between attempts"),
    "disclosed": _("What is shown when"),
    "domains": _("Mail domains"),
    "email": _("E-mail"),
    "en": _("English"),
    "end": pgettext_lazy("time of day", "End"),
    "evaluation_invited": _("Invited to the evaluation"),
    "excused": _("Excused"),
    "factors": _("Second factors"),
    "for_facilitators": _("For facilitators only"),
    "gaining": _("To agency"),
    "grading": _("Attempt that counts"),
    "is": _("Who it is"),
    "kept": _("Kept"),
    "key_id": _("Digest of the key"),
    "late": _("Late"),
    "left_early": _("Left early"),
    "letters": _("Letters"),
    "losing": _("From agency"),
    "max_mark": _("Highest mark"),
    "measured_on": _("Measured on"),
    "methods": _("Proofs"),
    "modules_needed": _("Modules needed"),
    "muted_messages": _("Messages not wanted"),
    "name_latin": _("Name in Latin script"),
    "new_device": _("New device"),
    "not_recorded": _("Not recorded"),
    "offer_hours": _("Hours for which a seat is offered"),
    "on": _("First day"),
    "opens_at": _("Opens"),
    "outcome": _("Outcome"),
    "path": _("Path of modules"),
    "phase": _("Phase"),
    "position": _("Position"),
    "posts": _("Posts"),
    "present": _("Present"),
    "questions_per_page": _("Questions on a page"),
    "refused": _("Refused"),
    "registration_until": _("Registration until"),
    "registrations": _("Registrations"),
    "released_at": _("Shown from"),
    "released_on": _("Seats opened to all on"),
    "review_on": _("To be looked through on"),
    "ru": _("Russian"),
    "rule_version": _("Version of the rule"),
    "second_marker": _("Second marker"),
    "self_registration": _("People register themselves"),
    "sequential": _("Questions in their order only"),
    "sha256": "SHA-256",
    "shortened": _("Ended earlier"),
    "shuffle_options": _("Answers in any order"),
    "shuffle_questions": _("Questions in any order"),
    "slug": _("Name in the address"),
    "start": pgettext_lazy("time of day", "Start"),
    "starts_on": _("First day"),
    "stay": _("Stay"),
    "successors": _("Successors"),
    "test_required": _("Test required"),
    "texts": _("Texts"),
    "threshold": _("Share of hours needed"),
    "time_limit_minutes": _("Minutes for the test"),
    "titles": _("Titles"),
    "unchanged": _("Unchanged"),
    "up": _("Moved up"),
    "void": _("Taken out of the marking"),
    "waiting": _("Waiting"),
    "wave": _("Wave"),
    "work": _("Work"),
}


# Tables of others, and of ours that have no name of their own: one, and several.
KINDS: Mapping[str, tuple[Words, Words]] = {
    "assessments.Appeal": (_("question about a mark"), _("questions about marks")),
    "assessments.AttemptItem": (_("answer to a question"), _("answers to questions")),
    "assessments.Marking": (_("mark"), _("marks")),
    "assessments.QuestionVersion": (_("version of a question"), _("versions of questions")),
    "assessments.Voiding": (_("question taken out of the marking"), _("questions taken out of the marking")),
    "mfa.Authenticator": (_("second factor"), _("second factors")),
    "usersessions.UserSession": (_("device that is signed in"), _("devices that are signed in")),
    "wagtail_localize.SegmentOverride": (_("translated part of a page"), _("translated parts of pages")),
    "wagtail_localize.StringTranslation": (_("translated text"), _("translated texts")),
    "wagtailadmin.EditingSession": (_("page open in the CMS"), _("pages open in the CMS")),
    "wagtailadmin.FormState": (_("unsaved form of the CMS"), _("unsaved forms of the CMS")),
    "wagtailcore.APIToken": (_("key for programs"), _("keys for programs")),
    "wagtailcore.PageSubscription": (_("page that is followed"), _("pages that are followed")),
    "wagtailcore.Revision": (_("state of a page"), _("states of pages")),
    "wagtailcore.UploadedFile": (_("uploaded file"), _("uploaded files")),
    "workshops.EvaluationAnswer": (_("answer to an evaluation"), _("answers to evaluations")),
    "workshops.FacilitatorNote": (_("facilitator’s note"), _("facilitators’ notes")),
    "workshops.OnlineLog": (_("log of an online meeting"), _("logs of online meetings")),
    "workshops.OnlineName": (_("name in an online meeting"), _("names in online meetings")),
    "workshops.RegisterScan": (_("scan of a register"), _("scans of registers")),
    "workshops.SignOff": (_("signature under a register"), _("signatures under registers")),
}


def called(key: str) -> str:
    """Return what a value is called: the word that other pages have for it, or else the key as words.

    >>> called("email"), called("valid_from")
    ('E-mail', 'Valid from')
    """
    return str(CALLED.get(key) or gettext(key.replace("_", " ").capitalize()))


def said(value: Any, key: str = "") -> str:
    """Return a value that was kept as text or in JSON, as people read it.

    >>> said({"purpose": "news", "given": True}), said(["M1", "M2"]), said(None)
    ('Purpose: Letters about new modules and workshops; Given: yes', 'M1, M2', '–')
    """
    if isinstance(value, dict):
        return "; ".join(f"{called(str(name))}: {said(each, str(name))}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(said(each, key) for each in value)
    # A one is no truth.
    if isinstance(value, bool | str | None) and value in _PLAIN:
        return str(_PLAIN[value])
    return _VALUES[key](value) if key in _VALUES else str(value)


def purpose_called(key: Any) -> str:
    """Return the title of a purpose for which data are used; a purpose of another release is named as it is."""
    return str(PURPOSES[key].title) if key in PURPOSES else str(key)


# Some services keep values as Python writes them.
_PLAIN: Mapping[Any, Words] = {
    True: _("yes"), False: _("no"), None: "–", "True": _("yes"), "False": _("no"), "None": "–",
}  # fmt: skip
_VALUES: Mapping[str, Callable[[Any], str]] = {"purpose": purpose_called}
