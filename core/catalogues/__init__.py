"""Catalogues of translations where gettext's own tools are not installed: found in code, written, judged."""

LANGUAGES = ("ru", "be")
