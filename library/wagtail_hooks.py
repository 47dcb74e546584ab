"""The glossary in the CMS."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from library.models import Term


@register_snippet
class TermViewSet(SnippetViewSet):
    """Terms of every language; translations share the slug."""

    model = Term
    icon = "openquote"
    menu_label = _("Glossary")
    menu_name = "glossary"
    add_to_admin_menu = True
    list_display = ["name", "slug", "needs_review"]
    list_filter = ["needs_review"]
    search_fields = ["name", "definition"]
    ordering = ["name"]
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("definition"), FieldPanel("needs_review")]
