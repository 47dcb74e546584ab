"""One person, one test, two devices: a phone in Russian and a desk in Belarusian."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Attempt, AttemptItem
from tests.factories.assessments import RIGHT, WRONG, make_attempt, make_question, make_test
from tests.factories.people import make_account
from tests.journeys.conftest import OpenPage
from tests.journeys.hands import Hand, Keyboard, Touch, WithoutScripts, fields_of
from tests.journeys.steps import heading, items_of, saved

TYPES = ("single_choice", "multiple_response", "numerical", "matching", "ordering", "gap_fill")


@pytest.fixture
def attempt(transactional_db: None) -> Attempt:
    """An open attempt with an answer in each kind of field."""
    questions = [make_question(each, languages=("en", "ru", "be")) for each in TYPES]
    return make_attempt(make_account().person, make_test(*questions))


@pytest.fixture
def sit_down(open_page: OpenPage, attempt: Attempt) -> Callable[..., Hand]:
    """`sit_down(Touch, "ru")`: in front of the page of the test, on a device of one's own."""

    def sitting(way: type[Hand], language: str) -> Hand:
        page = open_page(attempt.person.account, language=language, **way.options)
        page.goto(f"/{language}/my/tests/{attempt.pk}/")
        return way(page)

    return sitting


def responses(attempt: Attempt) -> dict[str, Any]:
    return {item.version.question.type: item.response for item in items_of(attempt)}


def expect_right(page: Page, item: AttemptItem) -> None:
    """The page shows the right answer to a question as the one that was given."""
    question = page.locator(f"#question-{item.position}")
    right = RIGHT[item.version.question.type]
    if item.version.question.type in {"single_choice", "multiple_response"}:
        expect(question.locator("input:checked")).to_have_count(len(right))
        for option in right:
            expect(question.locator(f"input[value={option}]")).to_be_checked()
    elif isinstance(right, dict):
        for part, value in fields_of(item, right):
            field = question.locator(f"[data-part={part}]")
            chosen = field.and_(page.locator("select")).count() > 0
            expect(field).to_have_value(f"{part}={value}" if chosen else value)
    elif isinstance(right, list):
        for number, (part, place) in enumerate(fields_of(item, right)):
            expect(question.locator("[data-part]").nth(number)).to_have_value(f"{part}={place}")
    else:
        expect(question.get_by_role("textbox")).to_have_value(right)


def test_what_is_answered_on_one_device_stands_on_the_other_in_its_language(
    sit_down: Callable[..., Hand], attempt: Attempt
) -> None:
    phone, desk = sit_down(Touch, "ru"), sit_down(Keyboard, "be")
    items = items_of(attempt)
    on_the_phone, at_the_desk = items[:4], items[4:]

    for item in on_the_phone:
        phone.answer(item, RIGHT[item.version.question.type])
    expect(phone.page.get_by_role("status")).to_contain_text("Есть ответы: 4 из 6. Все ответы сохранены")
    desk.page.reload()
    expect(desk.page.get_by_role("status")).to_contain_text("Ёсць адказы: 4 з 6.")
    expect(desk.page.get_by_label("Варыянт B").first).to_be_checked()
    for item in at_the_desk:
        desk.answer(item, RIGHT[item.version.question.type])
    expect(desk.page.get_by_role("status")).to_contain_text("Ёсць адказы: 6 з 6. Усе адказы захаваны")
    phone.page.reload()

    for item in items:
        expect_right(phone.page, item)
        expect_right(desk.page, item)
    assert responses(attempt) == {each: RIGHT[each] for each in TYPES}
    languages = attempt.items.order_by("position").values_list("response_text__language", flat=True)
    assert list(languages) == ["ru"] * 4 + ["be"] * 2


@pytest.mark.parametrize("kind", ["multiple_response", "matching", "gap_fill"])
def test_an_older_answer_gives_way_to_the_newer_one_of_the_other_device(
    sit_down: Callable[..., Hand], attempt: Attempt, kind: str
) -> None:
    """The older one waited without a line while somebody changed his mind at the desk."""
    phone, desk = sit_down(Touch, "ru"), sit_down(Keyboard, "be")
    item = next(each for each in items_of(attempt) if each.version.question.type == kind)

    phone.page.context.set_offline(True)
    _begin_to_answer(phone, item)
    expect(saved(phone.page, item)).to_contain_text("Ещё не сохранено")
    desk.answer(item, RIGHT[kind])
    expect(desk.page.get_by_role("status")).to_contain_text("Усе адказы захаваны")
    phone.page.context.set_offline(False)

    expect(saved(phone.page, item)).to_contain_text("На этот вопрос ответили на другой странице")
    expect_right(phone.page, item)
    phone.page.reload()
    expect_right(phone.page, item)
    assert responses(attempt)[kind] == RIGHT[kind]


def _begin_to_answer(hand: Hand, item: AttemptItem) -> None:
    """One field of the several that the answer has, and the wrong way."""
    wrong = WRONG[item.version.question.type]
    hand.answer(item, wrong[:1] if isinstance(wrong, list) else dict([*wrong.items()][:1]))


@pytest.mark.parametrize("way", [Touch, WithoutScripts], ids=["with scripts", "without scripts"])
def test_handing_in_on_one_device_ends_the_test_on_the_other_and_says_so(
    sit_down: Callable[..., Hand], attempt: Attempt, way: type[Hand]
) -> None:
    phone, desk = sit_down(way, "ru"), sit_down(Keyboard, "be")
    first, second, *_others = items_of(attempt)
    desk.answer(first, RIGHT["single_choice"])
    desk.press(desk.page.get_by_role("button", name="Праверыць і адправіць"))
    desk.press(desk.page.get_by_role("button", name="Адправіць адказы"))
    expect(heading(desk.page)).to_have_text("Вынік")

    phone.answer(second, RIGHT["multiple_response"][:1])
    if way is WithoutScripts:
        phone.press(phone.page.get_by_role("button", name="Сохранить", exact=True).last)

    expect(heading(phone.page)).to_have_text("Результат")
    expect(phone.page.get_by_text("Ответы этого теста уже отправлены, изменить их нельзя.")).to_be_visible()
    assert responses(attempt) == {**dict.fromkeys(TYPES), "single_choice": RIGHT["single_choice"]}
