"""Sessions in the database, as Django's own, read by a query that is kept."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from core.prepared import Given, Prepared


def _sessions() -> QuerySet[Session]:
    return Session.objects.filter(session_key=Given("key", CharField()), expire_date__gt=Given("now", DateTimeField()))


_SESSION = Prepared(_sessions)


class SessionStore(db.SessionStore):
    """Every page asks for a session, and always in the same words."""

    def _get_session_from_db(self) -> Any:
        found = _SESSION.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
