"""The desk: everybody finds what concerns them, in as many queries however much it is, and what is well is said."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import LessonPage
from library.desk import Part, Pile, has_desk, piles_of
from library.models import Rendering, Term
from library.services import ask_for_review, mark_unread, note_everything, prepare_reviews, refuse_review
from library.translatables import kind_named
from people.models import Account
from tests.factories.assessments import make_question
from tests.factories.courses import locale, make_lesson_page, make_module_page, translate
from tests.factories.library import make_resource
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db


def pile(name: str, account: Account) -> Pile:
    [found] = [each for each in piles_of(fresh(account)) if each.name == name]
    return found


def fresh(account: Account) -> Account:
    """The account as the next request finds it, without what was remembered of its rights."""
    return Account.objects.get(pk=account.pk)


def told(name: str, account: Account) -> list[tuple[str, str, str]]:
    return [(each.title, each.language, each.said) for each in pile(name, account).entries]


def waiting_page(number: int = 1) -> LessonPage:
    page = make_lesson_page(make_module_page(f"M{number}"), f"M{number}.1", live=False)
    page.expert, page.needs_review = "lawyer", True
    page.save()
    page.save_revision()
    return LessonPage.objects.get(pk=page.pk)


# --- Whose desk it is ----------------------------------------------------------------------------------------------
def test_everybody_finds_only_what_concerns_them(roles: SimpleNamespace) -> None:
    prepare_reviews()
    names = {role: [each.name for each in piles_of(getattr(roles, role))] for role in ("editor", "manager", "learner")}

    marking = ["marking", "appeals"]
    assert names == {
        "editor": [
            "sent-back",
            "drafts",
            "to-read",
            "imported",
            "questions",
            *marking,
            "behind",
            "lessons",
            "measuring",
        ],
        "manager": [*marking, "measuring"],
        "learner": [],
    }
    assert [each.name for each in piles_of(make_account("lawyer"))] == ["to-review"]
    owners = {"editor", "manager", "administrator"}
    assert {role for role, account in vars(roles).items() if has_desk(account)} == owners


def test_the_page_shows_a_manager_no_texts_and_a_lawyer_no_figures(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    prepare_reviews()
    headings = {}
    for account in (roles.editor, roles.manager, make_account("lawyer")):
        shown = client_of(account).get(reverse("desk:index")).content.decode()
        headings[account] = re.findall(r"<h2[^>]*>([^<]*)</h2>", shown)

    assert list(headings.values()) == [
        ["What awaits me", "What is stale", "What learners stumble over"],
        ["What awaits me", "What learners stumble over"],
        ["What awaits me"],
    ]


@pytest.mark.parametrize("role", ["learner", "coordinator", "facilitator"])
def test_whom_nothing_concerns_has_no_desk(
    roles: SimpleNamespace, role: str, client_of: Callable[[Account], Client]
) -> None:
    client = client_of(getattr(roles, role))

    assert [client.get(reverse("desk:index")).status_code, client.get("/cms/desk/marking/").status_code] == [302, 302]


def test_an_empty_desk_says_what_is_good_about_it(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    shown = client_of(roles.editor).get(reverse("desk:index")).content.decode()

    for sentence in (
        "Nothing awaits you.",
        "You have published everything that you began.",
        "Every translation is in step with its source.",
        "No answer waits for a mark.",
        "Nothing is stale.",
        "Nothing is overdue, and nothing is due in the next 30 days.",
        "Learners stumble over nothing.",
    ):
        assert sentence in shown
    assert "<article" not in shown


def test_a_pile_has_a_page_of_its_own_and_another_name_none(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    for number in range(7):
        term = Term(slug=f"t{number}", name=f"Term {number}", definition="A word", locale=locale("en"), live=False)
        term.save()
        term.save_revision(user=roles.editor)
    client = client_of(roles.editor)

    desk = client.get(reverse("desk:index")).content.decode()
    whole = client.get(reverse("desk:pile", args=["drafts"])).content.decode()

    assert "7 drafts of yours are not published" in desk
    assert [f"Term {number}" in desk for number in range(7)] == [True] * 5 + [False] * 2
    assert reverse("desk:pile", args=["drafts"]) in desk
    assert all(f"Term {number}" in whole for number in range(7))
    assert client.get("/cms/desk/nothing/").status_code == 404
    # A manager asks for a pile of editors.
    assert client_of(roles.manager).get(reverse("desk:pile", args=["drafts"])).status_code == 404


# --- What awaits an editor -----------------------------------------------------------------------------------------
def test_a_review_that_was_sent_back_awaits_whoever_asked_for_it(roles: SimpleNamespace) -> None:
    prepare_reviews()
    lawyer, page = make_account("lawyer"), waiting_page()
    started = ask_for_review(instance=page, actor=roles.editor)
    assert started is not None
    given = told("to-review", lawyer)
    nothing = told("sent-back", roles.editor)

    refuse_review(state=started.current_task_state, comment="The Act is of 2024.", actor=lawyer)

    assert (given, nothing) == ([("Lesson M1.1 en", "en", "Lesson page")], [])
    assert told("to-review", lawyer) == []
    assert told("sent-back", roles.editor) == [("Lesson M1.1 en", "en", "The Act is of 2024.")]
    assert told("sent-back", make_account("editor")) == []
    # It is told once: a draft that an expert has sent back is no draft that was forgotten.
    assert told("drafts", roles.editor) == []


def test_drafts_are_those_of_the_account_the_oldest_first(roles: SimpleNamespace) -> None:
    module = make_module_page("M1")
    page = make_lesson_page(module, "M1.1")
    page.title = "Another title"
    page.save_revision(user=roles.editor)
    begun = make_lesson_page(module, "M1.2", live=False, owner=roles.editor)
    make_lesson_page(module, "M1.3", live=False)
    resource = make_resource("study")
    resource.save_revision(user=roles.editor)

    assert told("drafts", roles.editor) == [
        ("Another title", "en", "Lesson page"),
        (begun.title, "en", "Lesson page"),
        ("Title of study en", "en", "Resource"),
    ]
    assert told("drafts", make_account("editor")) == []


def _translations() -> None:
    """Two terms, into Russian and Belarusian, of which a machine made the Russian ones."""
    kind = kind_named("term")
    assert kind is not None
    for slug in ("stigma", "ribbon"):
        term = Term.objects.create(slug=slug, name=slug.title(), definition=f"What {slug} is", locale=locale("en"))
        for language, name in (("ru", "Слово"), ("be", "Слова")):
            copy = term.copy_for_translation(locale(language))
            copy.name, copy.definition, copy.live = name, f"{name}: што гэта", True
            copy.save()
        mark_unread(kind=kind, key=str(term.translation_key), language="ru")
    note_everything()


def test_translations_await_those_who_write_their_language(roles: SimpleNamespace) -> None:
    locale("ru"), locale("be")
    _translations()
    said = {}
    for language in ("en", "ru", "be"):
        roles.editor.person.language = language
        roles.editor.person.save()
        said[language] = (pile("to-read", roles.editor).number, told("to-read", roles.editor))

    read = [("Russian", "", "2 await review")]
    assert said == {"en": (2, read), "ru": (2, read), "be": (0, [])}


def test_languages_that_fell_behind_lead_to_their_lists(roles: SimpleNamespace) -> None:
    locale("ru"), locale("be")
    _translations()
    Term.objects.create(slug="new", name="New", definition="A new word", locale=locale("en"))
    changed = Term.objects.get(slug="stigma", locale=locale("en"))
    changed.definition = "Another definition"
    changed.save()

    found = pile("behind", roles.editor)

    assert (found.part, found.number) == (Part.STALE, 4)
    assert [(each.title, each.said, each.address) for each in found.entries] == [
        (language, said, f"{reverse('translations:index')}?language={code}&state={state}")
        for language, code in (("Russian", "ru"), ("Belarusian", "be"))
        for said, state in (("1 is out of step", "stale"), ("1 is missing", "missing"))
    ]
    assert Rendering.objects.filter(language="ru", unread=True).count() == 2


# --- However much it is ---------------------------------------------------------------------------------------------
def _fill(number: int, actor: Account) -> None:
    """One more of everything that lies on the desk of an editor."""
    today = timezone.localdate()
    started = ask_for_review(instance=waiting_page(number), actor=actor)
    assert started is not None
    refuse_review(state=started.current_task_state, comment="No", actor=make_account("lawyer"))
    module = make_module_page(f"N{number}", review_on=today - timedelta(days=1))
    translate(module, "ru", title="Модуль")
    page = make_lesson_page(module, f"N{number}.1")
    page.save_revision(user=actor)
    make_resource(f"study-{number}").save_revision(user=actor)
    make_question(code=f"D{number}", status="draft", created_by=actor)


@pytest.mark.parametrize("role", ["editor", "manager"])
def test_as_many_queries_however_much_there_is(
    roles: SimpleNamespace, role: str, client_of: Callable[[Account], Client]
) -> None:
    prepare_reviews()
    client = client_of(getattr(roles, role))
    counts = []
    _fill(1, roles.editor)
    client.get(reverse("desk:index"))
    for number in (2, 3, 4):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("desk:index")).status_code == 200
        counts.append(len(queries))
        _fill(number, roles.editor)

    assert len(set(counts)) == 1
