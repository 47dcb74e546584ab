"""Front page, my learning, glossary, and the pages that say why something is not there."""

import errno
import gc
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from core.errors import StorageGoneError
from courses.models import Module, ModulePage
from courses.services import open_lesson, start_final_test
from home import views
from home.models import PlainPage
from library.models import Term
from people.models import Account
from programmes.models import Programme
from programmes.rules import Rule
from programmes.services import create_programme, set_rules
from tests.factories.certificates import make_certificate
from tests.factories.courses import give_final_test, locale, make_enrolment, make_home, make_module, translate
from tests.factories.home import disclaimer, make_home_with, make_logo, partner
from tests.factories.workshops import make_workshop, register
from workshops.models import Workshop
from workshops.services import cancel_workshop

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], Client]


@pytest.fixture
def learner(account: Account, client_of: ClientOf) -> Client:
    return client_of(account)


def words(response: object) -> str:
    return " ".join(response.content.decode().split())


def page(client: Client, name: str) -> str:
    response = client.get(reverse(name))
    assert response.status_code == 200
    return words(response)


def queries(client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        page(client, name)
    return len(captured)


# --- Front page ------------------------------------------------------------------------------------------------------


def test_the_front_page_tells_strangers_what_this_is(client: Client) -> None:
    make_home()
    make_module("M1", lessons=1, aspects=["legal", "social"])

    shown = page(client, "front")

    for expected in (
        "<h1>Promise en</h1>",
        "Choose a module",
        "See the workshops",
        "See attendance and results of your agency",
        "Module M1 en",
        "No workshop is announced at present.",
        'name="code"',
        f'action="{reverse("verify_search")}"',
    ):
        assert expected in shown


def test_the_front_page_needs_no_content(client: Client) -> None:
    assert "Health knows no border." in page(client, "front")


def test_the_front_page_speaks_the_language_of_its_address(client: Client) -> None:
    make_home()
    make_home("ru")

    assert "<h1>Promise ru</h1>" in words(client.get("/ru/"))
    assert '<div lang="en"> <h1>Promise en</h1>' in words(client.get("/be/"))


def test_the_learners_door_leads_to_the_next_step(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module("M1", lessons=3), read=1)

    shown = page(learner, "front")

    assert "1 of 3 lessons read" in shown
    assert f'href="{reverse("lesson", args=["M1", "M1.2"])}"' in shown


def test_the_facilitators_door_leads_to_the_next_register(roles: SimpleNamespace, client_of: ClientOf) -> None:
    workshop = make_workshop(facilitator=roles.facilitator)

    assert reverse("register", args=[workshop.code, 1]) in page(client_of(roles.facilitator), "front")
    assert reverse("register", args=[workshop.code, 1]) not in page(client_of(roles.learner), "front")


def test_the_coordinators_door_leads_to_the_own_agencies(roles: SimpleNamespace, client_of: ClientOf) -> None:
    shown = page(client_of(roles.coordinator_above), "front")

    assert "Agency ministry: 7 people" in shown
    assert reverse("agency_report") in shown
    assert reverse("agency_report") not in page(client_of(roles.learner), "front")


def test_the_managers_door_leads_to_all_reports(roles: SimpleNamespace, client_of: ClientOf) -> None:
    assert "You read the reports of all agencies." in page(client_of(roles.manager), "front")


@time_machine.travel("2026-03-01T09:00:00Z", tick=False)
def test_the_front_page_shows_the_next_three_workshops_that_take_place(client: Client) -> None:
    shown = [make_workshop(title_en=f"Shown {number}") for number in range(3)]
    cancelled = make_workshop(title_en="Cancelled")
    cancel_workshop(workshop=cancelled, reason="The hall burnt down")
    make_workshop(title_en="Draft", published=False)

    found = client.get(reverse("front")).context["workshops"]

    assert [workshop.code for workshop in found] == [workshop.code for workshop in shown]


def test_a_module_of_all_aspects_is_shown_once_and_the_others_below_each_of_theirs(client: Client) -> None:
    make_module("M0", lessons=1, aspects=["legal", "social", "economic", "cultural"])
    make_module("M1", lessons=1, aspects=["legal", "social"])

    shown = client.get(reverse("front"))

    offer = shown.context["offer"]
    assert [module.code for module in offer.common] == ["M0"]
    assert [(each["code"], [module.code for module in each["modules"]]) for each in offer.aspects] == [
        ("legal", ["M1"]),
        ("social", ["M1"]),
        ("economic", []),
        ("cultural", []),
    ]
    assert words(shown).count("Module M0 en") == 1


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Wagtail leaves files of pictures to the garbage collector
def test_the_front_page_thanks_those_who_stand_behind_it(client: Client) -> None:
    fund = partner(
        "Fund", role="funder", logo=make_logo().pk, alternative="A tree", address="https://fund.example/",
        acknowledgement="It pays.",
    )  # fmt: skip
    make_home_with(fund, partner("Mission"), disclaimer("Views are our own."))

    shown = page(client, "front")
    gc.collect()

    for expected in (
        "Funded by", 'alt="A tree"', '<a href="https://fund.example/" rel="external">Fund</a>', "It pays.",
        "In partnership with", "Mission", '<p class="disclaimer">Views are our own.</p>',
    ):  # fmt: skip
        assert shown.count(expected) == 1, expected


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_front_page_asks_as_often_for_three_logos_as_for_one(client: Client) -> None:
    logos = [make_logo(f"Logo{number}") for number in range(3)]
    blocks = [partner(logo.title, logo=logo.pk, alternative="A tree") for logo in logos]
    make_home_with(blocks[0])
    page(client, "front")
    one = queries(client, "front")
    make_home_with(*blocks)
    page(client, "front")

    assert queries(client, "front") == one
    gc.collect()


def test_the_foot_of_every_page_names_those_who_stand_behind_it(client: Client) -> None:
    make_home_with(partner("Fund", role="funder"), partner("Mission"), disclaimer("Views are our own."))

    shown = page(client, "glossary")

    for expected in ("Funded by: Fund.", "In partnership with: Mission.", "<p>Views are our own.</p>"):
        assert expected in shown


def test_the_foot_of_a_page_speaks_the_next_best_language(client: Client) -> None:
    make_home_with(disclaimer("Views are our own."))

    assert '<p lang="en">Views are our own.</p>' in words(client.get("/ru/glossary/"))


def test_the_foot_of_a_page_asks_the_database_once_for_all_readers(client: Client) -> None:
    make_home_with(partner("Fund", role="funder"))
    first, later = queries(client, "glossary"), queries(client, "glossary")

    assert first == later + 1


def test_a_home_page_that_is_published_changes_the_foot_of_every_page(
    client: Client, django_capture_on_commit_callbacks: Callable
) -> None:
    make_home_with(partner("Fund", role="funder"))
    assert "Funded by: Fund." in page(client, "glossary")

    with django_capture_on_commit_callbacks(execute=True):
        home = make_home_with(partner("Trust", role="funder"))
    assert "Funded by: Trust." in page(client, "glossary")

    with django_capture_on_commit_callbacks(execute=True):
        home.unpublish()
    assert "Funded by" not in page(client, "glossary")


def test_the_front_page_asks_as_often_with_three_of_everything_as_with_one(account: Account, learner: Client) -> None:
    make_home()
    make_enrolment(account.person, make_module("M1", lessons=1))
    page(learner, "front")
    one = queries(learner, "front")
    for code in ("M2", "M3"):
        make_enrolment(account.person, make_module(code, lessons=3), read=1)
    page(learner, "front")

    assert queries(learner, "front") == one


# --- My learning -----------------------------------------------------------------------------------------------------


def test_my_learning_is_for_people_who_are_signed_in(client: Client) -> None:
    assert client.get(reverse("my_learning")).url == f"{reverse('account_login')}?next={reverse('my_learning')}"


def test_an_account_without_a_person_is_told_what_to_do(client_of: ClientOf) -> None:
    response = client_of(Account.objects.create_superuser("root@example.org")).get(reverse("my_learning"))

    assert (response.status_code, "not linked to a person yet" in words(response)) == (403, True)


def test_who_has_nothing_is_invited_to_choose(learner: Client) -> None:
    assert "Nothing waits for you yet. Choose a module and begin." in page(learner, "my_learning")


def test_the_next_step_stands_first(account: Account, learner: Client) -> None:
    module = make_module("M1", lessons=2)
    give_final_test(module)
    enrolment = make_enrolment(account.person, module)
    assert "You are enrolled in “Module M1 en”. Begin with the first lesson." in page(learner, "my_learning")

    open_lesson(enrolment=enrolment, lesson=module.lessons.get(position=1))
    assert "You were reading “Module M1 en”. Go on where you stopped." in page(learner, "my_learning")
    make_enrolment(account.person, module, read=2)
    assert "You have read all lessons of “Module M1 en”. The final test is next." in page(learner, "my_learning")
    start_final_test(enrolment=enrolment, language="en")
    assert "The test of “Module M1 en” is open." in page(learner, "my_learning")


def test_the_module_touched_last_comes_next(account: Account, learner: Client) -> None:
    first = make_enrolment(account.person, make_module("M1", lessons=2))
    make_enrolment(account.person, make_module("M2", lessons=2))
    open_lesson(enrolment=first, lesson=first.module.lessons.get(position=1))

    assert "You were reading “Module M1 en”." in page(learner, "my_learning")


def test_a_session_within_a_day_comes_before_lessons(account: Account, learner: Client) -> None:
    with time_machine.travel("2026-03-01T09:00:00Z", tick=False) as clock:
        register(make_workshop(), account.person)
        make_enrolment(account.person, make_module("M1", lessons=2), read=1)
        assert "You were reading" in page(learner, "my_learning")

        clock.move_to("2026-03-08T12:00:00Z")
        assert "Your next session is “Session 1” on 9 March 2026 at" in page(learner, "my_learning")


def test_everything_of_mine_is_there(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module("M1", lessons=3), read=2)
    make_enrolment(account.person, make_module("M2", lessons=1), read=1)
    register(make_workshop(title_en="Round table"), account.person)

    shown = page(learner, "my_learning")

    for expected in ("2 of 3 lessons read", "Completed modules", "Module M2 en", "Round table", "My certificates"):
        assert expected in shown


def test_nothing_of_others_is_there(account: Account, client_of: ClientOf, roles: SimpleNamespace) -> None:
    make_enrolment(account.person, make_module("M1", lessons=1), read=1)
    register(make_workshop(title_en="Round table"), account.person)

    shown = page(client_of(roles.coordinator), "my_learning")

    assert ("Module M1" in shown, "Round table" in shown, "My certificates" in shown) == (False, False, False)


def test_a_certificate_is_shown_with_what_it_is_worth(account: Account, learner: Client) -> None:
    certificate = make_certificate(person=account.person)

    shown = page(learner, "my_learning")

    assert reverse("certificate", args=[certificate.code]) in shown
    assert 'class="status status--valid"' in shown


def make_programme(modules: list[Module], workshops: list[Workshop], code: str = "P1", **rule: Any) -> Programme:
    """A programme of March 2026 with a certificate of its own."""
    parts = {"modules": modules, "workshops": workshops}
    days = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 31)}
    made = create_programme(code=code, title_en=f"Programme {code}", **days, **parts)
    return set_rules(programme=made, certificate=True, rule=Rule(**rule), **parts)


@time_machine.travel("2026-03-01T09:00:00Z", tick=False)
def test_a_programme_under_way_says_what_is_missing_and_where_it_can_be_done(account: Account, learner: Client) -> None:
    done, left, coming = make_module("M1", lessons=1), make_module("M2"), make_workshop(code="W9", title_en="To come")
    make_programme([done, left], [coming])
    assert "My programmes" not in page(learner, "my_learning")

    make_enrolment(account.person, done, read=1)
    shown = page(learner, "my_learning").partition('id="programmes"')[2].partition("</section>")[0]

    for expected in (
        "Programme P1",
        "modules completed: 1, asked for: 2",
        "0 % of the hours of the workshops (80 % are asked for)",
        reverse("module", args=["M2"]),
        reverse("workshop", args=["W9"]),
        "Until 31 March 2026",
    ):
        assert expected in shown
    assert reverse("module", args=["M1"]) not in shown


@time_machine.travel("2026-03-01T09:00:00Z", tick=False)
def test_a_programme_that_is_completed_over_or_has_no_certificate_is_not_under_way(
    account: Account, learner: Client
) -> None:
    module = make_module("M1", lessons=1)
    make_programme([module], [])
    make_programme([module, make_module("M2")], [], "OVER")
    make_programme([module, make_module("M3")], [], "PLAIN")
    Programme.objects.filter(code="OVER").update(starts_on="2026-02-01", ends_on="2026-02-28")
    Programme.objects.filter(code="PLAIN").update(certificate=False)
    make_enrolment(account.person, module, read=1)

    assert "My programmes" not in page(learner, "my_learning")


@time_machine.travel("2026-03-01T09:00:00Z", tick=False)
def test_a_programme_costs_as_many_queries_with_three_parts_of_each_kind_as_with_one(
    account: Account, learner: Client
) -> None:
    modules = [make_module(f"M{number}", lessons=1) for number in range(1, 5)]
    workshops = [make_workshop(code=f"W{number}") for number in range(1, 4)]
    make_enrolment(account.person, modules[0], read=1)
    for workshop in workshops:
        register(workshop, account.person)
    programme = make_programme(modules[:2], workshops[:1], test_required=True, evaluation_invited=True)
    page(learner, "my_learning")
    one = queries(learner, "my_learning")

    programme.modules.set(modules)
    programme.workshops.set(workshops)

    assert queries(learner, "my_learning") == one


def test_a_module_taken_offline_is_kept_without_a_link(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module("M1", lessons=2), read=1)
    ModulePage.objects.get().unpublish()

    shown = page(learner, "my_learning")

    assert "Module M1 en" in shown
    assert "Taken offline for now. Your progress is kept." in shown
    assert reverse("module", args=["M1"]) not in shown


def test_the_ring_fills_with_the_modules_of_an_aspect(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module("M1", lessons=1, aspects=["legal"]), read=1)
    make_enrolment(account.person, make_module("M2", lessons=1, aspects=["legal", "social"]))

    ring = learner.get(reverse("my_learning")).context["mine"].ring

    assert ring == {"legal": 0.5, "social": 0.0, "economic": 0.0, "cultural": 0.0}


def test_my_learning_asks_as_often_with_three_of_everything_as_with_one(account: Account, learner: Client) -> None:
    module = make_module("M1", lessons=1)
    give_final_test(module)
    start_final_test(enrolment=make_enrolment(account.person, module), language="en")
    register(make_workshop(), account.person)
    make_certificate(person=account.person)
    page(learner, "my_learning")
    one = queries(learner, "my_learning")
    for code in ("M3", "M4"):
        more = make_module(code, lessons=3)
        give_final_test(more)
        start_final_test(enrolment=make_enrolment(account.person, more, read=1), language="en")
        register(make_workshop(), account.person)
        make_certificate(person=account.person)
    page(learner, "my_learning")

    assert queries(learner, "my_learning") == one


@pytest.mark.parametrize("role", ["learner", "facilitator", "coordinator", "manager", "editor", "administrator"])
@pytest.mark.parametrize("name", ["front", "my_learning"])
def test_every_role_finds_its_pages(roles: SimpleNamespace, client_of: ClientOf, role: str, name: str) -> None:
    make_workshop(facilitator=roles.facilitator)

    assert client_of(getattr(roles, role)).get(reverse(name)).status_code == 200


# --- Glossary and plain pages ----------------------------------------------------------------------------------------


def test_the_glossary_lists_terms_and_says_which_await_review(client: Client) -> None:
    Term.objects.create(slug="stigma", name="Stigma", definition="A mark", locale=locale("en"), needs_review=True)
    Term.objects.create(slug="migrant", name="Migrant", definition="A person", locale=locale("en"))

    response = client.get("/ru/glossary/")

    assert [term.slug for term in response.context["terms"]] == ["migrant", "stigma"]
    assert words(response).count('<div id="term-') == words(response).count('lang="en"> <dt>') == 2


def test_an_empty_glossary_says_so(client: Client) -> None:
    assert "No term is explained yet" in page(client, "glossary")


def test_a_plain_page_is_read_in_its_language(client: Client) -> None:
    help_page = PlainPage(title="Help", slug="help", text="<p>Ask us.</p>")
    make_home().add_child(instance=help_page)
    help_page.save_revision().publish()
    translate(help_page, "ru", title="Помощь", text="<p>Спросите нас.</p>")

    assert "<p>Ask us.</p>" in words(client.get("/en/help/"))
    assert "<h1>Помощь</h1>" in words(client.get("/ru/help/"))


# --- What went wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_a_page_that_is_not_there_says_what_to_do(client: Client, language: str) -> None:
    response = client.get(f"/{language}/no/such/page/")

    assert (response.status_code, f'<html lang="{language}">' in words(response)) == (404, True)
    assert f'href="/{language}/"' in words(response)


def test_the_reason_for_a_refusal_is_said(account: Account) -> None:
    request = RequestFactory().get("/")
    request.user = account
    request.resolver_match = None

    said = views.forbidden(request, PermissionDenied("Ask the coordinator of your agency."))
    unsaid = views.forbidden(request, PermissionDenied())

    assert (said.status_code, "Ask the coordinator of your agency." in words(said)) == (403, True)
    assert "Your account has no right to it." in words(unsaid)
    assert "Nothing was changed." in words(said)


@pytest.mark.parametrize(
    ("referer", "again"),
    [
        ("http://testserver/en/modules/M1/?from=mail", 'href="/en/modules/M1/?from=mail">Open the page again</a>'),
        ("https://elsewhere.example/en/modules/M1/", 'class="button" href="/en/">To the front page</a>'),
        ("", 'class="button" href="/en/">To the front page</a>'),
    ],
)
def test_a_form_that_is_too_old_is_refused_with_the_way_back_to_it(account: Account, referer: str, again: str) -> None:
    make_module("M1", lessons=1)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account, backend="people.backends.AccountBackend")

    response = strict.post(reverse("enrol", args=["M1"]), headers={"referer": referer})

    assert (response.status_code, "This page was open for too long" in words(response)) == (403, True)
    assert again in words(response)
    assert "elsewhere.example" not in words(response)


@pytest.mark.parametrize("address", ["/en/no/such/page/?q=a%26b", "/en/reports/?agency=x"])
def test_what_went_wrong_can_be_reported_with_its_address(learner: Client, address: str) -> None:
    response = learner.get(address)

    assert response.status_code in {403, 404}
    report = f'<a href="/en/problem/?page={quote(address)}">Report a problem</a>'
    assert report in words(response)


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_an_error_is_told_without_database_session_or_context_processors(
    language: str, settings: object, django_assert_num_queries: Callable
) -> None:
    broken = {**settings.TEMPLATES[0], "OPTIONS": {"context_processors": ["home.tests.does_not_exist"]}}
    settings.TEMPLATES = [broken]
    request = RequestFactory().get(f'/{language}/modules/"><script>/')
    with django_assert_num_queries(0), override(language):
        response = views.server_error(request)

    assert (response.status_code, f'<html lang="{language}">' in words(response)) == (500, True)
    assert f'href="/{language}/problem/?page=/{language}/modules/%22%3E%3Cscript%3E/"' in words(response)
    assert 'href="/static/css/academy.css"' in words(response)


def test_an_error_is_told_even_where_static_files_were_never_collected(settings: object, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }

    response = views.server_error(RequestFactory().get("/en/"))

    assert (response.status_code, "Something went wrong on our side" in words(response)) == (500, True)
    assert "stylesheet" not in words(response)


@pytest.mark.parametrize(
    "trouble", [OperationalError("gone"), StorageGoneError("gone"), OSError(errno.ENOSPC, "No space left on device")]
)
def test_what_will_pass_is_told_as_that(trouble: Exception) -> None:
    try:
        raise trouble
    except type(trouble):
        response = views.server_error(RequestFactory().get("/en/"))

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert "What you sent just now was not kept." in words(response)


@pytest.mark.db
@pytest.mark.parametrize("sql", ["SELECT nothing FROM people_person", f"SELECT {', '.join('1' * 2001)}"])
def test_a_database_that_was_asked_wrongly_is_a_fault_of_ours(sql: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        response = views.server_error(RequestFactory().get("/en/"))

    assert response.status_code == 500


def test_a_database_that_others_keep_busy_will_be_free_again(tmp_path: Path) -> None:
    """SQLite says so by its own error, which Django hands on."""
    busy = {**connection.settings_dict, "ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "a.sqlite3")}
    first, second = (DatabaseWrapper({**busy, "OPTIONS": {"timeout": 0}}) for _number in range(2))
    first.cursor().execute("BEGIN IMMEDIATE")
    try:
        second.cursor().execute("BEGIN IMMEDIATE")
    except OperationalError:
        response = views.server_error(RequestFactory().get("/en/"))
    first.close()
    second.close()

    assert response.status_code == 503


def test_a_file_that_was_lost_is_a_fault_of_ours() -> None:
    try:
        raise FileNotFoundError
    except FileNotFoundError:
        response = views.server_error(RequestFactory().get("/en/"))

    assert response.status_code == 500


# --- Without a connection --------------------------------------------------------------------------------------------


def worker(client: Client) -> tuple[dict, str]:
    """(what the service worker keeps, what it does) as they are sent."""
    kept, code = client.get("/worker.js").content.decode().split(";\n", 1)
    return json.loads(kept.removeprefix("const KEPT = ")), code


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_the_page_for_no_connection_is_the_same_for_everybody(
    client: Client, learner: Client, language: str, django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(0):
        stranger = client.get(f"/{language}/offline/")

    assert (stranger.status_code, f'<html lang="{language}">' in words(stranger)) == (200, True)
    assert words(learner.get(f"/{language}/offline/")) == words(stranger)
    assert "Set-Cookie" not in stranger


def test_the_service_worker_stands_at_the_root_and_is_asked_for_again_with_every_page(client: Client) -> None:
    first = client.get("/worker.js")
    again = client.get("/worker.js", headers={"if-none-match": first["ETag"]})

    assert first["Content-Type"] == "text/javascript; charset=utf-8"
    assert first["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in first["Content-Security-Policy"]
    assert (again.status_code, again.content) == (304, b"")


def test_the_service_worker_keeps_the_page_for_no_connection_and_what_it_is_made_of(client: Client) -> None:
    kept, _code = worker(client)

    assert kept["pages"] == {"en": "/en/offline/", "ru": "/ru/offline/", "be": "/be/offline/"}
    assert kept["files"] == [
        "/static/css/academy.css",
        "/static/fonts/source-serif-4.woff2",
        "/static/img/emblem.svg",
    ]
    assert len(kept["version"]) == 12


def test_the_service_worker_has_another_version_when_a_word_of_its_page_changes(
    settings: object, client: Client
) -> None:
    before, code = worker(client)
    settings.WAGTAIL_SITE_NAME = "Another academy"
    views._worker.cache_clear()
    after, same_code = worker(client)
    views._worker.cache_clear()

    assert (code, before["pages"], before["files"]) == (same_code, after["pages"], after["files"])
    assert before["version"] != after["version"]
