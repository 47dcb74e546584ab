"""What this app holds."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.holdings.registry import Erasing, Holding, Merging

KEEPS, EMPTIES, DELETES, BY_SERVICE = Erasing.KEEPS, Erasing.EMPTIES, Erasing.DELETES, Erasing.BY_SERVICE


def done_by(model: str, *paths: str) -> tuple[Holding, ...]:
    """Keys that say which account did something about somebody or something else."""
    why = "says who did it; the account carries a pseudonym once it is erased"
    return tuple(Holding(model, path, KEEPS, why=why, merging=Merging.STAYS) for path in paths)


HOLDINGS = (
    Holding(
        "people.Person",
        "pk",
        BY_SERVICE,
        shown={
            "public_code": _("Code"),
            "family_name": _("Family name"),
            "given_name": _("Given name"),
            "patronymic": _("Patronymic"),
            "name_latin": _("Name in Latin script"),
            "sex": _("Sex"),
            "email": _("E-mail"),
            "language": _("Language"),
            "time_zone": _("Time zone"),
            "created_at": _("Known since"),
        },
        merging=Merging.STAYS,
    ),
    Holding("people.Person", "merged_into", BY_SERVICE, merging=Merging.MOVES),
    Holding(
        "people.Account",
        "person",
        BY_SERVICE,
        shown={
            "email": _("E-mail"),
            "created_at": _("Opened on"),
            "last_login": _("Signed in last"),
            "is_active": _("May sign in"),
            "text_size": _("Size of text"),
            "less_motion": _("Nothing moves"),
            "more_contrast": _("High contrast"),
            "text_only": _("Text only"),
            "muted_messages": _("Messages not wanted"),
        },
        merging=Merging.ONE_ONLY,
    ),
    Holding(
        "people.RoleGrant",
        "account",
        KEEPS,
        why="who was responsible when; erasing ends what is still in force",
        shown={
            "role": _("Role"),
            "agency__name": _("Agency"),
            "valid_from": pgettext_lazy("first day of a period", "From"),
            "valid_to": pgettext_lazy("last day of a period", "To"),
        },
    ),
    *done_by("people.RoleGrant", "granted_by"),
    Holding("people.NotTheSame", "first", KEEPS, why="two keys and a moment"),
    Holding("people.NotTheSame", "second", KEEPS, why="two keys and a moment"),
    *done_by("people.NotTheSame", "decided_by"),
    Holding("people.Merge", "kept", EMPTIES, emptied=("chosen", "set_aside", "steps"), merging=Merging.STAYS),
    Holding("people.Merge", "merged", EMPTIES, emptied=("chosen", "set_aside", "steps"), merging=Merging.STAYS),
    *done_by("people.Merge", "merged_by", "undone_by"),
    *done_by("people.PeopleImport", "uploaded_by", "undone_by"),
    Holding(
        "people.PeopleImportRow",
        "person",
        EMPTIES,
        emptied=("values", "changes", "alike", "undo"),
        shown={"source__uploaded_at": _("When"), "values": _("What the list said")},
    ),
    *done_by("people.AgencyDomain", "approved_by"),
    Holding(
        "people.Invitation",
        "person",
        DELETES,
        shown={"invited_at": _("When"), "agency__name": _("Agency"), "email": _("E-mail"), "post": _("Post")},
    ),
    *done_by("people.Invitation", "invited_by"),
    Holding("people.Invitation", "accepted_by", DELETES),
    Holding(
        "people.JoinRequest",
        "account",
        DELETES,
        shown={
            "asked_at": _("When"),
            "agency__name": _("Agency"),
            "family_name": _("Family name"),
            "given_name": _("Given name"),
            "patronymic": _("Patronymic"),
            "post": _("Post"),
            "state": _("State"),
            "reason": _("Reason"),
        },
    ),
    *done_by("people.JoinRequest", "decided_by"),
    Holding(
        "people.Membership",
        "person",
        EMPTIES,
        emptied=("post",),
        shown={
            "agency__name": _("Agency"),
            "post": _("Post"),
            "valid_from": pgettext_lazy("first day of a period", "From"),
            "valid_to": pgettext_lazy("last day of a period", "To"),
        },
    ),
    Holding(
        "people.Consent",
        "person",
        KEEPS,
        why="proves that what was done with the data was agreed to",
        shown={
            "at": _("When"),
            "purpose": _("What for"),
            "version": _("Version"),
            "given": _("Agreed"),
            "way": _("Way"),
        },
    ),
    *done_by("people.Consent", "recorded_by"),
    Holding(
        "people.DataRequest",
        "person",
        EMPTIES,
        emptied=("text", "answer"),
        shown={
            "asked_at": _("When"),
            "kind": _("Request"),
            "text": _("Text"),
            "state": _("State"),
            "answer": _("Answer"),
        },
    ),
    *done_by("people.DataRequest", "answered_by"),
    Holding("people.Erasure", "person", KEEPS, why="says that there was one", shown={"at": _("When")}),
    *done_by("people.Erasure", "erased_by"),
    Holding(
        "people.Transfer",
        "person",
        EMPTIES,
        emptied=("post", "reason", "answer"),
        shown={
            "on": _("First day"),
            "losing__name": _("From agency"),
            "gaining__name": _("To agency"),
            "post": _("Post"),
            "state": _("State"),
            "reason": _("Reason"),
            "answer": _("Answer"),
        },
    ),
    *done_by("people.Transfer", "asked_by", "decided_by"),
)
