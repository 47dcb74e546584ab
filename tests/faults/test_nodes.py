"""The large size: two web servers and two workers, each on a disk of its own, on PostgreSQL, a cache and a store.

One of each is killed in the middle: nobody is signed out, nothing is lost, and what one made the other one shows.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from http.cookiejar import CookieJar
from pathlib import Path
from random import Random
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse

from certificates.models import Certificate
from config.object_storage import ObjectStorage, options_of
from people.models import Account
from tests import servers
from tests.factories.people import make_account
from tests.faults.office import HOST, Office
from tests.faults.people import Browser, fill
from tests.faults.proxy import Proxy

pytestmark = [
    pytest.mark.deep,
    pytest.mark.db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="several machines share a PostgreSQL"),
]
WHOLE_WAY = ("node-a", "node-b")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[servers.Server]:
    with servers.object_store(tmp_path) as running:
        yield running


@pytest.fixture
def cluster(office: Office, store: servers.Server, tmp_path: Path) -> Iterator[Office]:
    """What all machines have in common; their folders are their own, but for the keys that sign."""
    with servers.cache_server(tmp_path) as cache:
        office.environment |= {
            "CACHE_URL": f"redis://{HOST}:{cache.port}/0",
            "STORAGE_URL": servers.store_address(store),
            "DATABASE_POOL": "3",
            "TRUSTED_PROXY_COUNT": "1",
        }
        for name in WHOLE_WAY:
            folder = str(tmp_path / name)
            office.web(f"web of {name}", VAR_DIR=folder)
            office.worker(f"worker of {name}", VAR_DIR=folder)
            office.scheduler(f"scheduler of {name}", VAR_DIR=folder)
        yield office


def signed_in_by_code(site: str, account: Account, office: Office) -> OpenerDirector:
    """Sign in as people do, with a code from a letter; each step may be answered by another server."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    browser.open(site + reverse("account_login"))

    def send(name: str, **fields: str) -> str:
        token = next(each.value for each in jar if each.name == settings.CSRF_COOKIE_NAME)
        body = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        with browser.open(Request(site + reverse(name), body, {"X-CSRFToken": str(token)})) as answer:
            return str(answer.url)

    send("account_request_login_code", email=account.email)
    letters = office.mail.texts
    servers.wait_for(lambda: letters, "the letter with the code has come")
    code = re.search(r"^\s*([A-Z0-9]{3,}(?:[- ][A-Z0-9]{3,})*)\s*$", letters[-1], re.MULTILINE)
    assert code, letters[-1]
    assert "login" not in send("account_confirm_login_code", code=code[1])
    return browser


def test_one_of_two_machines_dies_in_the_middle_and_nobody_notices(
    cluster: Office, store: servers.Server, draw: Random
) -> None:
    first, second = (each for each in cluster.parts if each.name.startswith("web"))
    proxy = Proxy([first.port, second.port])
    site = f"http://{HOST}:{proxy.port}"
    crowd = fill(proxy.port, draw, answering=3, finishing=12, marking=1)
    newcomer = make_account(email="newcomer@example.org")
    media = ObjectStorage(connection=options_of(servers.store_address(store)), folder="media")
    media.save("pictures/ferry.txt", ContentFile(b"a picture"))
    for part in cluster.parts:
        part.start()
    first.wait()
    second.wait()
    browser = signed_in_by_code(site, newcomer, cluster)
    crowd.begin()
    servers.wait_for(lambda: min(crowd.acknowledged().values()) > 0, "everybody is at work")
    assert min(proxy.answered.values()) > 0

    # One machine is gone, with all that runs on it.
    for part in cluster.parts[:3]:
        part.kill()
    before = crowd.acknowledged()
    servers.wait_for(lambda: _more(crowd.acknowledged(), before), "everybody goes on")
    assert browser.open(site + reverse("my_learning")).url.endswith(reverse("my_learning"))
    assert crowd.signed_out() == 0
    for part in cluster.parts[:3]:
        part.start()
    first.wait()
    crowd.end()
    crowd.finish()
    cluster.calm()

    assert not crowd.lost(), "\n".join([*crowd.lost(), cluster.said()])
    assert crowd.signed_out() == 0
    assert cluster.mail.twice() == []
    assert Certificate.objects.count() == len(crowd.finishing)
    learner = crowd.finishing[0]
    certificate = Certificate.objects.get(enrolment=learner.enrolment)
    for web in (first, second):
        reader = Browser(learner.browser.session, web.port)
        status, content = reader.send("GET", reverse("certificate_pdf", args=[certificate.code]))
        assert (status, content[:5]) == (HTTPStatus.OK, b"%PDF-")
        assert reader.send("GET", "/media/pictures/ferry.txt") == (HTTPStatus.OK, b"a picture")
        # Whoever has not signed in gets no file of a person, wherever it lies.
        assert Browser("nobody", web.port).send("GET", reverse("certificate_pdf", args=[certificate.code]))[0] != 200
        assert Browser("nobody", web.port).send("GET", f"/media/{certificate.pdf.name}")[0] == HTTPStatus.NOT_FOUND
    assert not list(cluster.folder.glob("node-*/private")), "a file of a person lies on the disk of one machine"
    proxy.close()


def _more(now: dict[str, int], before: dict[str, int]) -> bool:
    return all(now[each] > before[each] for each in ("answers", "marks", "handed in"))
