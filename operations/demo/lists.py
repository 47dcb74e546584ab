"""Lists of people in the demonstration: one that was taken, and one about which somebody has to decide."""

import csv
import io
from datetime import datetime, timedelta

from operations.demo.clock import at
from operations.demo.people import DOMAIN, World
from people.lists import COLUMNS
from people.models import Account, Person
from people.services import people_lists

OWN, BELOW, ELSEWHERE = "GOV-11-BR", "HLT-01-BR", "GOV-02"


def load_lists(world: World, now: datetime) -> None:
    """A manager took corrected posts three days ago; the coordinator sent a list this night and has not decided."""
    own, below, elsewhere = (world.people[code] for code in (OWN, BELOW, ELSEWHERE))
    manager, coordinator = (Account.objects.get(email=f"{name}@{DOMAIN}") for name in ("manager", "coordinator"))
    with at(now - timedelta(days=3)):
        rows = [_row(person, post="главный специалист") for person in own[-3:]]
        source = people_lists.send_list(content=_file(rows), file_name="должности.csv", agency=None, actor=manager)
        people_lists.read_people_list(source=source)
        people_lists.take_people_list(source=people_lists.ask_to_take(source=source, actor=manager))
    with at(now - timedelta(minutes=40)):
        rows = [
            _row(own[-1], post="начальник отдела", agency=OWN),
            _row(own[-2], agency=OWN),
            _row(below[-1], code="", email="", agency=OWN),
            _row(elsewhere[-1], code="", post="консультант", agency=OWN),
            {"family_name": "Ярмоленка", "given_name": "Таццяна", "patronymic": "Сяргееўна", "agency": BELOW,
             "email": "t.yarmolenka@hlt-01-br.example.org", "language": "беларуская"},
        ]  # fmt: skip
        source = people_lists.send_list(
            content=_file(rows), file_name="отдел кадров.csv", agency=None, actor=coordinator
        )
        people_lists.read_people_list(source=source)


def _row(person: Person, **said: str) -> dict[str, str]:
    known = {name: getattr(person, name) for name in ("family_name", "given_name", "patronymic", "email")}
    return {"code": person.public_code, **known, **said}


def _file(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(COLUMNS), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
