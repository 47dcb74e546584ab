"""QR codes as pictures for pages."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# Without so many white modules around it a camera does not find the code.
_QUIET_ZONE = 4


def picture(text: str, *, label: str) -> SafeString:
    """Return the code as SVG for a page, black on white by day and by night; `label` says what it is.

    It has no size of its own: the place where it stands decides.
    """
    code = segno.make(text, error="m", micro=False, boost_error=False)
    drawn = code.svg_inline(omitsize=True, border=_QUIET_ZONE, dark="#000", light="#fff", svgclass="qr__picture")
    return format_html('<span class="qr" role="img" aria-label="{}">{}</span>', label, mark_safe(drawn))  # noqa: S308 - drawn from modules
