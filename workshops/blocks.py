"""The agenda of an outline: days with timed items."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class AgendaItemBlock(blocks.StructBlock):
    """A line of the agenda, breaks included."""

    start = blocks.TimeBlock(label=_("from"))
    end = blocks.TimeBlock(label=_("to"))
    title = blocks.CharBlock(label=_("title"), max_length=200)
    method = blocks.CharBlock(label=_("method"), max_length=300, required=False)
    output = blocks.CharBlock(label=_("result"), max_length=200, required=False)

    class Meta:
        icon = "time"
        label = _("item")


class AgendaDayBlock(blocks.StructBlock):
    """A day of the agenda."""

    title = blocks.CharBlock(label=_("title of the day"), max_length=200)
    items = blocks.ListBlock(AgendaItemBlock(), label=_("items"))

    class Meta:
        icon = "calendar"
        label = _("day")
        template = "blocks/agenda_day.html"


class AgendaBlocks(blocks.StreamBlock):
    """All days."""

    day = AgendaDayBlock()
