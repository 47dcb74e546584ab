"""Letters of agencies that ask for workshops: some wait, one was declined, some became workshops."""

from datetime import datetime, timedelta
from typing import Any

from operations.demo import read, workday
from operations.demo.clock import at
from operations.demo.people import World
from workshops.models import Outline, WorkshopRequest
from workshops.services import ask_for_workshop, decline_request


def load_requests(world: World, outline: Outline, now: datetime) -> dict[str, WorkshopRequest]:
    """Ask for workshops, and decline one. Returns, by the code of the workshop, the requests that become one."""
    wanted = {}
    for letter in read("requests.yaml")["requests"]:
        request = _ask(world, outline, now, letter)
        if "declined" in letter:
            declined = letter["declined"]
            with at(now - timedelta(days=declined["days"])):
                decline_request(request=request, answer=declined["answer"], actor=world.accounts["manager"])
        if "workshop" in letter:
            wanted[letter["workshop"]] = request
    return wanted


def _ask(world: World, outline: Outline, now: datetime, letter: dict[str, Any]) -> WorkshopRequest:
    earliest, latest = (workday(now.date(), weeks) for weeks in letter["between"])
    with at(now - timedelta(days=letter["asked"])):
        return ask_for_workshop(
            agency=world.agencies[letter["agency"]],
            actor=world.accounts[letter["by"]],
            outline=outline if "workshop" in letter else None,
            earliest=earliest,
            latest=latest,
            **{name: letter[name] for name in ("subject", "purpose", "people", "place")},
        )
