"""PO files for translators: taken for many pieces, brought back as a whole or not at all."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import QuestionText
from certificates.designs import Parameters
from certificates.models import DesignVersion
from certificates.services import save_design
from courses.models import LessonPage
from library.formats.po import MOST_BYTES
from library.keeping import State
from library.models import Rendering, Term
from library.services import Brought, bring_po, po_of, standings
from people.models import Account
from tests.factories.assessments import make_question
from tests.factories.courses import locale, make_lesson_page, make_module_page, translate
from tests.factories.evaluation import make_form
from tests.factories.library import make_resource
from tests.factories.workshops import make_outline_page

pytestmark = pytest.mark.django_db
LINK = '<p>Read <b>this</b> <a href="https://example.org/">page</a>.</p>'


def lesson(code: str = "M1") -> LessonPage:
    module = make_module_page(code)
    translate(module, "ru")
    text = {"type": "text", "id": "11111111-1111-4111-8111-111111111111", "value": LINK}
    return make_lesson_page(module, f"{code}.1", body=[text])


def taken(*kinds: str, language: str = "ru") -> polib.POFile:
    wanted = [each for each in standings() if each.language == language and each.piece.kind in kinds]
    return polib.pofile(po_of(wanted, language=language).decode())


def filled(file: polib.POFile) -> polib.POFile:
    for entry in file:
        entry.msgstr = entry.msgid.replace("Read", "Прочтите").replace("page", "страницу") + " по-русски"
    return file


def bring(file: polib.POFile | bytes, actor: Account, *, language: str = "ru", **options: Any) -> Brought:
    content = file if isinstance(file, bytes) else str(file).encode()
    return bring_po(content=content, language=language, actor=actor, **options)


def faults(brought: Brought) -> list[str]:
    return [problem.sentence for problem in brought.problems]


def test_a_lesson_goes_out_and_comes_back_as_a_draft(roles: SimpleNamespace) -> None:
    page = lesson()

    brought = bring(filled(taken("lesson")), roles.editor)

    russian = LessonPage.objects.get(translation_key=page.translation_key, locale__language_code="ru")
    draft = russian.get_latest_revision_as_object()
    assert (brought.texts, len(brought.pieces), russian.live) == (5, 1, False)
    assert draft.body[0].value.source == (
        '<p>Прочтите <b>this</b> <a href="https://example.org/">страницу</a>. по-русски</p>'
    )
    assert [each.id for each in draft.body] == [each.id for each in page.body]
    assert (draft.title, draft.lesson_code) == ("Lesson M1.1 en по-русски", "M1.1")


def test_what_came_back_goes_out_again_as_it_is(roles: SimpleNamespace) -> None:
    lesson()
    file = filled(taken("lesson"))
    bring(file, roles.editor)

    again = taken("lesson")

    assert {entry.msgctxt: entry.msgstr for entry in again} == {entry.msgctxt: entry.msgstr for entry in file}


def test_every_kind_goes_out_and_comes_back(roles: SimpleNamespace) -> None:
    lesson()
    make_resource("study")
    Term.objects.create(slug="stigma", name="Stigma", definition="A sign of shame", locale=locale("en"))
    make_question(code="Q1")
    make_outline_page("O1")
    form = make_form()
    save_design(
        design=None, name="Plain", is_default=True, parameters=Parameters(extra={"en": "A line"}), actor=roles.manager
    )
    kinds = ("lesson", "resource", "term", "question", "outline", "evaluation", "design")
    file = filled(taken(*kinds))

    brought = bring(file, roles.editor, machine=True)

    assert faults(brought) == []
    assert {piece.kind for piece in brought.pieces} == set(kinds)
    russian = Term.objects.get(locale__language_code="ru")
    assert (russian.live, russian.get_latest_revision_as_object().name) == (False, "Stigma по-русски")
    assert QuestionText.objects.filter(language="ru").order_by("pk").last().words["stem"].endswith("по-русски")
    form.refresh_from_db()
    assert form.title_ru.endswith("по-русски")
    assert DesignVersion.objects.order_by("pk").last().parameters["extra"]["ru"] == "A line по-русски"
    assert (
        Rendering.objects.filter(language="ru", unread=False).exclude(kind="home").exclude(kind="module").count() == 0
    )
    assert {each.state for each in standings() if each.language == "ru" and each.piece.kind in kinds} == {
        State.AWAITING
    }


def test_a_page_that_wagtail_localize_keeps_shows_the_words_in_its_editor(roles: SimpleNamespace) -> None:
    from wagtail_localize.models import StringTranslation, Translation, TranslationSource

    page = lesson()
    source, _created = TranslationSource.get_or_create_from_instance(page)
    Translation.objects.create(source=source, target_locale=locale("ru"))

    bring(filled(taken("lesson")), roles.editor)

    russian = LessonPage.objects.get(translation_key=page.translation_key, locale__language_code="ru")
    assert russian.get_latest_revision_as_object().title == "Lesson M1.1 en по-русски"
    assert StringTranslation.objects.filter(data="Lesson M1.1 en по-русски", locale=locale("ru")).exists()
    assert not russian.live


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("Прочтите <b>это <a id='a1'>страницу</a>.", "The markup is broken: a tag is not closed, or closed twice."),
        ("Прочтите <b>это</b>.", "The links are not those of the source: keep the tag of each link as it is."),
        (
            'Прочтите <b onclick="x()">это</b> <a id="a1">страницу</a>.',
            "There is markup that the source does not have.",
        ),
        (
            '<script>x</script>Прочтите <a id="a1">страницу</a>.',
            "There is markup that the source does not have.",
        ),
        ('{name} <b>это</b> <a id="a1">страницу</a>.', "The placeholders are not those of the source."),
    ],
)
def test_a_broken_text_is_named_with_its_line_and_nothing_is_taken(
    broken: str, sentence: str, roles: SimpleNamespace
) -> None:
    lesson()
    file = filled(taken("lesson"))
    entry = next(each for each in file if "<a " in each.msgid)
    entry.msgstr = broken
    lines = str(file).splitlines()

    brought = bring(file, roles.editor)

    assert faults(brought) == [sentence]
    assert lines[brought.problems[0].line - 1].startswith(("#", "msgctxt", "msgid"))
    assert not LessonPage.objects.filter(locale__language_code="ru").exists()


def test_a_text_that_the_source_does_not_say_is_refused(roles: SimpleNamespace) -> None:
    lesson()
    file = filled(taken("lesson"))
    file[0].msgid = "Something else"

    assert faults(bring(file, roles.editor)) == ["The source does not say this, or no more. Take the file anew."]


def test_a_text_of_nothing_here_is_refused(roles: SimpleNamespace) -> None:
    lesson()
    for context in ("lesson/none/title", "nothing/1/title", "design/x/extra", "title"):
        file = taken("lesson")
        file[0].msgctxt, file[0].msgstr = context, "Слова"
        assert len(bring(file, roles.editor).problems) == 1


def test_a_file_for_another_language_or_another_page_is_refused(roles: SimpleNamespace) -> None:
    page, other = lesson("M1"), lesson("M2")
    file = filled(taken("lesson"))

    assert faults(bring(file, roles.editor, language="be")) == ["The file is for another language (ru)."]
    only = [("lesson", str(page.translation_key))]
    assert faults(bring(file, roles.editor, only=only)) == [
        f"This text belongs to “{other.title}”, which the file was not brought for."
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a file of translations\n", "This is no PO file, or it is damaged here."),
        (b"/etc/hosts", "This is no PO file, or it is damaged here."),
        (b'msgid "a"\nmsgstr "b\nnonsense', "This is no PO file, or it is damaged here."),
        (b"\xff\xfe\x00", "The file is not in UTF-8. Save it as UTF-8 and bring it again."),
        (b"m" * (MOST_BYTES + 1), "The file is larger than 5 MB. Take the texts in several files."),
        (
            b'msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgstr "b"\n',
            "The file does not say for which language it is: it was not taken from here.",
        ),
        (b'msgid ""\nmsgstr "X-Academy-Language: ru\\n"\n', "Nothing in the file is translated yet."),
    ],
)
def test_what_is_no_file_of_ours_is_refused(content: bytes, sentence: str, roles: SimpleNamespace) -> None:
    assert faults(bring(content, roles.editor)) == [sentence]


def test_when_one_piece_refuses_its_words_nothing_of_the_file_is_kept(roles: SimpleNamespace) -> None:
    Term.objects.create(slug="stigma", name="Stigma", definition="A sign of shame", locale=locale("en"))
    make_resource("study")
    file = filled(taken("term", "resource"))
    next(each for each in file if each.msgid == "Title of study en").msgstr = "Д" * 300

    brought = bring(file, roles.editor)

    assert len(brought.problems) == 1
    assert Term.objects.filter(locale__language_code="ru").count() == 0


def test_what_knows_no_drafts_is_taken_whole_or_not_at_all(roles: SimpleNamespace) -> None:
    make_question(code="Q1")
    file = filled(taken("question"))
    file[0].msgstr = ""

    (sentence,) = faults(bring(file, roles.editor))

    assert sentence.endswith("Translate all of it: readers get it as soon as it is taken.")
    assert QuestionText.objects.filter(language="ru").count() == 0


# --- In the CMS -----------------------------------------------------------------------------------------------------
def test_everything_stale_of_a_language_is_one_file(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    lesson()

    shown = client_of(roles.editor).get(
        reverse("translations:export"), {"language": "ru", "state": "missing", "everything": "1"}
    )

    assert (
        shown["Content-Disposition"] == 'attachment; filename="academy-ru.po"'
        or "lesson" in (shown["Content-Disposition"])
    )
    assert "Lesson M1.1 en" in [entry.msgid for entry in polib.pofile(shown.content.decode())]


def test_nothing_ticked_is_said(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> None:
    shown = client_of(roles.editor).get(reverse("translations:export"), {"language": "ru"}, follow=True)

    assert "There is nothing to translate in what you chose." in shown.content.decode()


def test_a_file_is_brought_on_a_page(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> None:
    page = lesson()
    address = f"{reverse('translations:import', args=['ru'])}?piece=lesson:{page.translation_key}"
    editor, content = client_of(roles.editor), str(filled(taken("lesson"))).encode()

    refused = editor.post(address, {"file": SimpleUploadedFile("a.po", b"nothing")})
    shown = editor.post(address, {"file": SimpleUploadedFile("a.po", content)}, follow=True)

    assert (refused.status_code, "Nothing was taken" in refused.content.decode()) == (422, True)
    assert (
        "5 texts were taken. Pages and records they belong to: 1. Still empty in the file: 0." in shown.content.decode()
    )
