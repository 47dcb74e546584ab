"""The glossary and the resources in the CMS."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from library.models import CHECKED_PANELS, Resource, Term


def _yes_or_no(name: str, label: str | Promise) -> Column:
    """A column of words of the language; by itself a list shows those of Python."""
    return Column(name, label=label, accessor=lambda row: _("yes") if getattr(row, name) else _("no"))


_NEEDS_REVIEW = _yes_or_no("needs_review", _("awaits review by an expert"))


@register_snippet
class TermViewSet(SnippetViewSet):
    """Terms of every language; translations share the slug."""

    model = Term
    icon = "openquote"
    menu_label = _("Glossary")
    menu_name = "glossary"
    add_to_admin_menu = True
    list_display = ["name", "slug", _NEEDS_REVIEW, _yes_or_no("live", _("published"))]
    list_filter = ["expert", "needs_review", "live"]
    search_fields = ["name", "definition"]
    ordering = ["name"]
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("definition"), *CHECKED_PANELS]


@register_snippet
class ResourceViewSet(SnippetViewSet):
    """Resources of every language; translations share the name in the address."""

    model = Resource
    icon = "doc-full"
    menu_label = _("Resources")
    menu_name = "resources"
    add_to_admin_menu = True
    list_display = ["title", "kind", "state", _NEEDS_REVIEW, _yes_or_no("live", _("published"))]
    list_filter = ["kind", "state", "expert", "needs_review", "live"]
    search_fields = ["title", "summary", "publisher"]
    panels = [
        FieldPanel("title"),
        FieldPanel("slug"),
        MultiFieldPanel([FieldPanel("kind"), FieldPanel("state")], heading=_("type")),
        FieldPanel("summary"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("publisher"),
                FieldPanel("published_on"),
                FieldPanel("document_language"),
                FieldPanel("document"),
                FieldPanel("address"),
            ],
            heading=_("document"),
        ),
        FieldPanel("agency_kinds"),
        FieldPanel("aspects"),
        FieldPanel("sdgs"),
        *CHECKED_PANELS,
    ]
