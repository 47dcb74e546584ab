"""The release before runs on a database that this one has migrated, beside it: what one saves the other shows.

The release before is the newest tag `v…`. While there is none it is the commit that last changed a table, a package or
how the web server starts: until the first release tables are written anew in their first migrations, and older code
than that knows others.
"""

import os
import subprocess
import sys
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings

from courses.models import Enrolment, LessonProgress
from operations.management.databases import same_database
from operations.management.web import server, signed_in
from tests.factories.courses import make_module
from tests.factories.people import make_account

pytestmark = [pytest.mark.db, pytest.mark.deep, pytest.mark.django_db(transaction=True)]
ROOT = settings.BASE_DIR
CHANGES = [":(glob)*/migrations/*.py", "requirements/base.txt", "config/wsgi.py"]


def git(*words):
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


@pytest.fixture
def before(tmp_path):
    """The code of the release before, in a folder, with the packages of this one."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone: nothing is known of a release before")
    state = git("describe", "--tags", "--abbrev=0", "--match", "v*") or git(
        "log", "--format=%H", "-n", "1", "--", *CHANGES
    )
    archive, folder = tmp_path / "before.tar", tmp_path / "before"
    folder.mkdir()
    subprocess.run(["git", "archive", "--output", archive, state], cwd=ROOT, check=True)
    subprocess.run(["tar", "-x", "-f", archive, "-C", folder], check=True)
    subprocess.run([sys.executable, "manage.py", "compile_catalogues"], cwd=folder, check=True, capture_output=True)
    return folder


class Browser:
    """Somebody who is signed in, and asks whichever server."""

    def __init__(self, account):
        self.cookies = {settings.SESSION_COOKIE_NAME: signed_in(account).session_key}

    def ask(self, site, path, form=None):
        """Return (status, text) of a page, or of what answers a form of ours."""
        line = HTTPConnection(urlsplit(site).netloc, timeout=60)
        proof = "a" * 32
        cookies = {**self.cookies, settings.CSRF_COOKIE_NAME: proof}
        head = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": proof})
            head |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{site}/"}
        line.request("GET" if form is None else "POST", path, body=body, headers=head)
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        return answer.status, text


def test_what_one_saves_the_other_shows(before, tmp_path):
    account, module = make_account(), make_module(lessons=2)
    home = tmp_path / "var"
    with same_database() as database:
        common = {
            **database,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "VAR_DIR": str(home),
            "SECRET_KEY": settings.SECRET_KEY,
        }
        subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT, env={**os.environ, **common}, check=True, capture_output=True,
        )  # fmt: skip
        with server(environment=common) as new, server(environment=common, code=before) as old:
            who = Browser(account)
            assert who.ask(old, "/health/ready")[0] == 200
            assert who.ask(old, f"/en/modules/{module.code}/enrol/", {})[0] == 302
            status, page = who.ask(new, f"/en/modules/{module.code}/M9.1/")
            assert (status, "Lesson M9.1 en" in page) == (200, True)
            assert who.ask(new, f"/en/modules/{module.code}/M9.1/done/", {})[0] == 302
            status, page = who.ask(old, f"/en/modules/{module.code}/M9.2/")
            assert (status, "steps__item--done" in page) == (200, True)

    assert Enrolment.objects.get(person=account.person).module == module
    assert LessonProgress.objects.filter(enrolment__person=account.person, completed_at__isnull=False).count() == 1
