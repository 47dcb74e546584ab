"""Connections to PostgreSQL that last: looked at before each request, without a question to the database.

Django asks each connection whether it works before it is used again, which costs a question for each page. On a line
that is open and silent nothing has happened: a server that was stopped, killed or started anew says so, or closes it.
"""

import select
from typing import Any

from django.db import connections


def look_at_connections() -> None:
    """Take those as sound on whose line nothing was heard. Others are asked by Django, and opened anew if need be."""
    connection: Any
    for connection in connections.all(initialized_only=True):
        if connection.vendor == "postgresql" and connection.connection is not None:
            connection.health_check_done = _is_open_and_silent(connection.connection)


def _is_open_and_silent(line: Any) -> bool:
    if line.closed:
        return False
    heard = select.poll()
    heard.register(line.fileno(), select.POLLIN)
    return not heard.poll(0)
