"""The catalogues hold every string of the code, translated; and the rules that judge them."""

import gettext
import io
import re
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import django.conf
import polib
import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.template.base import Lexer, TokenType
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation.trans_real import DjangoTranslation

from core.catalogues import LANGUAGES
from core.catalogues.extraction import Key, Message
from core.catalogues.judging import (
    LEAST_CYRILLIC,
    cyrillic_share,
    faults,
    placeholders,
    reviewed,
    translations_of,
)
from core.catalogues.writing import PLURAL_FORMS, merged
from core.management.commands.update_messages import (
    BORROWED,
    borrowed_messages,
    catalogue_path,
    catalogues,
    up_to_date,
)

BASE = Path(settings.BASE_DIR)
# Names of people on the style page and of an algorithm: the same in every language.
NAMES_IN_TEMPLATES = frozenset({"SHA", "Лук", "яновіч", "Алёна", "Мікалаеўна", "Ёлкина", "Фёкла", "Иосифовна"})
DATE_BEFORE_A_STOP = re.compile(r"%\(\w*(?:date|day|_on|expires|since|until)\)s\.$")


def catalogue(language: str, domain: str = "django") -> polib.POFile:
    return polib.pofile(str(catalogue_path(language, domain)))


def entry(source: str, *forms: str, plural: str = "") -> polib.POEntry:
    if plural:
        return polib.POEntry(msgid=source, msgid_plural=plural, msgstr_plural=dict(enumerate(forms)))
    return polib.POEntry(msgid=source, msgstr=forms[0])


@pytest.mark.parametrize(("language", "domain"), catalogues())
def test_every_string_of_the_code_is_in_the_catalogue_and_no_other(language: str, domain: str) -> None:
    in_code = {(item.msgctxt, item.msgid, item.msgid_plural) for item in up_to_date(language, domain)}
    in_file = {(item.msgctxt, item.msgid, item.msgid_plural) for item in catalogue(language, domain)}

    assert {"missing": in_code - in_file, "unused": in_file - in_code} == {"missing": set(), "unused": set()}


@pytest.mark.parametrize(("language", "domain"), catalogues())
def test_every_translation_is_whole_and_in_its_language(language: str, domain: str) -> None:
    may_equal = reviewed()
    found = {item.msgid: faults(item, may_equal=may_equal) for item in catalogue(language, domain)}

    assert {source: faults_found for source, faults_found in found.items() if faults_found} == {}


@pytest.mark.parametrize(("language", "domain"), catalogues())
def test_the_catalogue_is_written_as_the_command_writes_it(language: str, domain: str) -> None:
    written = catalogue_path(language, domain).read_text(encoding="utf-8")

    assert written == f"{up_to_date(language, domain)}\n"


def test_the_check_passes_when_nothing_is_behind() -> None:
    call_command("update_messages", check=True, stderr=io.StringIO())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_date_is_not_followed_by_a_second_full_stop(language: str) -> None:
    """A date ends with "г." already."""
    found = [form for item in catalogue(language) for form in translations_of(item) if DATE_BEFORE_A_STOP.search(form)]

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_follow_the_rule_of_djangos_own_catalogue(language: str) -> None:
    own = Path(django.conf.__file__).parent / "locale" / language / "LC_MESSAGES" / "django.mo"
    with own.open("rb") as file:
        expected = gettext.GNUTranslations(file).info()["plural-forms"]

    def index(header: str, number: int) -> int:
        return int(gettext.c2py(header.partition("plural=")[2].rstrip("; "))(number))  # type: ignore[attr-defined]

    assert PLURAL_FORMS.partition(";")[0] == expected.partition(";")[0]
    assert [index(PLURAL_FORMS, number) for number in range(200)] == [index(expected, number) for number in range(200)]


def test_every_reviewed_text_is_still_in_use() -> None:
    used = {form for language in LANGUAGES for item in catalogue(language) for form in translations_of(item)}

    assert reviewed() - used == set()


def test_templates_hold_no_words_outside_translate_tags() -> None:
    root = BASE / "templates"

    found = {
        path.relative_to(root).as_posix(): words
        for path in sorted(root.rglob("*.html"))
        if (words := untranslated_words(path.read_text(encoding="utf-8")))
    }

    assert found == {}


def untranslated_words(template: str) -> list[str]:
    """Words between the tags of a template that no translate tag holds; single letters and digits are none."""
    template = re.sub(r"{% block body_class %}.*?{% endblock %}", "", template)
    text, inside = [], False
    for token in Lexer(template).tokenize():
        first = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        if token.token_type == TokenType.BLOCK and first.removeprefix("end") in {"blocktranslate", "comment"}:
            inside = not first.startswith("end")
        elif token.token_type == TokenType.TEXT and not inside:
            text.append(token.contents)
        else:
            text.append('"')
    visible = re.sub(
        r"<!--.*?-->|<(style|script)\b.*?</\1>|<[^>]*>|&\w+;|\bdata-[\w-]+", " ", "".join(text), flags=re.DOTALL
    )
    return [word for word in re.findall(r"[^\W\d_]{2,}", visible) if word not in NAMES_IN_TEMPLATES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_and_choices_of_our_forms_are_in_the_language(language: str) -> None:
    call_command("compile_catalogues", stderr=io.StringIO())

    with translation.override(language):
        found = {
            f"{form.__name__}.{name}": words
            for form in own_forms()
            for name, words in words_of_fields(form)
            if cyrillic_share(words) < LEAST_CYRILLIC and words not in reviewed()
        }

    assert found == {}


@pytest.mark.parametrize("label", ["audit", "courses", "library", "people", "programmes"])
def test_every_model_has_a_name_for_people(label: str) -> None:
    """Its class name, which Django takes otherwise, is English in every language."""
    models = apps.get_app_config(label).get_models()

    unnamed = [model.__name__ for model in models if not isinstance(model._meta.verbose_name, Promise)]

    assert unnamed == []


def own_forms() -> list[type[forms.BaseForm]]:
    modules = [f"{config.name}.forms" for config in apps.get_app_configs() if Path(config.path).parent == BASE]
    return [
        value
        for module in modules
        if find_spec(module)
        for value in vars(import_module(module)).values()
        if isinstance(value, type) and issubclass(value, forms.BaseForm) and value.__module__ == module
    ]


def words_of_fields(form: type[forms.BaseForm]) -> list[tuple[str, str]]:
    """(name of the field, a label, help text or choice) of what a person sees and the form does not inherit."""
    inherited = {
        name
        for base in form.__mro__
        if base.__module__.partition(".")[0] in {"django", "wagtail", "allauth"}
        for name in getattr(base, "base_fields", {})
    }
    words = []
    for name, field in form.base_fields.items():
        if name in inherited or field.widget.is_hidden:
            continue
        choices = [] if isinstance(field, forms.ModelChoiceField) else getattr(field, "choices", [])
        label = name if field.label is None else field.label
        words += [(name, str(text)) for text in (label, field.help_text, *(label for _value, label in choices))]
    return words


def test_a_catalogue_keeps_what_still_fits_and_drops_the_rest() -> None:
    known = [
        entry("Kept", "Осталось"),
        entry("Gone", "Ушло"),
        entry("row", "строка", "строки", "строк", "строки", plural="lines"),
    ]
    messages = {
        Key("", text): Message(Key("", text), plural, files={"b.py", "a.py"})
        for text, plural in (("row", "rows"), ("New", ""), ("Kept", ""))
    }

    result = merged(known, messages, "ru")

    assert [(item.msgid, translations_of(item)) for item in result] == [
        ("Kept", ["Осталось"]),
        ("New", [""]),
        ("row", ["", "", "", ""]),
    ]
    assert [item.occurrences for item in result] == [[("a.py", ""), ("b.py", "")]] * 3


def test_of_a_package_with_gaps_only_the_gaps_and_what_is_wrong_are_borrowed() -> None:
    """Wagtail does not say "Edited by" in Belarusian, says "publish" for "unpublish", and says "Draft" well."""
    borrowed = {key.text for key in borrowed_messages("be")}

    assert {text: text in borrowed for text in ("Edited by", "Yes, unpublish it", "Draft")} == {
        "Edited by": True,
        "Yes, unpublish it": True,
        "Draft": False,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_counts_as_wrong_in_a_package_is_still_said_by_it(language: str) -> None:
    borrowed = {key.text for key in borrowed_messages(language)}
    tables = tomllib.loads(BORROWED.read_text(encoding="utf-8"))["borrowed"]

    listed = {text for table in tables if language in table["languages"] for text in table.get("wrong", [])}

    assert listed - borrowed == set()


def test_the_scripts_of_the_editor_speak_belarusian() -> None:
    """As Wagtail's view puts the catalogue of its scripts together: its own folder, then ours over it."""
    call_command("compile_catalogues", stderr=io.StringIO())
    own = Path(apps.get_app_config("wagtailadmin").path) / "locale"

    spoken = DjangoTranslation("be", domain="djangojs", localedirs=[str(own)])

    assert [spoken.gettext(text) for text in ("Toggle sidebar", "Move down")] == ["Паказаць або схаваць меню", "Ніжэй"]
    assert spoken.ngettext("%(num)s error", "%(num)s errors", 5) == "%(num)s памылак"


def test_a_catalogue_that_is_behind_fails_the_check(tmp_path: Path, settings: object) -> None:
    settings.LOCALE_PATHS = [tmp_path]

    with pytest.raises(CommandError):
        call_command("update_messages", check=True, stderr=io.StringIO())

    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (entry("Sign in", "Войти"), []),
        (entry("Sign in", ""), ["not translated"]),
        (entry("OK", "OK"), ["equal to its source", "too few Cyrillic letters"]),
        (entry("%(first)s – %(last)s, PDF", "%(first)s – %(last)s, PDF"), []),
        (entry("Page %(number)s", "Страница"), ["other placeholders"]),
        (entry("<b>Note</b>", "Заметка"), ["other tags"]),
        (entry("The “code”", "„Код“"), ["other quotation marks than «…»"]),
        (entry("To ", "Кому"), ["other white space at an end"]),
        (entry("a row", "%(n)d строка", "%(n)d строки", "%(n)d строк", "%(n)d строки", plural="%(n)d rows"), []),
        (entry("a row", "строка", "%(n)d строки", "%(n)d строк", "%(n)d строки", plural="%(n)d rows"), [
            "other placeholders"
        ]),
        (entry("a row", "строка", "строки", plural="rows"), ["a plural form is missing"]),
        (entry("a row", "строка", "строки", "", "строки", plural="rows"), ["not translated"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_translation(item: polib.POEntry, expected: list[str]) -> None:
    assert faults(item, may_equal=frozenset()) == expected


def test_a_reviewed_text_may_stay_as_it_is() -> None:
    assert faults(entry("OK", "OK"), may_equal=frozenset({"OK"})) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Скачать PDF для %(name)s", 1.0),
        ("<a href=\"/ru/\">Сюда</a> https://example.org", 1.0),
        ("15 %", 1.0),
        ("Войти login", 0.5),
        ("Подпiс", 5 / 6),
    ],
)  # fmt: skip
def test_share_of_cyrillic_letters(text: str, expected: float) -> None:
    assert cyrillic_share(text) == expected


def test_placeholders_are_counted_by_name() -> None:
    assert placeholders("%(a)s of %(a)s, {b}, %d, 100%%") == {"%(a)s": 2, "{b}": 1, "%d": 1, "%%": 1}
