"""Files that are plain text."""

from django.utils.translation import gettext as _

from core.encodings import UndecodableError, decoded
from core.errors import FormatError

# Signs that steer a printer or mark the order of bytes, and nothing that anybody reads; new lines and tabs stay.
_UNHEARD = dict.fromkeys([*(code for code in range(0x20) if chr(code) not in "\n\r\t"), 0x7F, 0xFEFF])


def text_in(content: bytes) -> str:
    r"""Return the text of a file in UTF-8, UTF-16 or windows-1251, its lines ending with \n.

    Raises FormatError for what is no text.

    >>> text_in("\ufeffІмя\r\n\x0bA\rB".encode()), text_in("Імя".encode("cp1251"))
    ('Імя\nA\nB', 'Імя')
    """
    try:
        text = decoded(content)
    except UndecodableError as error:
        raise FormatError(_("This is not a text file in UTF-8 or windows-1251.")) from error
    return text.translate(_UNHEARD).replace("\r\n", "\n").replace("\r", "\n")
