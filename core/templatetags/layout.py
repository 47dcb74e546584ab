"""The tag `extends` of every template: the blocks of a parent are looked for once, and not on each page."""

from typing import Any

from django import template
from django.template.base import Node, NodeList, Parser, Template, Token
from django.template.loader_tags import ExtendsNode, do_extends

register = template.Library()


class _Searched(NodeList):
    """Nodes of a template, which never change, with what was found among them."""

    def __init__(self, nodes: NodeList) -> None:
        super().__init__(nodes)
        self._found: dict[type[Node], list[Node]] = {}

    def get_nodes_by_type(self, nodetype: type[Node]) -> list[Node]:
        """All nodes of a type, however deep."""
        if nodetype not in self._found:
            self._found[nodetype] = super().get_nodes_by_type(nodetype)
        return self._found[nodetype]


class Extends(ExtendsNode):
    """Django's own node."""

    def get_parent(self, context: Any) -> Template:
        """The parent, which loaders give out again and again."""
        parent: Template = super().get_parent(context)
        if not isinstance(parent.nodelist, _Searched):
            parent.nodelist = _Searched(parent.nodelist)
        return parent


@register.tag
def extends(parser: Parser, token: Token) -> Node:
    """Django's own tag."""
    node = do_extends(parser, token)
    return Extends(node.nodelist, node.parent_name, node.template_dirs)
