"""How pages of the demonstration are made: a page and its translations, and blocks whose ids never change."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from wagtail.models import Locale, Page

from operations.demo import LANGUAGES

# Ids of blocks follow from where they stand, so that they are the same in every language and at every load.
_NAMESPACE = uuid.UUID("6f1f5d0e-6a0b-5f0c-9a53-3c1f1f0f7a11")


def fixed_id(*parts: Any) -> str:
    """An id that depends on nothing but `parts`."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, parts))))


def translated(
    parent: Page, make: Callable[[str], Page], *, publish: bool = True, languages: Iterable[str] = LANGUAGES
) -> dict[str, Page]:
    """Make a page below `parent` in English and its translations below the translations of `parent`."""
    pages: dict[str, Page] = {}
    for code in languages:
        page = make(code)
        page.locale = Locale.objects.get(language_code=code)
        page.live = False
        if code != LANGUAGES[0]:
            page.translation_key = pages[LANGUAGES[0]].translation_key
        above = parent if parent.is_root() else parent.get_translation(page.locale)
        above.add_child(instance=page)
        revision = page.save_revision()
        if publish:
            revision.publish()
        pages[code] = type(page).objects.get(pk=page.pk)
    return pages


def block(owner: str, index: int, line: dict[str, Any]) -> dict[str, Any]:
    """Turn one line of a content file into the raw form of a StreamField block."""
    ((kind, value),) = line.items()
    here = (owner, index)
    if isinstance(value, dict):
        value = {name: items(here, name, part) if isinstance(part, list) else part for name, part in value.items()}
    return {"type": kind, "id": fixed_id(*here), "value": value}


def items(here: tuple[Any, ...], name: str, parts: list[Any]) -> list[dict[str, Any]]:
    """Turn a list into the raw form of a ListBlock; `here` is where it stands."""
    return [
        {"type": "item", "id": fixed_id(*here, name, index), "value": _item((*here, index), name, part)}
        for index, part in enumerate(parts)
    ]


def _item(here: tuple[Any, ...], name: str, part: Any) -> Any:
    """Turn a part of a list into what it holds: cells of a row, lists of a struct, or a text as it is."""
    if isinstance(part, list):
        return items(here, "cell", part)
    if isinstance(part, dict):
        return {key: items((*here, name), key, each) if isinstance(each, list) else each for key, each in part.items()}
    return part
