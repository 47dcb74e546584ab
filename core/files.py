"""Texts in files that a spreadsheet program will open."""

# A cell that begins with one of these is taken for a formula by at least one spreadsheet program.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula: an apostrophe in front says "text".

    >>> harmless("=HYPERLINK(1)"), harmless("Дар'ін Алесь")
    ("'=HYPERLINK(1)", "Дар'ін Алесь")
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def unharmed(text: str) -> str:
    """Return the text that `harmless` was given: a file of ours says the same when it comes back.

    >>> unharmed("'=HYPERLINK(1)"), unharmed("'Абд")
    ('=HYPERLINK(1)', "'Абд")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS) else text
