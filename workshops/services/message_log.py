"""The messages about a workshop that exist, and what they say of themselves: what for, settled or not, what was told.

What calendars were told is remembered nowhere else: it is what the mails that have gone say.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from mail.models import Message, MessageQuerySet
from people.models import Person
from workshops.calendar import Entry, entries, latest
from workshops.emails import Kind
from workshops.models import Facilitation, Registration, Workshop

# What tells somebody when and where the sessions are, or that they are not held.
_ABOUT_PLANS = {Kind.CONFIRMED, Kind.FACILITATES, Kind.FACILITATION, Kind.CHANGED, Kind.POSTPONED, Kind.CANCELLED}
# What tells somebody to run the workshop.
_RUN = {Kind.FACILITATION, Kind.FACILITATES}


def topic_of(workshop: Workshop) -> str:
    """What the keys of all messages about a workshop begin with."""
    return f"workshop:{workshop.pk}"


def kind_of(message: Message) -> Kind:
    """What a message about a workshop is for."""
    return _kind_and_mark(message)[0]


def has_gone(message: Message) -> bool:
    """Whether a message was sent, or may have been."""
    return message.state in {Message.State.SENT, Message.State.SENDING}


def is_settled(message: Message) -> bool:
    """Whether nothing brings a message back: it has gone, was given up, or was stopped by hand."""
    return has_gone(message) or message.state == Message.State.FAILED or message.stopped_at is not None


@dataclass(frozen=True)
class Log:
    """The messages about a workshop (to one person in it)."""

    topic: str
    rows: MessageQuerySet

    @cached_property
    def messages(self) -> list[Message]:
        """All of them, the first one first, without their words."""
        return list(self.rows.select_related("recipient").defer("text", "calendar", "links").order_by("pk"))

    @property
    def people(self) -> list[Person]:
        """Who was written to, or was to be."""
        return list({message.recipient_id: message.recipient for message in self.messages}.values())

    @cached_property
    def by_key(self) -> dict[str, Message]:
        return {message.key: message for message in self.messages}

    @cached_property
    def _of_person(self) -> Mapping[int, list[Message]]:
        found = defaultdict(list)
        for message in self.messages:
            found[message.recipient_id].append(message)
        return found

    @cached_property
    def _calendars(self) -> Mapping[int, dict[str, Entry]]:
        # What came back has told nothing.
        told = self.rows.arrived().exclude(calendar="").order_by("pk").values_list("recipient", "calendar")
        found: defaultdict[int, list[Entry]] = defaultdict(list)
        for person, calendar in told:
            found[person] += entries(calendar)
        return {person: latest(said) for person, said in found.items()}

    def about(self, registration: Registration, kinds: Iterable[Kind]) -> list[Message]:
        """What has gone, or was not to go, about a registration and is of some kinds; the first one first."""
        wanted = {(kind, str(registration.pk)) for kind in kinds}
        of_person = self._settled(registration.person)
        return [each for each in of_person if _kind_and_mark(each) in wanted]

    def told(self, registration: Registration) -> Message | None:
        """What somebody was told last about the times of a registration; None before it is confirmed by a message."""
        confirmed = self.about(registration, [Kind.CONFIRMED])
        return self._plans_since(confirmed[0]) if confirmed else None

    def told_to_run(self, facilitation: Facilitation) -> Message | None:
        """What a facilitator was told last about the times; None before a message has asked, or heard of a yes."""
        accepted = facilitation.state == Facilitation.State.ACCEPTED
        kind = Kind.FACILITATES if accepted else Kind.FACILITATION
        first = next((each for each in self._since_relieved(facilitation.person) if kind_of(each) == kind), None)
        return self._plans_since(first) if first and first.tells else None

    def relieved(self, person: Person) -> Message | None:
        """What told somebody last of running the workshop no longer."""
        found = [each for each in self._settled(person) if kind_of(each) == Kind.RELIEVED]
        return found[-1] if found else None

    def runs_by(self, person: Person) -> Message | None:
        """By which message somebody has to believe to run the workshop, or to be asked to."""
        found = [each for each in self._since_relieved(person) if has_gone(each) and kind_of(each) in _RUN]
        return found[-1] if found else None

    def calendar(self, person: Person) -> Mapping[str, Entry]:
        """What the calendar of a person was told last of each session, by the name that it has there."""
        return self._calendars.get(person.pk, {})

    def _settled(self, person: Person) -> list[Message]:
        return [each for each in self._of_person.get(person.pk, []) if is_settled(each)]

    def _since_relieved(self, person: Person) -> list[Message]:
        relieved = self.relieved(person)
        return [each for each in self._settled(person) if relieved is None or each.pk > relieved.pk]

    def _plans_since(self, first: Message) -> Message:
        of_person = self._settled(first.recipient)
        return [each for each in of_person if each.pk >= first.pk and kind_of(each) in _ABOUT_PLANS][-1]


def _kind_and_mark(message: Message) -> tuple[Kind, str]:
    _topic, _workshop, kind, _person, mark = message.key.split(":", 4)
    return Kind(kind), mark.partition(":")[0]
