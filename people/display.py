"""How pages are shown: classes of the style sheet from what somebody chose. Values only."""

_CLASSES = ("text-large", "text-largest", "less-motion", "more-contrast")


def classes(text_size: str, less_motion: bool, more_contrast: bool) -> str:
    """Return the classes of `<html>` for what was chosen.

    >>> classes("normal", False, False), classes("largest", True, True)
    ('', 'text-largest less-motion more-contrast')
    """
    chosen = {"less-motion": less_motion, "more-contrast": more_contrast, f"text-{text_size}": True}
    return " ".join(name for name in _CLASSES if chosen.get(name))


def read(cookie: str) -> str:
    """Return the classes that a browser remembers; what we never wrote is left out.

    >>> read("text-large evil\\" onload more-contrast")
    'text-large more-contrast'
    """
    words = cookie.split()
    return " ".join(name for name in _CLASSES if name in words)
