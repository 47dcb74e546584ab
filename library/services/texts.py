"""The texts of a page or snippet by place, read from what is stored: no HTML is parsed and no block is made."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail_localize.fields import get_translatable_fields

# An address is written in Latin letters in every language, and no reader reads it.
UNREAD = {"slug"}
# A new line between two tags, or at the end, is no part of the words: one editor puts it there, another takes it away.
_BETWEEN = re.compile(r">\s*\n\s*<")
# Nor is the key that the editor of the CMS gives each paragraph when it is first saved.
_BLOCK_KEY = re.compile(r"\s+data-block-key=\"[^\"]*\"")
Text = tuple[str, list[Any], str]  # place, what the parts of the place are called, the text


def texts_of(model: type[models.Model], stored: Mapping[str, Any]) -> Iterator[Text]:
    """Yield every translatable text of a row (or of a revision's content): place, labels, text. Empty ones are not."""
    for translatable in get_translatable_fields(model):
        field = translatable.get_field(model)
        if translatable.field_name in UNREAD or not translatable.is_translated(None):
            continue
        value = stored.get(translatable.field_name)
        if isinstance(field, StreamField):
            stream = json.loads(value) if isinstance(value, str) else value
            yield from _of_stream(field.stream_block, stream or [], field.name, [field.verbose_name])
        elif isinstance(field, RichTextField) or (
            isinstance(field, models.CharField | models.TextField) and not field.choices
        ):
            yield from _said(value, field.name, [field.verbose_name])


def stored_values(instance: models.Model) -> dict[str, Any]:
    """Return the row of an instance as `texts_of` reads it: streams raw, as they lie in the database."""
    found: dict[str, Any] = {}
    for translatable in get_translatable_fields(type(instance)):
        field = translatable.get_field(type(instance))
        if isinstance(field, models.Field):
            value = field.value_from_object(instance)
            found[field.name] = list(value.raw_data) if isinstance(field, StreamField) else value
    return found


def _said(value: Any, place: str, labels: list[Any]) -> Iterator[Text]:
    if isinstance(value, str) and value.strip():
        yield place, labels, _BETWEEN.sub("><", _BLOCK_KEY.sub("", value)).strip()


def _of_stream(block: Any, stream: list[Any], place: str, labels: list[Any]) -> Iterator[Text]:
    for number, child in enumerate(stream):
        own = block.child_blocks.get(child["type"])
        if own is not None:
            here = f"{place}.{child.get('id') or number}"
            yield from _of_block(own, child["value"], here, [*labels[1:], f"{number + 1}. {own.label}"])


def _of_block(block: Any, value: Any, place: str, labels: list[Any]) -> Iterator[Text]:
    if hasattr(block, "get_translatable_segments"):
        return  # a code: the same in every language
    if isinstance(block, blocks.StreamBlock):
        yield from _of_stream(block, value or [], place, labels)
    elif isinstance(block, blocks.ListBlock):
        yield from _of_list(block, value or [], place, labels)
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _of_block(child, (value or {}).get(name), f"{place}.{name}", [*labels, child.label])
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock | blocks.RichTextBlock | blocks.BlockQuoteBlock):
        yield from _said(value, place, labels)


def _of_list(block: Any, items: list[Any], place: str, labels: list[Any]) -> Iterator[Text]:
    for number, item in enumerate(items):
        known = isinstance(item, dict) and item.get("type") == "item" and "value" in item
        here = f"{place}.{item.get('id') or number}" if known else f"{place}.{number}"
        yield from _of_block(block.child_block, item["value"] if known else item, here, [*labels, str(number + 1)])
