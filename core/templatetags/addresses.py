"""The tag `url` of every template: an address that takes nothing is put together once for each language.

Menu and foot name two dozen of them on each page. Addresses that take something may name somebody, and are never kept.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as put_together
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape
from django.utils.translation import get_language

register = template.Library()


class PlainAddress(template.Node):
    """An address by a name that is written in the template."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: template.Context) -> str:
        """The address in the language of the page; it has nothing to escape."""
        urlconf = get_urlconf() or settings.ROOT_URLCONF
        return _address(self.name, urlconf, get_language(), get_script_prefix())


@lru_cache(maxsize=2048)
def _address(name: str, urlconf: str, _language: str | None, _prefix: str) -> str:
    return conditional_escape(reverse(name, urlconf))


@register.tag
def url(parser: Parser, token: Token) -> template.Node:
    """Django's own tag; a plain address is kept."""
    node: URLNode = put_together(parser, token)
    name: Any = node.view_name.var
    is_plain = isinstance(name, str) and not node.view_name.filters and ":" not in name
    return PlainAddress(name) if is_plain and not (node.args or node.kwargs or node.asvar) else node
