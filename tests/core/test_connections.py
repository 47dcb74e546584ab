"""Connections that last: one whose line is open is not asked whether it works, one that was closed is opened anew."""

import pytest
from django.core.signals import request_started
from django.db import connection
from django.http import HttpRequest, HttpResponse

from core.middleware import ConnectionsMiddleware
from people.models import Agency

pytestmark = [
    pytest.mark.db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="it is about connections to PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def lasting():
    kept = {name: connection.settings_dict[name] for name in ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS")}
    connection.close()
    connection.settings_dict.update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=True)
    yield
    connection.settings_dict.update(kept)
    connection.close()


def number():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def begin_request():
    """As Django begins one, and our part of it."""
    request_started.send(sender=None, environ=None)
    ConnectionsMiddleware(lambda _request: HttpResponse())(HttpRequest())


def end(process):
    """As when PostgreSQL is started anew."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
            assert cursor.fetchone() == (True,)
    finally:
        other.close()


def test_an_open_line_is_not_asked():
    before = number()

    begin_request()

    assert connection.health_check_done
    assert number() == before


def test_what_was_closed_is_opened_anew_before_it_is_used():
    before = number()
    end(before)

    begin_request()

    assert not connection.health_check_done
    assert Agency.objects.count() == 0
    assert number() != before
    begin_request()
    assert connection.health_check_done


def test_what_was_never_opened_stays_so():
    connection.close()

    begin_request()

    assert connection.connection is None
