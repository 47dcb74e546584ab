"""Word files (.docx) that somebody sends: their text as an editor sees it, and what of them was left out.

Pure: bytes in, values out. A file that is too big, of another kind or made to exhaust the machine is refused with one
sentence (`parts`). What is deleted but not yet accepted stays out, what is inserted comes in; labels of lists, which
are no text in such a file, are counted as Word counts them (`numbering`). Nothing outside the file is ever fetched.
What is written here (`writing`) comes back as it was.
"""

from core.docx.document import Document, Left, Loss, NoteMark, Paragraph, Picture, Row, Run, Table
from core.docx.parts import MAX_BYTES
from core.docx.reading import read
from core.docx.writing import written

__all__ = [
    "MAX_BYTES",
    "Document",
    "Left",
    "Loss",
    "NoteMark",
    "Paragraph",
    "Picture",
    "Row",
    "Run",
    "Table",
    "read",
    "written",
]
