"""How the log of an online meeting came to a register: kept as it was, names decided, applied."""

from collections.abc import Iterable
from hashlib import sha256

from people.models import Account, Person
from workshops.meetinglogs import Entry
from workshops.models import AttendanceEvent, Session
from workshops.services import Captured, apply_log, decide_names, keep_log, who_was_online
from workshops.services.online import NOBODY

# Some people never tell their devices who they are: every so manieth in the list goes by the name of one.
DEVICE, EVERY = "Galaxy A{number}", 9
GUEST = "Гость"
# In the last session somebody turned up under a name about which nobody has decided yet.
STRANGER = "Планшет отделения"


def bring_in_log(session: Session, seen: Iterable[Captured], *, last: bool, actor: Account) -> None:
    """Keep a log of those who were seen coming and going, say who unknown names are, and apply it."""
    entries, codes = _entries(session, list(seen), last)
    digest = sha256(repr(entries).encode()).hexdigest()
    name = f"{session.workshop.code}-{session.number}.csv"
    log = keep_log(session=session, name=name, sha256=digest, entries=entries, actor=actor)
    unknown = [each.key for each in who_was_online(log) if each.open and each.name != STRANGER]
    if unknown:
        decisions = {key: codes.get(key, NOBODY) for key in unknown}
        decide_names(workshop=session.workshop, decisions=decisions, actor=actor)
    apply_log(log=log, actor=actor)


def _entries(session: Session, seen: list[Captured], last: bool) -> tuple[list[Entry], dict[str, str]]:
    """The rows of the log, and by the names in it the public codes of the people."""
    people = Person.objects.in_bulk([each.person_id for each in seen])
    came = [each for each in seen if each.kind == AttendanceEvent.Kind.IN]
    went = {each.person_id: each.device_time for each in seen if each.kind == AttendanceEvent.Kind.OUT}
    entries, codes = [], {}
    for line, each in enumerate(came, start=2):
        person = people[each.person_id]
        # By the person, so that the same one has the same device in every session.
        name = DEVICE.format(number=person.pk) if person.pk % EVERY == 0 else str(person)
        entry = Entry(line, name, "", each.device_time, went[each.person_id])
        entries.append(entry)
        codes[entry.key] = person.public_code
    for name in (GUEST, STRANGER) if last else (GUEST,):
        entries.append(Entry(len(entries) + 2, name, "", session.starts_at, session.ends_at))
    return entries, codes
