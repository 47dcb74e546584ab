"""What a lesson is made of. Every block is translatable, prints, and works without JavaScript."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.forms import ModelChoiceField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.documents.models import AbstractDocument
from wagtail.images.blocks import ImageChooserBlock

RICH_TEXT = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]
# What a callout is: a key point, a rule of law, a caution.
TONES = [("key", _("key point")), ("law", _("in law")), ("caution", _("take care"))]


class CodeBlock(blocks.CharBlock):
    """A name by which a block finds something else: the same in every language, so never sent to a translator."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **kwargs,
            validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", _("Use letters, digits, dots and hyphens."))],
        )

    def get_translatable_segments(self, value: str) -> list[Any]:
        return []

    def restore_translated_segments(self, value: str, segments: list[Any]) -> str:
        return value


class OpeningQuestionBlock(blocks.StructBlock):
    """The question a lesson starts from."""

    question = blocks.CharBlock(label=_("question"), max_length=300)
    hint = blocks.TextBlock(label=_("hint"), required=False)

    class Meta:
        icon = "help"
        label = _("opening question")
        template = "blocks/opening_question.html"


class CalloutBlock(blocks.StructBlock):
    """One thought set apart: a key point, a rule of law, a caution."""

    tone = blocks.ChoiceBlock(label=_("tone"), choices=TONES)
    title = blocks.CharBlock(label=_("title"), max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=RICH_TEXT)

    class Meta:
        icon = "info-circle"
        label = _("callout")
        template = "blocks/callout.html"


class ChoiceBlock(blocks.StructBlock):
    """What one may do in a situation, and what comes of it."""

    text = blocks.CharBlock(label=_("choice"), max_length=300)
    consequence = blocks.RichTextBlock(label=_("what follows"), features=RICH_TEXT)
    leads_to = CodeBlock(
        label=_("leads to"),
        max_length=40,
        required=False,
        help_text=_("The short name of a later situation. Empty: the case ends here."),
    )

    class Meta:
        icon = "arrow-right"
        label = _("choice")


class SituationBlock(blocks.StructBlock):
    """A moment of a case at which somebody has to decide."""

    code = CodeBlock(label=_("short name"), max_length=40, help_text=_("Readers do not see it; choices lead to it."))
    text = blocks.RichTextBlock(label=_("situation"), features=RICH_TEXT)
    choices = blocks.ListBlock(ChoiceBlock(), label=_("choices"), min_num=2, max_num=4)

    class Meta:
        icon = "warning"
        label = _("situation")


@dataclass(frozen=True)
class Situation:
    """A situation as it is read. `is_repeated`: another choice has led to it before, so that paper has it already."""

    number: int
    text: Any
    choices: Sequence["Choice"]
    is_repeated: bool


@dataclass(frozen=True)
class Choice:
    """A choice as it is read, with the situation that it opens."""

    text: str
    consequence: Any
    leads_to: Situation | None


class CaseBlock(blocks.StructBlock):
    """A story from the work of an agency, with questions to think about and choices that have consequences.

    The first situation is where the case begins. Choices lead to later ones only, so every way through it ends.
    """

    title = blocks.CharBlock(label=_("title"), max_length=160)
    text = blocks.RichTextBlock(label=_("story"), features=RICH_TEXT)
    questions = blocks.ListBlock(blocks.CharBlock(max_length=400), label=_("questions"))
    situations = blocks.ListBlock(
        SituationBlock(),
        label=_("situations"),
        max_num=4,
        default=[],
        help_text=_("Optional: moments at which readers choose. Each choice opens what follows from it."),
    )

    class Meta:
        icon = "user"
        label = _("case")
        template = "blocks/case.html"

    def clean(self, value: Any) -> Any:
        """Refuse situations that nobody reaches, and choices that lead nowhere."""
        cleaned = super().clean(value)
        mistakes = list(dict.fromkeys(_mistakes(list(cleaned["situations"]))))
        if mistakes:
            errors = ListBlockValidationError(non_block_errors=mistakes)
            raise StructBlockValidationError(block_errors={"situations": errors})
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the situation with which the case begins, if it has one."""
        begin = _unfolded(value["situations"], 0, set()) if value["situations"] else None
        return {**super().get_context(value, parent_context), "begin": begin}


def _mistakes(situations: Sequence[Any]) -> Iterator[str]:
    """Say what keeps a reader from walking through the situations of a case."""
    names = [situation["code"] for situation in situations]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield _("Two situations are called “%(name)s”. Give each a short name of its own.") % {"name": name}
        led = {choice["leads_to"] for earlier in situations[:place] for choice in earlier["choices"]}
        if place and name not in led:
            yield _("No choice leads to the situation “%(name)s”. Name it in a choice before it, or remove it.") % {
                "name": name
            }
        for choice in situations[place]["choices"]:
            if choice["leads_to"] and choice["leads_to"] not in names[place + 1 :]:
                yield _(
                    "A choice leads to “%(name)s”, but no later situation is called so. Change the name, or leave it "
                    "empty."
                ) % {"name": choice["leads_to"]}


def _unfolded(situations: Sequence[Any], place: int, seen: set[int]) -> Situation:
    """A situation with all that its choices open, in the order in which it is read; drafts may lead nowhere."""
    is_repeated = place in seen
    seen.add(place)
    later = {each["code"]: number for number, each in enumerate(situations) if number > place}
    choices = [
        Choice(
            text=choice["text"],
            consequence=choice["consequence"],
            leads_to=_unfolded(situations, later[choice["leads_to"]], seen) if choice["leads_to"] in later else None,
        )
        for choice in situations[place]["choices"]
    ]
    return Situation(place + 1, situations[place]["text"], choices, is_repeated)


class TableBlock(blocks.StructBlock):
    """A table with a caption and real header cells. Rows are lists of cells, so that each cell is translated."""

    caption = blocks.CharBlock(label=_("caption"), max_length=200)
    header_row = blocks.BooleanBlock(label=_("the first row is a header"), required=False, default=True)
    header_column = blocks.BooleanBlock(label=_("the first column is a header"), required=False)
    rows = blocks.ListBlock(blocks.ListBlock(blocks.CharBlock(required=False), label=_("row")), label=_("rows"))

    class Meta:
        icon = "table"
        label = _("table")
        template = "blocks/table.html"


class FigureBlock(blocks.StructBlock):
    """A picture with a text for those who do not see it."""

    image = ImageChooserBlock(label=_("image"))
    alternative = blocks.CharBlock(
        label=_("alternative text"), max_length=300, help_text=_("What the picture says, for those who do not see it.")
    )
    caption = blocks.CharBlock(label=_("caption and source"), max_length=300, required=False)

    class Meta:
        icon = "image"
        label = _("figure")
        template = "blocks/figure.html"


def _refuse_what_does_not_play(document: AbstractDocument) -> None:
    if document.file_extension not in {"mp4", "webm"}:
        raise ValidationError(_("This file is no video that browsers play. Choose an MP4 or a WebM file."))


def _refuse_what_is_not_webvtt(document: AbstractDocument) -> None:
    with document.file.open("rb") as file:
        begins = file.read(9).removeprefix(b"\xef\xbb\xbf")
    if not begins.startswith(b"WEBVTT"):
        raise ValidationError(_("This file holds no captions. Captions are a text file whose first line says WEBVTT."))


class VideoFileBlock(DocumentChooserBlock):
    """A file that browsers play."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, validators=[_refuse_what_does_not_play])


class CaptionsBlock(DocumentChooserBlock):
    """What a video says and shows, in one language and in time with it (WebVTT)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs, validators=[_refuse_what_is_not_webvtt])

    @cached_property
    def field(self) -> ModelChoiceField:
        field = super().field
        field.error_messages["required"] = _(
            "A video needs captions in every language: people who do not hear it read them, and the same video stands "
            "in all translations of the lesson."
        )
        return field


class VideoBlock(blocks.StructBlock):
    """A video file with captions in every language and a transcript in the language of the lesson.

    No video loads or plays by itself. The still picture says how high the player is, so that nothing moves later.
    """

    title = blocks.CharBlock(label=_("title"), max_length=160)
    video = VideoFileBlock(
        label=_("video file (MP4 or WebM)"), help_text=_("MP4 with H.264 plays on old telephones as well.")
    )
    poster = ImageChooserBlock(
        label=_("still picture"), help_text=_("A picture from the video, which stands there until it plays.")
    )
    captions_en = CaptionsBlock(label=_("captions in English (WebVTT)"))
    captions_ru = CaptionsBlock(label=_("captions in Russian (WebVTT)"))
    captions_be = CaptionsBlock(label=_("captions in Belarusian (WebVTT)"))
    transcript = blocks.RichTextBlock(
        label=_("transcript"),
        features=RICH_TEXT,
        help_text=_("What is said and what is seen, for those who do not hear or do not see it, and for paper."),
    )

    class Meta:
        icon = "media"
        label = _("video")
        template = "blocks/video.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the captions that are there, each with the code of its language."""
        captions = [(code, value[f"captions_{code}"]) for code, _name in settings.LANGUAGES]
        tracks = [(code, document) for code, document in captions if document is not None]
        return {**super().get_context(value, parent_context), "tracks": tracks}


class DownloadBlock(blocks.StructBlock):
    """A file to take away."""

    document = DocumentChooserBlock(label=_("file"))
    description = blocks.CharBlock(label=_("what it is"), max_length=200)

    class Meta:
        icon = "download"
        label = _("download")
        template = "blocks/download.html"


class TermBlock(blocks.StructBlock):
    """A glossary term with its definition, named by its slug so that it is the same in every language."""

    slug = CodeBlock(label=_("glossary term"), max_length=80, help_text=_("Its short name, as the glossary lists it."))

    class Meta:
        icon = "openquote"
        label = _("glossary term")
        template = "blocks/term.html"


# Fills the list of shared texts: the app that keeps them says how (`offer_shared_texts`).
_sharing: list[Callable[[], Sequence[tuple[str, str]]]] = []


def offer_shared_texts(choices: Callable[[], Sequence[tuple[str, str]]]) -> None:
    """Say where the shared texts come from that a block can show: (slug, title) of each (in `AppConfig.ready`)."""
    _sharing[:] = [choices]


def shared_texts() -> list[tuple[str, str]]:
    """Return (slug, title) of each shared text, whenever a form asks for them."""
    return [choice for choices in _sharing for choice in choices()]


class SharedBlock(blocks.StructBlock):
    """A text that several lessons show, chosen from a list and kept by its slug: the same in every language."""

    slug = blocks.ChoiceBlock(
        label=_("shared text"),
        choices=shared_texts,
        help_text=_("It is written once, under “Shared texts”; whoever changes it there changes it in every lesson."),
    )

    class Meta:
        icon = "copy"
        label = _("shared text")
        template = "blocks/shared.html"


class PracticeBlock(blocks.StructBlock):
    """A practice question from the bank, named by its code. Nothing is recorded as a mark."""

    question = CodeBlock(label=_("question code"), max_length=40)

    class Meta:
        icon = "tick-inverse"
        label = _("practice question")
        template = "blocks/practice.html"


class SummaryBlock(blocks.StructBlock):
    """What to remember."""

    points = blocks.ListBlock(blocks.CharBlock(max_length=300), label=_("points"))

    class Meta:
        icon = "list-ul"
        label = _("summary")
        template = "blocks/summary.html"


class SourceBlock(blocks.StructBlock):
    """A numbered source at the end of a lesson."""

    code = CodeBlock(label=_("code"), max_length=10, required=False)
    title = blocks.CharBlock(label=_("title"), max_length=300)
    locator = blocks.CharBlock(label=_("place in it"), max_length=120, required=False)
    address = blocks.URLBlock(label=_("address"), required=False)

    class Meta:
        icon = "link"
        label = _("source")


class LessonBlocks(blocks.StreamBlock):
    """The body of a lesson."""

    opening_question = OpeningQuestionBlock()
    heading = blocks.CharBlock(label=_("heading"), icon="title", max_length=160, template="blocks/heading.html")
    text = blocks.RichTextBlock(label=_("text"), icon="pilcrow", features=RICH_TEXT, template="blocks/text.html")
    callout = CalloutBlock()
    shared = SharedBlock()
    case = CaseBlock()
    table = TableBlock()
    figure = FigureBlock()
    video = VideoBlock()
    term = TermBlock()
    practice = PracticeBlock()
    download = DownloadBlock()
    summary = SummaryBlock()
