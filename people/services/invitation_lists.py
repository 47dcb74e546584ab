"""Lists of people to invite: what each row means, and inviting all of them or nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from people.columns import RosterRow, RowError
from people.models import Account, Agency, Invitation, Language, Person
from people.services.invitations import invite_person, who_signed_in
from people.services.rosters import RosterEntry, Verdict, plan_roster


class Meaning(models.TextChoices):
    """What a row of a list of people to invite means."""

    NEW = "new", gettext_lazy("new person")
    KNOWN = "known", gettext_lazy("known, without an account")
    DOUBTFUL = "doubtful", gettext_lazy("perhaps known")
    AGAIN = "again", gettext_lazy("invited already")


@dataclass(frozen=True)
class InvitationEntry:
    """A row, what it means, and whom it is for; `namesakes` are people without an e-mail who may be meant."""

    row: RosterRow
    meaning: Meaning
    agency: Agency
    person: Person | None = None
    namesakes: tuple[Person, ...] = ()


def plan_invitations(
    *, rows: Sequence[RosterRow], agency: Agency | None, account: Account
) -> tuple[list[InvitationEntry], list[RowError]]:
    """Say what each row of a list means for whoever wants to invite the people on it; nothing is written."""
    entries, errors = plan_roster(rows=rows, agency=agency)
    own = set(Agency.objects.visible_to(account).values_list("pk", flat=True))
    context = _Context.of(entries, account)
    planned: list[InvitationEntry] = []
    for entry in entries:
        column, objection = _objection_to_entry(entry, own, context)
        if objection:
            errors.append(RowError(entry.row.line, column, objection))
        else:
            planned.append(_planned(entry, context))
    return planned, sorted(errors, key=lambda error: error.line)


@dataclass(frozen=True)
class _Context:
    """What is asked once for a whole list: who is invited already, who has signed in, whom the inviter may see."""

    invited: frozenset[tuple[int, str]]
    at_home: frozenset[int]
    seen: frozenset[int]

    @classmethod
    def of(cls, entries: Sequence[RosterEntry], account: Account) -> "_Context":
        emails = [entry.row.email for entry in entries]
        people = [entry.person.pk for entry in entries if entry.person]
        namesakes = [each.pk for entry in entries for each in entry.namesakes]
        waiting = Invitation.objects.waiting().filter(email__in=emails)
        visible = Person.objects.visible_to(account).filter(pk__in=namesakes)
        return cls(
            frozenset(waiting.values_list("agency", "email")),
            who_signed_in(people),
            frozenset(visible.values_list("pk", flat=True)),
        )


def _objection_to_entry(entry: RosterEntry, own: set[int], context: _Context) -> tuple[str, str]:
    """The column and the sentence of what keeps a row out, or two empty words."""
    if not entry.row.email:
        return "email", _("An invitation needs an e-mail.")
    if entry.agency.pk not in own:
        return "agency", _("%(agency)s is none of your agencies.") % {"agency": entry.agency}
    if entry.membership is not None and entry.verdict == Verdict.MOVED:
        return "email", _("Somebody with this e-mail belongs to another agency. Ask for a transfer instead.")
    if entry.membership is not None and entry.person is not None and entry.person.pk in context.at_home:
        words = _("%(person)s belongs to %(agency)s and has signed in already.")
        return "email", words % {"person": entry.person, "agency": entry.agency}
    return "", ""


def _planned(entry: RosterEntry, context: _Context) -> InvitationEntry:
    namesakes = tuple(each for each in entry.namesakes if each.pk in context.seen)
    meaning = Meaning.NEW
    if (entry.agency.pk, entry.row.email) in context.invited:
        meaning = Meaning.AGAIN
    elif entry.person is not None:
        meaning = Meaning.KNOWN
    elif namesakes:
        meaning = Meaning.DOUBTFUL
    return InvitationEntry(entry.row, meaning, entry.agency, entry.person, namesakes)


@transaction.atomic
def invite_list(
    *,
    entries: Sequence[InvitationEntry],
    decisions: Mapping[int, str],
    since: date,
    actor: Account,
) -> tuple[int, list[RowError]]:
    """Invite everybody on a list, or nobody while a row waits for a decision.

    `decisions` by line: the public code of the one who is meant, "new" or "skip". Returns how many letters go, and
    the rows that still want a decision.
    """
    undecided = [
        RowError(entry.row.line, "", _("Say whether this person is known."))
        for entry in entries
        if entry.meaning == Meaning.DOUBTFUL and not _is_decided(entry, decisions.get(entry.row.line, ""))
    ]
    if undecided:
        return 0, undecided
    sent = 0
    for entry in entries:
        decision = decisions.get(entry.row.line, "") if entry.meaning == Meaning.DOUBTFUL else ""
        if entry.meaning == Meaning.AGAIN or decision == "skip":
            continue
        meant = next((each for each in entry.namesakes if each.public_code == decision), entry.person)
        _invite_entry(entry, meant, since, actor)
        sent += 1
    record("people.list_invited", actor=actor, after={"rows": len(entries), "sent": sent})
    return sent, []


def _is_decided(entry: InvitationEntry, decision: str) -> bool:
    return decision in {"new", "skip", *(each.public_code for each in entry.namesakes)}


def _invite_entry(entry: InvitationEntry, person: Person | None, since: date, actor: Account) -> None:
    row = entry.row
    invite_person(
        agency=entry.agency,
        actor=actor,
        email=row.email,
        person=person,
        since=since,
        language=row.language or Language.RU,
        family_name=row.family_name,
        given_name=row.given_name,
        patronymic=row.patronymic,
        post=row.post,
    )
