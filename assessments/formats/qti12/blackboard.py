"""Matching as Blackboard writes it: what belongs to a line stands in a column, in the order of the options."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from assessments.formats.item import NO_TEXT, Text
from assessments.formats.qti12.material import RESPONSES, text_of
from assessments.formats.qti12.responses import Response
from core.errors import FormatError
from core.xml import Node

QUESTION, LINES, COLUMN = "QUESTION_BLOCK", "RESPONSE_BLOCK", "RIGHT_MATCH_BLOCK"


def in_columns(
    presentation: Node, responses: Sequence[Response], warnings: list[str]
) -> tuple[Text, tuple[Response, ...]] | None:
    """Return the question and its responses with their texts; None when nothing stands in a column.

    Raises FormatError when the column is not as long as the options are many.
    """
    blocks = {each.get("class", ""): each for each in presentation.within("flow")}
    if COLUMN not in blocks:
        return None
    texts = [text_of(each, warnings) for each in blocks[COLUMN].children()]
    if any(len(each.options) != len(texts) for each in responses):
        raise FormatError(_("An answer of the question has no text."))
    labels = {
        response.get("ident", "").strip(): text_of(line, warnings, without=RESPONSES)
        for line in blocks.get(LINES, presentation).children()
        for response in line.within("response_lid")
    }
    return text_of(blocks.get(QUESTION), warnings), tuple(
        replace(
            each,
            label=labels.get(each.ident, NO_TEXT),
            options=tuple(replace(option, text=text) for option, text in zip(each.options, texts, strict=True)),
        )
        for each in responses
    )
