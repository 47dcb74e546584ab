"""Pages of the front door."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from core.blocks import RICH_TEXT
from home.blocks import PartnerBlocks

# A plain page has no headings but those of its text.
PLAIN_TEXT = ["h2", *RICH_TEXT]


class HomePage(Page):
    """The root of a language: one sentence that says what this is, and who stands behind it."""

    promise = models.CharField(_("one sentence that says what this is"), max_length=300)
    introduction = RichTextField(_("introduction"), features=RICH_TEXT, blank=True)
    partners = StreamField(PartnerBlocks(), verbose_name=_("partners and disclaimers"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("promise"), FieldPanel("introduction"), FieldPanel("partners")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["home.PlainPage", "courses.ModulePage", "workshops.OutlinePage"]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


class PlainPage(Page):
    """Help, privacy, accessibility statement: a title and text."""

    text = RichTextField(_("text"), features=PLAIN_TEXT)

    content_panels = [*Page.content_panels, FieldPanel("text")]
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")
