"""The glossary and the resources in the CMS."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from library.models import CHECKED_PANELS, Resource, SharedText, Term
from library.services import objection_to_deletion
from library.uses import lessons_showing


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


class UsesPanel(Panel):
    """The lessons that show a shared text, so that whoever changes it knows what changes."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "library/cms/uses_panel.html"

        def is_shown(self) -> bool:
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            language = (get_language() or "en")[:2]
            return {
                **super().get_context_data(parent_context),
                "uses": lessons_showing(self.instance.slug, language),
            }


@register_snippet
class SharedTextViewSet(SnippetViewSet):
    """Texts that several lessons show; translations share the short name."""

    model = SharedText
    icon = "copy"
    menu_label = _("Shared texts")
    menu_name = "shared-texts"
    add_to_admin_menu = True
    list_display = ["title", "slug", _NEEDS_REVIEW, _yes_or_no("live", _("published"))]
    list_filter = ["expert", "needs_review", "live"]
    search_fields = ["title", "text", "slug"]
    ordering = ["title"]
    panels = [
        UsesPanel(heading=_("Where it is shown")),
        FieldPanel("title"),
        FieldPanel("slug"),
        FieldPanel("tone"),
        FieldPanel("text"),
        *CHECKED_PANELS,
    ]


@hooks.register("before_delete_snippet")
def refuse_deletion_of_what_is_shown(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """A text that lessons show stays; of a selection everything does."""
    sentence = objection_to_deletion([each for each in instances if isinstance(each, SharedText)])
    if not sentence:
        return None
    messages.error(request, sentence)
    return redirect(SharedText.snippet_viewset.get_url_name("list"))


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
