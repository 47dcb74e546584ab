"""A host of their own for files that people uploaded: nothing else is answered there, and nobody is known."""

import mimetypes
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, CollectionViewRestriction

from core.errors import StorageGoneError
from courses.models import Module
from operations.addresses import addresses
from tests.factories.courses import make_enrolment, make_lesson_page, make_module_page
from tests.factories.people import make_account
from tests.factories.sign_ins import PASSWORD, give_password
from tests.security.test_answers import policy_of, settings_of_production

pytestmark = pytest.mark.django_db
SITE, FILES = "academy.example.org", "files.academy.example.org"
ORIGIN = f"https://{FILES}"
SETTINGS = ["UPLOADS_ORIGIN", "UPLOADS_HOST", "MEDIA_URL", "ALLOWED_HOSTS"]
SETTINGS += ["CONTENT_SECURITY_POLICY", "CMS_CONTENT_SECURITY_POLICY"]


@pytest.fixture(autouse=True)
def own_host(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation with a host of uploads below its own name, where a careless cookie would go along."""
    production = settings_of_production(monkeypatch, UPLOADS_ORIGIN=ORIGIN)
    for name in SETTINGS:
        setattr(settings, name, production[name])
    assert settings.ALLOWED_HOSTS == [SITE, FILES]


def read(response: HttpResponse) -> HttpResponse:
    """Take all of an answer, as a browser does, which closes its file."""
    response.body = b"".join(response)  # type: ignore[attr-defined]
    return response


@pytest.fixture
def files(client: Client) -> Any:
    """`files(path)`: what the host of uploads answers to a client of the site."""

    def asked(path: str, method: str = "get", **headers: str) -> HttpResponse:
        return read(getattr(client, method)(path, secure=True, headers={"host": FILES, **headers}))

    return asked


@pytest.fixture
def site(client: Client) -> Any:
    """`site(path)`: what the site answers."""

    def asked(path: str, **options: Any) -> HttpResponse:
        return read(client.get(path, secure=True, headers={"host": SITE}, **options))

    return asked


@pytest.fixture
def image() -> Image:
    return Image.objects.create(title="Map", file=get_test_image_file(filename="map.png"))


def make_document(name: str = "notes.pdf", restricted: str = "") -> Document:
    collection = Collection.get_first_root_node().add_child(name=f"For {restricted or 'all'}")
    if restricted:
        CollectionViewRestriction.objects.create(collection=collection, restriction_type=restricted, password="p")
    inner = collection.add_child(name="Within")
    return Document.objects.create(title="Notes", collection=inner, file=ContentFile(b"0123456789", name=name))


def path_of(address: str) -> str:
    assert address.startswith(f"{ORIGIN}/")
    return address.removeprefix(ORIGIN)


# --- What pages say ---------------------------------------------------------------------------------------------------
def test_pages_fetch_pictures_from_that_host(image: Image, client: Client) -> None:
    account = make_account()
    figure = {"type": "figure", "value": {"image": image.pk, "alternative": "A map", "caption": ""}}
    make_lesson_page(make_module_page("M9"), "M9.1", body=[figure])
    make_enrolment(account.person, Module.objects.get())
    client.force_login(account)

    html = client.get("/en/modules/M9/M9.1/", secure=True, headers={"host": SITE}).content.decode()

    pictures = re.findall(r"[^\s\"]*/media/[^\s\"]*", html)
    assert len(pictures) > 1
    assert [each for each in pictures if not each.startswith(f"{ORIGIN}/media/images/map")] == []


def test_pages_load_pictures_and_films_from_there_and_neither_scripts_nor_styles(site: Any) -> None:
    policy = policy_of(site("/en/"))

    assert {name for name, sources in policy.items() if ORIGIN in sources} == {"img-src", "media-src", "connect-src"}


def test_the_cms_shows_pictures_from_there_and_nothing_else(site: Any) -> None:
    policy = policy_of(site("/cms/"))

    assert {name for name, sources in policy.items() if ORIGIN in sources} == {"img-src", "media-src"}


def test_addresses_of_before_lead_to_that_host(site: Any, image: Image) -> None:
    answer = site(f"/media/{image.file.name}")

    assert (answer.status_code, answer["Location"]) == (302, f"{ORIGIN}/media/{image.file.name}")


@pytest.mark.parametrize(
    "path", ["//evil.example.org/a", "https://evil.example.org/a", "\\\\evil.example.org/a", "../en/"]
)
def test_nobody_is_led_elsewhere(site: Any, path: str) -> None:
    answer = site(f"/media/{path}")

    assert answer.get("Location", f"{ORIGIN}/").startswith(f"{ORIGIN}/")


# --- What is answered there -------------------------------------------------------------------------------------------
def test_a_picture_is_shown_to_every_site_and_runs_nothing(files: Any, image: Image) -> None:
    answer = files(path_of(image.get_rendition("max-10x10").url))

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Content-Disposition"].startswith("inline")
    assert policy_of(answer) == {
        "sandbox": [], "default-src": ["'none'"], "base-uri": ["'none'"], "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }  # fmt: skip
    assert (answer["X-Content-Type-Options"], answer["Cross-Origin-Resource-Policy"]) == ("nosniff", "cross-origin")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert files(path_of(image.file.url), **{"if-modified-since": answer["Last-Modified"]}).status_code == 304


@pytest.mark.parametrize("kind", ["avif", "gif", "jpeg", "png", "webp"])
def test_every_kind_of_picture_is_called_one_also_where_the_system_knows_no_names(
    files: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(mimetypes, "_db", mimetypes.MimeTypes())
    stored = default_storage.save(f"images/map.{kind}", ContentFile(b"a picture"))

    answer = files(f"/media/{stored}")

    assert (answer["Content-Type"], answer["Content-Disposition"][:6]) == (f"image/{kind}", "inline")


@pytest.mark.parametrize("name", ["page.html", "drawing.pdf", "code.js"])
def test_what_is_no_picture_is_saved_and_not_shown(files: Any, name: str) -> None:
    stored = default_storage.save(name, ContentFile(b"<script>1</script>"))

    answer = files(f"/media/{stored}")

    assert answer["Content-Disposition"].startswith("attachment")
    assert (policy_of(answer)["sandbox"], policy_of(answer)["default-src"]) == ([], ["'none'"])


def test_a_document_for_everybody_is_saved_from_there_in_parts_too(files: Any, site: Any) -> None:
    document = make_document()
    led = site(document.url)

    whole = files(path_of(led["Location"]))
    part = files(path_of(led["Location"]), range="bytes=2-4")

    assert (led.status_code, whole.status_code) == (302, 200)
    assert whole["Content-Disposition"] == f'attachment; filename="{document.filename}"'
    assert policy_of(whole)["sandbox"] == []
    assert (part.status_code, part["Content-Range"], part.body) == (206, "bytes 2-4/10", b"234")


def test_captions_come_from_the_site_for_browsers_take_them_from_nowhere_else(site: Any) -> None:
    answer = site(make_document("captions.vtt").url)

    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, "text/vtt")


@pytest.mark.parametrize("restricted", ["login", "password", "groups"])
def test_a_document_that_asks_who_somebody_is_stays_at_the_site(
    client: Client, files: Any, site: Any, restricted: str
) -> None:
    document = make_document(restricted=restricted)
    client.force_login(make_account())

    there, here = files(document.url), site(document.url)

    assert is_silent(there)
    assert here.get("Location", "").startswith(ORIGIN) is False


def test_what_stays_at_the_site_is_saved_and_runs_nothing(client: Client, site: Any) -> None:
    document = make_document("notes.txt", restricted="login")
    client.force_login(make_account())

    answer = site(document.url)

    assert (answer.status_code, answer["Content-Disposition"][:10]) == (200, "attachment")
    assert (policy_of(answer)["sandbox"], policy_of(answer)["default-src"]) == ([], ["'none'"])
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_document_is_there_under_its_own_name_only(files: Any) -> None:
    document = make_document()

    assert files(document.url).status_code == 200
    assert files(document.url.replace(document.filename, "other.pdf")).status_code == 404
    assert files(f"/media/{document.file.name}").status_code == 404


# --- What is not ------------------------------------------------------------------------------------------------------
OTHERS = [
    "/", "/en/", "/cms/", "/cms/login/", "/en/account/login/", "/static/css/academy.css", "/worker.js", "/health/live",
    "/health/ready", "/metrics", "/documents/", "/documents/1/", "/media", "/media/", "/media/nothing.png",
    "/media/../manage.py", "/media/%2e%2e/manage.py", "/media/%00", "/media/a%00.png", "/robots.txt", "/favicon.ico",
    "/v/ABCDEFGHJKMNP", "/en", "/documents/authenticate_with_password/1/",
]  # fmt: skip


def is_silent(answer: HttpResponse, *, status: int = 404) -> bool:
    """Whether an answer says a status and nothing else."""
    said = {"Set-Cookie", "Location", "Vary"} & {name.title() for name in answer.headers}
    return (answer.status_code, answer.body, said, len(answer.cookies)) == (status, b"", set(), 0)


@pytest.mark.parametrize("path", OTHERS)
def test_nothing_else_is_answered_there(client: Client, files: Any, path: str) -> None:
    client.force_login(make_account())

    answers = {method: files(path, method) for method in ("get", "head", "post", "put", "options")}

    silent = {method: is_silent(each) or is_silent(each, status=405) for method, each in answers.items()}
    assert silent == dict.fromkeys(answers, True)
    assert is_silent(answers["get"])
    assert policy_of(answers["get"])["sandbox"] == []


def patterns() -> Iterator[str]:
    """Every address of the site, as it is written, with a language and a number where it takes some."""
    for address in addresses(get_resolver().url_patterns):
        yield re.sub(r"<[^>]*>|\(.*?\)|[\\^$?]", "1", address.pattern.replace("<language>", "en"))


def test_no_address_of_the_site_is_answered_there(client: Client, files: Any) -> None:
    client.force_login(make_account())
    found = set(patterns())

    loud = [path for path in found if not is_silent(files(path))]

    assert len(found) > 500
    assert loud == []


def test_nobody_is_known_there(client: Client, files: Any, image: Image) -> None:
    document = make_document()
    client.force_login(make_account())
    sent = files(path_of(image.file.url)).wsgi_request.COOKIES

    with CaptureQueriesContext(
        connection,
    ) as asked:
        answers = [files(path_of(image.file.url)), files(document.url), files("/en/")]

    # A browser sends none; here one is sent, and makes no difference.
    assert "sessionid" in sent
    assert {re.findall(r'FROM "(\w+)"', each["sql"])[0] for each in asked.captured_queries} == {
        "wagtaildocs_document", "wagtailcore_collection", "wagtailcore_collectionviewrestriction",
    }  # fmt: skip
    for answer in answers:
        assert (len(answer.cookies), "Vary" in answer, "private" in answer.get("Cache-Control", "")) == (
            0,
            False,
            False,
        )
        assert hasattr(answer.wsgi_request, "session") is False
        assert hasattr(answer.wsgi_request, "user") is False


def test_a_name_that_is_nobodys_is_a_bad_request_there_too(client: Client) -> None:
    answer = client.get("/media/a.png", headers={"host": "other.academy.example.org"})

    assert answer.status_code == 400


def test_files_that_cannot_be_reached_are_told_by_a_status(files: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any) -> None:
        raise StorageGoneError("gone")

    monkeypatch.setattr(type(default_storage._wrapped), "get_modified_time", gone)

    answer = files("/media/images/map.png")

    assert is_silent(answer, status=503)
    assert answer["Retry-After"] == "30"


def test_no_cookie_of_the_site_is_for_a_host_below_it(client: Client, site: Any) -> None:
    """Cookies name no domain, so that browsers send them to the very host that set them (RFC 6265, 5.1.3)."""
    account = give_password(make_account())
    site("/en/account/login/")
    client.post(
        "/en/account/login/",
        {"login": account.email, "password": PASSWORD},
        secure=True,
        headers={"host": SITE, "origin": f"https://{SITE}"},
    )

    assert {"sessionid", "csrftoken", "known-device"} <= set(client.cookies)
    assert {cookie["domain"] for cookie in client.cookies.values()} == {""}
