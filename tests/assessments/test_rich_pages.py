"""Questions with HTML on the pages of a test, of practice and of the CMS."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from assessments.services import save_response, submit_attempt
from assessments.services.pictures import store_pictures
from people.models import Account
from tests.factories.assessments import EVERY, make_attempt, make_question, make_test, words_of

pytestmark = pytest.mark.django_db

STEM = "<p>Look at the table:</p><table><tr><th>a</th><td>1</td></tr></table><script>alert(1)</script>"
CLEAN = "<p>Look at the table:</p><table><tbody><tr><th>a</th><td>1</td></tr></tbody></table>"
WORDS = {
    "stem": STEM,
    "options": {"A": "<p>H<sub>2</sub>O</p>", "B": "1 < 2", "C": "c", "D": "d"},
    "rationales": {"A": "<p>a</p><p>b</p>"},
    "feedback": "Read <b>it</b>.",
    "formats": {"stem": "html", "options.A": "html", "rationales.A": "html", "feedback": "html"},
}


def at(name: str, *args: object) -> str:
    with translation.override("en"):
        return reverse(name, args=args)


def test_a_stem_with_a_table_stands_beside_the_legend_that_is_tied_to_it(
    account: Account, client_of: Callable[[Account], Client]
) -> None:
    attempt = make_attempt(account.person, make_test(make_question(texts={"en": WORDS})))
    client = client_of(account)

    page = client.get(at("attempt", attempt.pk)).content.decode()

    legend = page[page.index("<legend") : page.index("</legend>")]
    assert "Question 1 of 1" in legend
    assert "<p>" not in legend
    assert 'aria-describedby="' in page
    assert f'-text" lang="en">{CLEAN}</div>' in page
    assert '<span lang="en">H<sub>2</sub>O</span>' in page
    assert '<span lang="en">1 &lt; 2</span>' in page
    assert "alert(1)" not in page


def test_what_is_said_after_the_test_shows_its_markup(account: Account, client_of: Callable[[Account], Client]) -> None:
    attempt = make_attempt(account.person, make_test(make_question(texts={"en": WORDS})))
    client = client_of(account)
    save_response(attempt=attempt, position=1, response="A", language="en", counter=1)

    overview = client.get(at("attempt_review", attempt.pk)).content.decode()
    submit_attempt(attempt=attempt)
    page = client.get(at("attempt_result", attempt.pk)).content.decode()

    assert '<span lang="en">Look at the table: a 1</span>' in overview or ">Look at the table: a 1</a>" in overview
    assert "</h3>" in page
    assert f'<div class="question__text rich" lang="en">{CLEAN}</div>' in page
    assert '<div class="rich" lang="en"><p>a</p><p>b</p></div>' in page
    assert '<strong lang="en">H2O</strong>' in page


@pytest.mark.parametrize("name", ["numerical", "gap_fill", "matching", "ordering", "essay"])
def test_every_widget_shows_a_stem_with_blocks(
    name: str, account: Account, client_of: Callable[[Account], Client]
) -> None:
    words = {**words_of(EVERY[name]), "stem": STEM, "formats": {"stem": "html"}}
    attempt = make_attempt(account.person, make_test(make_question(name, texts={"en": words})))

    page = client_of(account).get(at("attempt", attempt.pk)).content.decode()

    assert page.count(CLEAN) == 1
    [described] = {each.split('"')[0] for each in page.split('aria-describedby="')[1:] if "-text" in each.split('"')[0]}
    assert f'id="{described.split()[0]}"' in page


def test_a_typed_answer_is_told_what_belongs_to_it_where_somebody_practises(
    account: Account, client_of: Callable[[Account], Client]
) -> None:
    words = {"stem": "Who?", "accept": [{"text": "a"}, {"text": "b", "credit": "0", "feedback": "Not <b>."}]}
    question = make_question("short_answer", structure={}, texts={"en": words})
    make_test(question, purpose="practice")

    page = client_of(account).get(at("practice", question.code), {"answer": "b", "check": "1"}).content.decode()

    assert '<p lang="en">Not &lt;b&gt;.</p>' in page


def test_the_list_of_questions_has_no_markup(roles, client_of: Callable[[Account], Client]) -> None:
    make_question(texts={"en": WORDS})

    page = client_of(roles.editor).get(reverse("questions:index"), {"q": "table"}).content.decode()

    assert "Look at the table: a 1" in page


def test_a_picture_of_a_question_is_shown_and_no_other(
    account: Account, client_of: Callable[[Account], Client]
) -> None:
    [name] = store_pictures({"dot.png": get_test_image_file().file.getvalue()}).values()
    other = get_image_model().objects.create(title="Logo", file=get_test_image_file())
    client = client_of(account)

    shown = client.get(at("question_picture", name.removeprefix("image:")))

    assert (shown.status_code, shown["Cache-Control"]) == (302, "private, max-age=3600")
    assert shown["Location"].endswith(".webp")
    assert client.get(at("question_picture", other.pk)).status_code == 404
    assert client.get(at("question_picture", 999_999)).status_code == 404


def test_a_picture_in_a_question_is_not_deleted_and_another_is(roles, client_of: Callable[[Account], Client]) -> None:
    [name] = store_pictures({"dot.png": get_test_image_file().file.getvalue()}).values()
    other = get_image_model().objects.create(title="Logo", file=get_test_image_file())
    words = {"stem": f'<img src="{name}" alt="A dot">', "formats": {"stem": "html"}}
    make_question("description", texts={"en": words})
    client = client_of(roles.administrator)

    client.post(reverse("wagtailimages:delete", args=[name.removeprefix("image:")]))
    client.post(reverse("wagtailimages:delete", args=[other.pk]))

    assert [f"image:{each.pk}" for each in get_image_model().objects.all()] == [name]
