"""What a browser says about itself, in words that its owner knows again."""

# The first that fits counts: most of them also name those that they come from.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("YaBrowser", "Yandex Browser"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def name_of_browser(user_agent: str) -> str:
    """Return browser and system by name, as far as they are known; nothing when neither is.

    >>> name_of_browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/128.0")
    'Firefox, Windows'
    >>> name_of_browser("curl/8.5.0")
    ''
    """
    return ", ".join(_first(user_agent, names) for names in (_BROWSERS, _SYSTEMS) if _first(user_agent, names))


def _first(text: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in text), "")
