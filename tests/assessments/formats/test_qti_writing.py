"""Questions written as a package of QTI 3.0 and read again."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from assessments.formats import qti
from assessments.formats.item import Item, Text
from tests.assessments.formats.strategies import items


def without_losses(item: Item) -> Item:
    """The question with what QTI cannot say left out: asterisks that are any text, and ё that is not е."""
    return replace(
        item,
        answers=tuple(_named(each) for each in item.answers) if item.type == "short_answer" else item.answers,
        gaps=tuple(
            replace(gap, answers=tuple(map(_named, gap.answers))) if gap.type == "short_answer" else gap
            for gap in item.gaps
        ),
        yo_sensitive=False,
    )


def _named(answer):
    if answer.text.text == "*":
        return answer
    pieces = answer.text.text.split("\\*")
    return replace(answer, text=Text("\\*".join(each.replace("*", "") for each in pieces)))


