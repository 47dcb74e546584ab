"""The outline of the interagency workshop: its page in three languages and its eight sessions."""

from datetime import time
from typing import Any

from wagtail.models import Page

from library.models import Aspect
from operations.demo import LANGUAGES, read
from operations.demo.tree import fixed_id, items, translated
from workshops.models import Outline, OutlinePage
from workshops.services import set_outline_sessions


def load_outline(home: Page) -> None:
    """Make the outline page below the home page, and the sessions that a workshop copies."""
    words = read("outline.yaml")
    translated(
        home,
        lambda code: OutlinePage(
            title=words["title"][code],
            slug=words["slug"],
            outline_code=words["code"],
            aspects=list(Aspect.values),
            sdgs=words["sdgs"],
            summary=_sentences(words["summary"][code], 300),
            audience=_sentences(words["audience"][code], 300),
            objectives=_list(words["objectives"][code]),
            methods=f"<p>{words['methods'][code]}</p>",
            materials=_list(words["materials"][code]),
            agenda=[_agenda_day(day, code) for day in words["days"]],
            facilitator_notes=words["facilitator_notes"].get(code, words["facilitator_notes"]["en"]),
        ),
    )
    outline = Outline.objects.get(code=words["code"])
    set_outline_sessions(
        outline=outline,
        rows=[
            {
                "number": row["number"],
                "day": row["day"],
                "start_time": time.fromisoformat(row["start"]),
                "end_time": time.fromisoformat(row["end"]),
                "planned_minutes": row["minutes"],
                "kind": row["kind"],
                "required": row["required"],
                **{f"title_{code}": row["title"][code] for code in LANGUAGES},
            }
            for row in words["sessions"]
        ],
    )


def _sentences(text: str, longest: int) -> str:
    """As many whole sentences as fit."""
    return text if len(text) <= longest else text[: text.rindex(". ", 0, longest) + 1]


def _list(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


def _agenda_day(day: dict[str, Any], code: str) -> dict[str, Any]:
    parts = [
        {
            "start": item["start"],
            "end": item["end"],
            "title": item["title"][code],
            "method": item["method"][code],
            "output": item["output"][code],
        }
        for item in day["items"]
    ]
    here = ("agenda", day["number"])
    return {
        "type": "day",
        "id": fixed_id(*here),
        "value": {"title": day["title"][code], "items": items(here, "items", parts)},
    }
