"""Paper: what is read is printed, what is pressed is not, in black on white whoever prints it at what time of day."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from people.models import Account
from tests.journeys.conftest import OpenPage
from tests.journeys.steps import heading
from workshops.models import Session
from workshops.services import open_register

LONG_SIDE = 297 / 25.4 * 72  # points of an A4 sheet
PAGES = [
    ("learner", "/ru/modules/M1/"),
    ("learner", "/ru/modules/M1/M1.1/"),
    ("learner", "/ru/my/"),
    ("learner", "/ru/glossary/"),
    ("learner", "/ru/workshops/IW-02/"),
    ("facilitator", "/ru/workshops/IW-02/sessions/1/register/"),
    ("facilitator", "/ru/workshops/IW-02/threshold/"),
    ("manager", "/ru/reports/attendance/?workshop=IW-01"),
    ("manager", "/ru/reports/results/?agency=HLT-01-BR"),
]
PRESSED = (
    ".site-nav, .language-switch, .account-menu, .site-footer, .breadcrumbs, .tabs, .button, .toolbar, .demo-banner"
)
BLACK, WHITE = "rgb(0, 0, 0)", "rgb(255, 255, 255)"


@pytest.fixture
def on_paper(open_page: OpenPage, demo: Callable[[str], Account]) -> Callable[[str, str], Page]:
    """`on_paper(who, address)`: a page of somebody who likes it dark, as it goes to the printer."""

    def shown(who: str, address: str) -> Page:
        page = open_page(demo(who), language="ru", color_scheme="dark")
        page.goto(address)
        page.emulate_media(media="print")
        return page

    return shown


def sheets(page: Page) -> PdfReader:
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))


def words(printed: PdfReader) -> str:
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in printed.pages)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Wagtail leaves files of pictures to the garbage collector
@pytest.mark.parametrize(("who", "address"), PAGES)
def test_paper_shows_the_content_under_the_letterhead_and_nothing_to_press(
    on_paper: Callable[[str, str], Page], who: str, address: str
) -> None:
    page = on_paper(who, address)

    expect(heading(page)).to_be_visible()
    expect(page.locator(".site-header__name")).to_be_visible()
    assert page.locator(PRESSED).evaluate_all("(all) => all.filter((one) => one.checkVisibility()).length") == 0
    colours = page.evaluate(
        "() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours == [BLACK, WHITE]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_lesson_prints_its_transcript_instead_of_the_video_and_the_addresses_of_its_sources(
    on_paper: Callable[[str, str], Page],
) -> None:
    page = on_paper("learner", "/ru/modules/M1/M1.1/")

    expect(page.locator(".transcript > div")).to_be_visible()
    expect(page.locator(".video__player")).to_be_hidden()
    source = page.locator(".sources a[href^=http]").first.get_attribute("href") or ""
    assert source[:40] in words(sheets(page)).replace(" ", "")


def test_the_programme_of_a_workshop_prints_its_facts_and_its_whole_agenda(
    on_paper: Callable[[str, str], Page],
) -> None:
    page = on_paper("learner", "/ru/workshops/IW-02/")

    expect(page.locator(".facts")).to_be_visible()
    expect(page.locator(".opens-on-paper > div").first).to_be_visible()
    tops = page.locator("h1, .facts, .opens-on-paper").evaluate_all(
        "(all) => all.map((one) => [one.getBoundingClientRect().top, one.tagName])"
    )
    assert [what for _top, what in sorted(tops)][:2] == ["H1", "DL"]


def test_wide_figures_lie_on_their_side_and_no_column_is_cut(on_paper: Callable[[str, str], Page]) -> None:
    page = on_paper("manager", "/ru/reports/attendance/?workshop=IW-01")

    printed = sheets(page)

    assert [round(float(sheet.mediabox.width)) for sheet in printed.pages] == [round(LONG_SIDE)] * len(printed.pages)
    last_column = page.locator("table.data--wide thead th").last.inner_text()
    assert words(printed).replace(" ", "").count("".join(last_column.split())) > 1


def test_an_open_register_prints_as_a_form_for_the_pen(
    on_paper: Callable[[str, str], Page], demo: Callable[[str], Account]
) -> None:
    page = on_paper("facilitator", "/ru/workshops/IW-02/sessions/5/register/")
    open_register(session=Session.objects.get(workshop__code="IW-02", number=5), actor=demo("facilitator"))
    page.reload()

    people = page.locator(".register__row").count()

    assert people > 0
    assert (
        page.locator(".register__marks button").evaluate_all(
            "(all) => all.filter((one) => one.checkVisibility()).length"
        )
        == people * 5
    )
    expect(page.locator("[data-filter]")).to_be_hidden()
