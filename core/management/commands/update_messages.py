"""`update_messages`: what the code says → locale/{ru,be}/LC_MESSAGES/django.po, translations kept.

English is the source and needs no catalogue. A JavaScript module of ours gets its words from a template, as data
attributes; djangojs.po holds what the editor's own scripts say, where the packages' translation is missing or wrong.
"""

import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polib
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.catalogues import LANGUAGES
from core.catalogues.extraction import Key, Message, files_below, messages_in
from core.catalogues.writing import merged

BORROWED = Path(__file__).resolve().parents[2] / "borrowed_messages.toml"
PAGES, SCRIPTS = "django", "djangojs"


def catalogues() -> list[tuple[str, str]]:
    """Every catalogue, as (language, domain)."""
    return [*((language, PAGES) for language in LANGUAGES), *((language, SCRIPTS) for language in _borrowed("scripts"))]


def catalogue_path(language: str, domain: str = PAGES) -> Path:
    """Where a catalogue stands."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / f"{domain}.po"


@cache
def own_messages() -> dict[Key, Message]:
    """The strings of our apps, settings and templates."""
    root = Path(settings.BASE_DIR)
    own_apps = sorted(config.name for config in apps.get_app_configs() if Path(config.path).parent == root)
    wanted = [f"{folder}/**/*" for folder in ("config", "templates", *own_apps)]
    files = files_below(root, wanted, unwanted=["*/migrations/**/*"])
    return messages_in({path.relative_to(root).as_posix(): path for path in files})


@cache
def borrowed_messages(language: str) -> dict[Key, Message]:
    """The strings that borrowed_messages.toml lists: of packages whose own catalogue is missing, wrong or has gaps."""
    borrowed: dict[Key, Message] = {}
    for table in _borrowed("borrowed"):
        if language in table["languages"]:
            root = _folder_of(table["package"])
            found = messages_in(_files_of(root, table["wanted"], table.get("unwanted", [])))
            if "wrong" in table:
                found = _gaps(found, _translated_by(root, language), set(table["wrong"]))
            borrowed = {**found, **borrowed}
    return borrowed


def script_messages(language: str) -> dict[Key, Message]:
    """The strings of the scripts of packages, as each package's own English catalogue lists them."""
    messages: dict[Key, Message] = {}
    for name in _borrowed("scripts")[language]:
        source = _folder_of(name.replace("/", ".")) / "locale" / "en" / "LC_MESSAGES" / f"{SCRIPTS}.po"
        for entry in polib.pofile(str(source)):
            key = Key(entry.msgctxt or "", entry.msgid)
            messages.setdefault(key, Message(key, entry.msgid_plural)).files.add(name)
    return messages


def _borrowed(section: str) -> Any:
    return tomllib.loads(BORROWED.read_text(encoding="utf-8"))[section]


def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise CommandError(f"The package {package} is not installed.")
    return Path(spec.origin).parent


def _files_of(root: Path, wanted: list[str], unwanted: list[str]) -> dict[str, Path]:
    names = {path.relative_to(root).as_posix(): path for path in files_below(root, wanted, unwanted)}
    return {
        f"{root.name}/{name}": path for name, path in names.items() if not (Path(settings.BASE_DIR) / name).exists()
    }


def _translated_by(root: Path, language: str) -> set[Key]:
    """What the package itself says in a language."""
    catalogues = root.rglob(f"locale/{language}/LC_MESSAGES/django.po")
    entries = (entry for path in catalogues for entry in polib.pofile(str(path)) if entry.translated())
    return {Key(entry.msgctxt or "", entry.msgid) for entry in entries}


def _gaps(found: dict[Key, Message], translated: set[Key], wrong: set[str]) -> dict[Key, Message]:
    """The messages that the package does not translate, or translates wrongly."""
    return {key: message for key, message in found.items() if key not in translated or key.text in wrong}


def up_to_date(language: str, domain: str = PAGES) -> polib.POFile:
    """A catalogue as it should be now: the messages of today, the translations of the file."""
    path = catalogue_path(language, domain)
    known = polib.pofile(str(path)) if path.exists() else []
    of_scripts = domain == SCRIPTS
    messages = script_messages(language) if of_scripts else {**borrowed_messages(language), **own_messages()}
    return merged(known, messages, language)


class Command(BaseCommand):
    """Writes the catalogues, or says that they are behind the code."""

    requires_system_checks: list[str] = []
    help = "Collect the translatable strings of the code into the catalogues; translations are kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a catalogue is out of date")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        behind = [language for language, domain in catalogues() if self._update(language, domain, write=not check)]
        if check and behind:
            raise CommandError(
                f"Out of date: {', '.join(sorted(set(behind)))}. Run update_messages and translate what is new."
            )

    def _update(self, language: str, domain: str, *, write: bool) -> bool:
        """Return whether the catalogue differs from the code."""
        path, catalogue = catalogue_path(language, domain), up_to_date(language, domain)
        text = f"{catalogue}\n"
        differs = not path.exists() or path.read_text(encoding="utf-8") != text
        if write and differs:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        todo = sum(not entry.translated() for entry in catalogue)
        self.stderr.write(f"{language}, {domain}: {len(catalogue)} strings, {todo} without a translation")
        return differs
