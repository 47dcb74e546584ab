"""What the extractor finds in Python and in templates."""

from pathlib import Path

from core.catalogues.extraction import Key, Message, files_below, messages_in, messages_of_python, messages_of_template


def keys_and_plurals(messages: list[Message]) -> list[tuple[str, str, str]]:
    return [(message.key.context, message.key.text, message.plural) for message in messages]


def test_python_calls_are_found_under_every_name_they_are_imported_as() -> None:
    source = """
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext, npgettext_lazy
from django.utils.translation import gettext_lazy as _, ngettext_lazy as counted
a = _("one "
      "sentence") % {"x": 1}
b = gettext("plain")
c = ngettext("%(n)d person", "%(n)d people", len([1, 2]))
d = counted("a place", "places", 2)
e = pgettext("noun", "mark")
f = npgettext_lazy("row", "line", "lines", 2)
g = translation.gettext("by attribute")
h = gettext(a)
"""

    found = keys_and_plurals(messages_of_python(source))

    assert found == [
        ("", "one sentence", ""),
        ("", "plain", ""),
        ("", "%(n)d person", "%(n)d people"),
        ("", "a place", "places"),
        ("noun", "mark", ""),
        ("row", "line", "lines"),
        ("", "by attribute", ""),
    ]


def test_template_tags_are_found_with_contexts_plurals_and_trimmed_text() -> None:
    source = """{% load i18n %}<p class="it's (odd">{% translate "Sign in" %}</p>
        {% trans 'May' context "month" %} {{ name|default:_("nobody") }}
      {% include "components/empty.html" with title=_("Nothing yet") only %}
    {% blocktranslate trimmed with name=person.name %}
        Hello {{ name }},
        100% done.
    {% endblocktranslate %}
  {% blocktranslate count number=rows|length trimmed %}
    {{ number }} row
  {% plural %}
    {{ number }} rows
  {% endblocktranslate %}
{% blocktranslate count n=3 context "seats" %}one{% plural %}many{% endblocktranslate %}
{% comment %}{% translate "never shown" %}{% endcomment %}"""

    found = keys_and_plurals(messages_of_template(source))

    assert found == [
        ("", "Sign in", ""),
        ("month", "May", ""),
        ("", "nobody", ""),
        ("", "Nothing yet", ""),
        ("", "Hello %(name)s, 100%% done.", ""),
        ("", "%(number)s row", "%(number)s rows"),
        ("seats", "one", "many"),
    ]


def test_a_note_for_translators_goes_with_its_string() -> None:
    python = 'from django.utils.translation import gettext as _\n# Translators: on a button\nx = _("Send")\n'
    template = '{# Translators: on a button #}\n{% translate "Send" %}'

    assert [message.notes for message in messages_of_python(python)] == [{"on a button"}]
    assert [message.notes for message in messages_of_template(template)] == [{"on a button"}]


def test_a_string_of_two_files_is_one_message_that_names_both(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text('from django.utils.translation import gettext as _\n_("Send")\n')
    (tmp_path / "page.html").write_text('{% load i18n %}{% translate "Send" %}')

    found = messages_in({"app/views.py": tmp_path / "views.py", "templates/page.html": tmp_path / "page.html"})

    assert found == {Key("", "Send"): Message(Key("", "Send"), files={"app/views.py", "templates/page.html"})}


def test_only_python_and_templates_that_are_wanted_are_read(tmp_path: Path) -> None:
    for name in ("app/views.py", "app/migrations/0001.py", "app/logo.png", "app/mail/subject.txt", "var/x.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    found = files_below(tmp_path, ["app/**/*"], unwanted=["*/migrations/**/*"])

    assert found == [tmp_path / "app/mail/subject.txt", tmp_path / "app/views.py"]
