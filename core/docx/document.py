"""What a Word file says, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Loss(StrEnum):
    """What of a file does not come along."""

    DELETED = "deleted"
    INSERTED = "inserted"  # comes in, though nobody has accepted it yet
    COMMENT = "comment"
    HIDDEN = "hidden"
    TEXT_BOX = "text_box"
    DRAWING = "drawing"
    OBJECT = "object"
    FORMULA = "formula"
    SYMBOL = "symbol"
    COLOUR = "colour"
    UNDERLINED = "underlined"
    STRUCK = "struck"
    RAISED = "raised"
    LINK = "link"
    OUTSIDE_PICTURE = "outside_picture"
    LOST_PICTURE = "lost_picture"
    BIG_PICTURE = "big_picture"
    MANY_PICTURES = "many_pictures"
    MERGED_CELLS = "merged_cells"
    TABLE_IN_TABLE = "table_in_table"


LOOKS = frozenset({Loss.COLOUR, Loss.UNDERLINED, Loss.STRUCK, Loss.RAISED})


@dataclass(frozen=True)
class Left:
    """Something that was left out: the place of its paragraph, and the first words of it where it has any."""

    number: int
    loss: Loss
    words: str = ""


@dataclass(frozen=True)
class Run:
    r"""Words that look the same. A break within a paragraph is \n; `link` is an address of the web, or empty."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture: its name in `Document.pictures`, and what is said to those who do not see it."""

    name: str
    alternative: str = ""
    decorative: bool = False


@dataclass(frozen=True)
class NoteMark:
    """The place of a footnote or endnote: its place in `Document.notes`, from 0."""

    place: int


@dataclass(frozen=True)
class Marker:
    """What a list puts before a paragraph: its label ("B.", empty for a bullet), and how deep it stands, from 0."""

    label: str
    ordered: bool
    level: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. `number` is its place, counting tables and the paragraphs that are not empty, from 1.

    `style` is the name of its style in small letters, in English for those of Word itself; `heading` is 1 to 9, or 0.
    """

    number: int
    content: tuple[Run | Picture | NoteMark, ...] = ()
    style: str = "normal"
    heading: int = 0
    marker: Marker | None = None

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(each.text for each in self.content if isinstance(each, Run))


@dataclass(frozen=True)
class Row:
    """The texts of the cells of a row, and whether Word repeats the row on every page as a heading."""

    cells: tuple[str, ...]
    is_heading: bool = False


@dataclass(frozen=True)
class Table:
    """A table. `heading_row` says whether its style sets the first row apart.

    The first column is set apart in every new table of Word, whatever is in it, so that says nothing.
    """

    number: int
    rows: tuple[Row, ...]
    heading_row: bool = False


@dataclass(frozen=True)
class Document:
    """A Word file. `notes` are footnotes and endnotes in the order in which the text names them."""

    blocks: tuple[Paragraph | Table, ...]
    notes: tuple[tuple[Run, ...], ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    left: tuple[Left, ...] = ()
