"""What does not come along of a Word file, in sentences for whoever sent it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.docx.document import Left, Loss

SENTENCES: Mapping[Loss, str | Promise] = {
    Loss.DELETED: gettext_lazy("Deleted with tracked changes, so it stays out."),
    Loss.INSERTED: gettext_lazy("Inserted with tracked changes that nobody has accepted yet. It comes along."),
    Loss.COMMENT: gettext_lazy("A comment stays out."),
    Loss.HIDDEN: gettext_lazy("Hidden text stays out."),
    Loss.TEXT_BOX: gettext_lazy("A text box stays out. Put its text into a paragraph of its own."),
    Loss.DRAWING: gettext_lazy("A drawing or chart stays out. Save it as a picture and put that in."),
    Loss.OBJECT: gettext_lazy("Something from another program stays out."),
    Loss.FORMULA: gettext_lazy("A formula stays out. Write it in words or signs."),
    Loss.SYMBOL: gettext_lazy("A sign of a special font stays out. Write it as an ordinary sign."),
    Loss.COLOUR: gettext_lazy("Colours and highlighting stay out; the text comes along."),
    Loss.UNDERLINED: gettext_lazy("Underlining stays out, because readers would take it for a link."),
    Loss.STRUCK: gettext_lazy("The text was crossed out. It comes along as ordinary text."),
    Loss.RAISED: gettext_lazy("Raised or lowered signs become ordinary ones."),
    Loss.LINK: gettext_lazy("A link that leads to no page of the web becomes ordinary text."),
    Loss.OUTSIDE_PICTURE: gettext_lazy("A picture that lies elsewhere is not fetched. Put it into the file."),
    Loss.LOST_PICTURE: gettext_lazy("A picture is missing in the file."),
    Loss.BIG_PICTURE: gettext_lazy("A picture is larger than 10 MB, so it stays out."),
    Loss.MANY_PICTURES: gettext_lazy("The file has more than 100 pictures. This one stays out."),
    Loss.MERGED_CELLS: gettext_lazy("Merged cells become single ones; the text stands in the first."),
    Loss.TABLE_IN_TABLE: gettext_lazy("A table within a table becomes text."),
}


def told(left: Left) -> str:
    """Return what was left out as a sentence, with the words that it is about."""
    sentence = str(SENTENCES[left.loss])
    return _("“%(words)s”: %(sentence)s") % {"words": left.words, "sentence": sentence} if left.words else sentence
