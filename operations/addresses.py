"""Every address pattern of the site as data, and whom each is for."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import LocalePrefixPattern, URLPattern, URLResolver

ALL_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


class Audience(StrEnum):
    """Who gets an answer other than a refusal. Scope by agency and workshop comes on top, from the QuerySets."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    OWNER = "the person whose record it is"
    REGISTER_KEEPERS = "facilitators of the workshop, managers"
    SCHEDULERS = "facilitators, managers"
    READERS_OF_AGENCIES = "coordinators of the agency, managers"
    CERTIFICATE_READERS = "the holder, coordinators of the agency, managers"
    EDITORS = "editors, administrators"
    DEMONSTRATION = "anyone, in a demonstration only"


@dataclass(frozen=True)
class Address:
    """An address pattern: "/<language>/modules/<str:code>/", its name, the methods it answers and its view."""

    pattern: str
    name: str
    methods: tuple[str, ...]
    view: Callable[..., Any]


def addresses(patterns: list[Any], prefix: str = "/", namespace: str = "") -> Iterator[Address]:
    """Yield all addresses below `patterns`, in the order in which they are tried."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry.url_patterns, prefix + _text(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            name = f"{namespace}{entry.name}" if entry.name else ""
            yield Address(prefix + _text(entry.pattern), name, methods_of(entry.callback), entry.callback)


def _text(pattern: Any) -> str:
    return "<language>/" if isinstance(pattern, LocalePrefixPattern) else str(pattern).lstrip("^")


def methods_of(view: Callable[..., Any]) -> tuple[str, ...]:
    """Return the methods a view answers: those its decorator or its class names, otherwise all."""
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        names = [name.upper() for name in view_class.http_method_names if hasattr(view_class, name)]
        return tuple(sorted(names))
    function: Any = view
    while function is not None:
        if inspect.isfunction(function) and function.__closure__:
            declared = inspect.getclosurevars(function).nonlocals.get("request_method_list")
            if declared:
                return tuple(sorted(declared))
        function = getattr(function, "__wrapped__", None)
    return ALL_METHODS
