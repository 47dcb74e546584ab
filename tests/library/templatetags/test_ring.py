"""The emblem that works."""

from types import SimpleNamespace

import pytest
from django.template import Context, Template

from library.templatetags.ring import arcs


def rendered(source: str, **values: object) -> str:
    return " ".join(Template("{% load ring %}" + source).render(Context(values)).split())


def test_an_arc_is_filled_as_far_as_something_is_done_and_never_further() -> None:
    assert [arc.filled for arc in arcs({"legal": 0.5, "social": 2, "economic": -1})] == [44.0, 88.0, 0.0, 0.0]


def test_a_ring_says_what_it_shows_or_is_decoration() -> None:
    said = rendered("{% ring shares 'Half of it' %}", shares={"legal": 0.5})
    unsaid = rendered("{% ring shares %}", shares={"legal": 0.5})

    assert 'role="img" aria-label="Half of it"' in said
    assert ('aria-hidden="true"' in unsaid, "role=" in unsaid) == (True, False)


def test_a_full_arc_hides_its_track() -> None:
    shown = rendered("{% ring shares %}", shares={"legal": 1})

    assert (shown.count("ring__track"), shown.count("ring__arc--legal")) == (3, 1)


@pytest.mark.parametrize(
    "aspects", [["social", "legal"], [SimpleNamespace(aspect="legal"), SimpleNamespace(aspect="social")]]
)
def test_aspects_are_told_by_words_beside_their_arcs(aspects: list[object]) -> None:
    shown = rendered("{% touched aspects %}", aspects=aspects)

    assert shown.index("Legal") < shown.index("Social")
    assert [name in shown for name in ("ring__arc--legal", "ring__arc--social", "ring__arc--economic", "Economic")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_all_four_aspects_are_one_phrase() -> None:
    shown = rendered("{% touched aspects %}", aspects=["legal", "social", "economic", "cultural"])

    assert ("All four aspects" in shown, "Legal" in shown, "ring__track" in shown) == (True, False, False)


def test_what_touches_no_aspect_shows_nothing() -> None:
    assert rendered("{% touched aspects %}", aspects=[]) == ""
