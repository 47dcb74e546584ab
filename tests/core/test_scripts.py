"""Scripts are written in the language of browsers of 2017, which old phones still have."""

from pathlib import Path
from typing import Any

import esprima
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("static", "certificates/offline")
SCRIPTS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.js"))
# Of what came in 2018 the parser knows this.
NEWER = {"ObjectExpression": "SpreadElement", "ObjectPattern": "RestElement"}


def read_like_2017(script: str) -> None:
    """Raise SyntaxError for what such a browser cannot read."""

    def look_at(node: Any, _place: Any) -> None:
        if any(each.type == NEWER.get(node.type) for each in getattr(node, "properties", None) or ()):
            raise SyntaxError(f"{node.type} with ...")

    try:
        esprima.parseModule(script, delegate=look_at)
    except esprima.Error as error:
        raise SyntaxError(str(error)) from error


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_old_browser_can_read_it(script):
    read_like_2017(script.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "newer", ["try { f(); } catch { g(); }", "a?.b", "const a = { ...b };", "const { a, ...b } = c;", "a ??= b"]
)
def test_what_came_later_is_noticed(newer):
    with pytest.raises(SyntaxError):
        read_like_2017(newer)
