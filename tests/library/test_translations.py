"""How far translations are: what makes one stale, who takes a mark off, and in how many queries all of it is told."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import QuestionText, QuestionVersion
from assessments.services import add_version, revise_text
from audit.models import Event
from certificates.designs import Parameters
from certificates.services import save_design
from library.keeping import State
from library.models import Rendering, Term
from library.services import (
    Standing,
    TranslationError,
    confirm_translation,
    mark_everything_unread,
    mark_read,
    mark_unread,
    note_everything,
    standing,
    standings,
)
from library.translatables import kind_named, kinds
from people.models import Account
from tests.factories.assessments import EVERY, make_question, words_of
from tests.factories.courses import block, locale, make_lesson_page, make_module_page, translate
from tests.factories.evaluation import make_form
from tests.factories.library import make_resource
from tests.factories.workshops import make_outline_page
from workshops.models import EvaluationQuestion

pytestmark = pytest.mark.django_db
RUSSIAN = {"summary": "О уроке", "sources": []}


def of(kind: str, key: Any, language: str = "ru") -> Standing:
    found = standing(kind_named(kind), str(key), language)
    assert found is not None
    return found


def lesson_in_two_languages(number: int = 1) -> tuple[Any, Any]:
    module = make_module_page(f"M{number}")
    translate(module, "ru")
    page = make_lesson_page(module, f"M{number}.1", sources=[])
    body = [block(f"M{number}.1", each, f"Абзац {each}") for each in (1, 2)]
    return page, translate(page, "ru", title="Урок", summary="О уроке", body=body)


def publish(page: Any, **fields: Any) -> None:
    fresh = type(page).objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.save_revision().publish()


# --- Pages ----------------------------------------------------------------------------------------------------------
def test_a_page_is_missing_then_done_then_out_of_step() -> None:
    page, _translation = lesson_in_two_languages()

    assert [of("lesson", page.translation_key, code).state for code in ("ru", "be")] == [State.DONE, State.MISSING]

    publish(page, body=[block("M1.1", 1, "Other words"), block("M1.1", 2, "Second M1.1 en")])

    found = of("lesson", page.translation_key)
    assert (found.state, found.outdated) == (State.STALE, [f"body.{page.body[0].id}"])


def test_publishing_the_source_again_with_the_same_words_makes_nothing_stale() -> None:
    page, _translation = lesson_in_two_languages()

    publish(page, minutes=25)

    assert of("lesson", page.translation_key).state == State.DONE


def test_translating_what_changed_brings_it_into_step_and_mending_something_else_does_not() -> None:
    page, translation = lesson_in_two_languages()
    publish(page, body=[block("M1.1", 1, "Other words"), block("M1.1", 2, "Second M1.1 en")])

    publish(translation, title="Урок без опечатки")
    assert of("lesson", page.translation_key).state == State.STALE

    publish(translation, body=[block("M1.1", 1, "Другие слова"), block("M1.1", 2, "Абзац 2")])
    assert of("lesson", page.translation_key).state == State.DONE


def test_a_new_paragraph_makes_a_translation_stale_and_names_it() -> None:
    page, _translation = lesson_in_two_languages()

    publish(page, body=[*page.body.get_prep_value(), block("M1.1", 3, "A third one")])

    found = of("lesson", page.translation_key)
    assert (found.state, len(found.lacking), found.outdated) == (State.STALE, 1, [])


def test_an_editor_says_that_it_means_the_same(roles: SimpleNamespace) -> None:
    page, _translation = lesson_in_two_languages()
    publish(page, title="Lesson with a comma,")

    confirm_translation(standing=of("lesson", page.translation_key), actor=roles.editor)

    assert of("lesson", page.translation_key).state == State.DONE
    event = Event.objects.get(action="library.translation_confirmed")
    assert (event.actor_id, event.after["language"]) == (roles.editor.pk, "ru")
    with pytest.raises(TranslationError):
        confirm_translation(standing=of("lesson", page.translation_key), actor=roles.editor)


def test_a_draft_waits_and_readers_do_not_get_it() -> None:
    module = make_module_page()
    translate(module, "ru", live=False, title="Модуль", summary="О модуле", introduction="<p>Начало</p>")

    assert of("module", module.translation_key).state == State.AWAITING


def test_noting_everything_again_changes_nothing() -> None:
    lesson_in_two_languages()
    make_form()

    note_everything()

    assert note_everything() == 0


# --- The mark -------------------------------------------------------------------------------------------------------
def test_a_native_editor_takes_the_mark_off_and_it_is_kept_who(roles: SimpleNamespace) -> None:
    page, _translation = lesson_in_two_languages()
    mark_everything_unread()
    assert of("lesson", page.translation_key).state == State.AWAITING

    mark_read(standing=of("lesson", page.translation_key), actor=roles.editor)

    assert of("lesson", page.translation_key).state == State.DONE
    assert Event.objects.get(action="library.translation_read").actor_id == roles.editor.pk
    with pytest.raises(TranslationError):
        mark_read(standing=of("lesson", page.translation_key), actor=roles.editor)


def test_readers_never_see_the_mark(client: Client) -> None:
    page, translation = lesson_in_two_languages()
    kind = kind_named("lesson")
    assert kind is not None
    before = translation.render_text()

    mark_unread(kind=kind, key=str(page.translation_key), language="ru")

    assert translation.render_text() == before
    shown = client.get("/ru/modules/M1/").content.decode()
    assert ("native editor" in shown, "носител" in shown) == (False, False)


# --- Everything else ------------------------------------------------------------------------------------------------
def test_a_term_and_a_resource_have_states_too(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> None:
    term = Term.objects.create(slug="stigma", name="Stigma", definition="A sign of shame", locale=locale("en"))
    russian = Term.objects.create(
        slug="stigma",
        name="Стигма",
        definition="Знак позора",
        locale=locale("ru"),
        translation_key=term.translation_key,
    )
    resource = make_resource("study")
    address = reverse("wagtailsnippets_library_term:edit", args=[term.pk])
    note_everything()

    values = {"name": "Stigma", "slug": "stigma", "definition": "A mark of shame"}
    client_of(roles.editor).post(address, {**values, "action-publish": "1"})

    assert of("term", russian.translation_key).state == State.STALE
    assert of("resource", resource.translation_key).state == State.MISSING


def test_a_question_keeps_its_own_history() -> None:
    question = make_question(code="Q1", languages=("en", "ru", "be"))
    version = QuestionVersion.objects.get(question=question)
    words = QuestionText.objects.get(version=version, language="ru").words
    read = QuestionText.Review.REVIEWED
    for language in ("ru", "be"):
        text = QuestionText.objects.filter(version=version, language=language).first()
        assert text is not None
        revise_text(version=version, language=language, words=text.words, review=read)
    assert of("question", "Q1").state == State.DONE

    english = QuestionText.objects.get(version=version, language="en")
    revise_text(version=version, language="en", words={**english.words, "stem": "What is quite right?"})

    found = of("question", "Q1")
    assert (found.state, found.outdated) == (State.STALE, ["stem"])
    assert found.version.pairs["stem"] == [english.words["stem"], words["stem"]]


def test_a_question_with_a_new_version_in_one_language_is_stale_in_the_others() -> None:
    question = make_question(code="Q1", languages=("en", "ru"))
    structure = EVERY[question.type]

    add_version(question=question, structure=structure, texts={"en": words_of(structure, "en", "What is right now?")})

    found = of("question", "Q1")
    assert found.version is not None
    assert (found.state, found.version.behind) == (State.STALE, True)


def test_an_outline_counts_the_titles_of_its_sessions_and_a_form_its_questions(roles: SimpleNamespace) -> None:
    outline = make_outline_page("O1")
    form = make_form()
    EvaluationQuestion.objects.filter(form=form).update(text_en="What was good, and why?")
    save_design(
        design=None, name="Plain", is_default=True, parameters=Parameters(extra={"en": "A line"}), actor=roles.manager
    )

    assert of("outline", outline.translation_key).state == State.MISSING
    assert of("evaluation", form.code).state == State.STALE
    assert [each.state for each in standings([kind for kind in kinds() if kind.name == "design"])] == [
        State.MISSING,
        State.MISSING,
    ]


def test_the_source_is_the_first_language_in_which_there_is_something() -> None:
    module = make_module_page("M1", language="ru")

    found = standings([kind for kind in kinds() if kind.name == "module"])

    assert [(each.piece.source, each.language, each.state) for each in found] == [
        ("ru", "en", State.MISSING),
        ("ru", "be", State.MISSING),
    ]
    assert module.locale.language_code == "ru"


def test_three_pages_cost_as_many_queries_as_one() -> None:
    lesson_in_two_languages(1)
    make_question(code="Q1")
    make_form()
    standings()

    def costs() -> int:

        with CaptureQueriesContext(connection) as queries:
            standings()
        return len(queries)

    one = costs()
    for number in (2, 3):
        lesson_in_two_languages(number)
        make_question(code=f"Q{number}")

    assert costs() == one
    assert Rendering.objects.count() > 3


# --- In the CMS -----------------------------------------------------------------------------------------------------
def test_the_list_says_first_how_far_a_language_is(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    page, _translation = lesson_in_two_languages()
    publish(page, title="Lesson with other words")

    shown = client_of(roles.editor).get(reverse("translations:index"), {"kind": "lesson"})

    text = " ".join(shown.content.decode().split())
    assert "1 out of step with the source" in text
    assert [row.standing.piece.title for row in shown.context["page"].object_list] == ["Lesson with other words"]
    assert reverse("translations:compare", args=["lesson", page.translation_key, "ru"]) in text
    assert reverse("wagtailadmin_pages:edit", args=[_translation.pk]) in text


def test_an_empty_list_says_that_nothing_needs_anybody(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    shown = client_of(roles.editor).get(reverse("translations:index"), {"kind": "design", "language": "ru"})

    assert "it appears here in every other language" in shown.content.decode()


def test_what_changed_stands_side_by_side(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> None:
    page, _translation = lesson_in_two_languages()
    publish(page, title="Lesson M1.1 anew")

    shown = client_of(roles.editor).get(reverse("translations:compare", args=["lesson", page.translation_key, "ru"]))

    text = " ".join(shown.content.decode().split())
    assert '<del><span class="bank-unseen">taken away: </span>en</del>' in text
    assert '<ins><span class="bank-unseen">new: </span>anew</ins>' in text
    assert '<p lang="ru">Урок</p>' in text


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("same", "in step with its source already"),
        ("read", "the mark is off already"),
        ("machine", "awaits a native editor"),
        ("nonsense", "cannot be said"),
    ],
)
def test_what_an_editor_says_is_answered(
    said: str, answer: str, roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    page, _translation = lesson_in_two_languages()
    address = reverse("translations:say", args=["lesson", page.translation_key, "ru"])

    shown = client_of(roles.editor).post(address, {"said": said}, follow=True)

    assert answer in shown.content.decode()


@pytest.mark.parametrize("address", ["lesson/none/ru", "lesson/none/xx", "nothing/1/ru", "design/x/ru"])
def test_what_is_not_there_is_not_found(
    address: str, roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    assert client_of(roles.editor).get(f"/cms/translations/{address}/").status_code == 404


def test_the_editor_of_a_page_sees_its_state(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> None:
    page, translation = lesson_in_two_languages()
    kind = kind_named("lesson")
    assert kind is not None
    mark_unread(kind=kind, key=str(page.translation_key), language="ru")

    shown = client_of(roles.editor).get(reverse("wagtailadmin_pages:edit", args=[translation.pk]))

    assert "Translation: awaits a native editor" in shown.content.decode()
