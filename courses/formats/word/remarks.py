"""What an editor has to look at in a lesson that comes from a Word file."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Doubt(StrEnum):
    """What may have to be mended, in the file or in the draft."""

    NOTHING = "nothing"
    CONTENTS = "contents"
    LONG_WORD = "long_word"
    STYLE = "style"
    FALSE_HEADING = "false_heading"
    SKIPPED_LEVEL = "skipped_level"
    LONG_HEADING = "long_heading"
    DEEP_HEADING = "deep_heading"
    NO_CAPTION = "no_caption"
    LONG_CAPTION = "long_caption"
    NO_PICTURE = "no_picture"
    MACHINE_MADE = "machine_made"
    DECORATIVE = "decorative"
    NO_ALTERNATIVE = "no_alternative"
    LONG_ALTERNATIVE = "long_alternative"
    NO_HEADER = "no_header"
    NO_TABLE_CAPTION = "no_table_caption"


SENTENCES: Mapping[Doubt, str | Promise] = {
    Doubt.NOTHING: _("There is no text in the file that could become a lesson."),
    Doubt.CONTENTS: _("The table of contents stays out: readers of a lesson have the outline of the module."),
    Doubt.LONG_WORD: _("“%(words)s” is too long a word for a phone. Is a space missing?"),
    Doubt.STYLE: _("The style “%(words)s” is not known here. Its text comes along as ordinary text."),
    Doubt.FALSE_HEADING: _("“%(words)s” looks like a heading and is none. Give it a style of headings in Word."),
    Doubt.SKIPPED_LEVEL: _("“%(words)s”: the heading skips a level."),
    Doubt.LONG_HEADING: _("“%(words)s”: the heading is longer than 160 letters, so it becomes text."),
    Doubt.DEEP_HEADING: _("“%(words)s”: lessons have headings of two levels, so it becomes one of the second."),
    Doubt.NO_CAPTION: _("The picture has no caption. Say where it is from, and of when."),
    Doubt.LONG_CAPTION: _("A caption is longer than a lesson has room for and was cut off: “%(words)s”."),
    Doubt.NO_PICTURE: _("“%(words)s” is no picture that browsers show (PNG, JPEG, GIF or WebP), so it stays out."),
    Doubt.MACHINE_MADE: _("Word has described the picture by itself. Say in your own words what it shows."),
    Doubt.DECORATIVE: _("Word says that the picture only decorates. Take it out, or say what it shows."),
    Doubt.NO_ALTERNATIVE: _("The picture says nothing to those who do not see it. Write an alternative text."),
    Doubt.LONG_ALTERNATIVE: _("The alternative text is longer than 300 letters and was cut off."),
    Doubt.NO_HEADER: _("The file does not say that the first row of the table is a header. Look whether it is one."),
    Doubt.NO_TABLE_CAPTION: _("The table has no caption. Say what it shows, and where its figures are from."),
}
