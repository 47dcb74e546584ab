"""How pages are shown: classes of the style sheet from what somebody chose. Values only."""

TEXT_ONLY = "text-only"
_CLASSES = ("text-large", "text-largest", "less-motion", "more-contrast", TEXT_ONLY)


def classes(text_size: str, less_motion: bool, more_contrast: bool, text_only: bool) -> str:
    """Return the classes of `<html>` for what was chosen.

    >>> classes("normal", False, False, False), classes("largest", True, True, True)
    ('', 'text-largest less-motion more-contrast text-only')
    """
    chosen = {
        "less-motion": less_motion,
        "more-contrast": more_contrast,
        TEXT_ONLY: text_only,
        f"text-{text_size}": True,
    }
    return " ".join(name for name in _CLASSES if chosen.get(name))


def read(cookie: str) -> str:
    """Return the classes that a browser remembers; what we never wrote is left out.

    >>> read("text-large evil\\" onload more-contrast")
    'text-large more-contrast'
    """
    words = cookie.split()
    return " ".join(name for name in _CLASSES if name in words)


def chosen(remembered: str) -> dict[str, str | bool]:
    """Return what `classes` was asked for, from the classes that it made.

    >>> chosen("text-large text-only")
    {'text_size': 'large', 'less_motion': False, 'more_contrast': False, 'text_only': True}
    """
    words = remembered.split()
    size = next((each for each in ("large", "largest") if f"text-{each}" in words), "normal")
    switches = {"less_motion": "less-motion", "more_contrast": "more-contrast", "text_only": TEXT_ONLY}
    return {"text_size": size, **{name: word in words for name, word in switches.items()}}
