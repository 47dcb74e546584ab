"""A cache in Valkey or Redis without which everything goes on, slower.

What is kept there can be made anew, so nobody needs to be sent away because its server is gone; but limits of wrong
tries are counted there too, and a guesser would only have to wait for such a moment. So while the server does not
answer, the table of the database takes its place, as where nothing else is set up: limits go on from nothing and hold.
"""

import logging
from time import monotonic
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

# By this name the settings know the table.
INSTEAD = "instead"
# Longer than a page can wait for something that it can do without.
PATIENCE_SECONDS = 1.0
# For so long nobody asks again: only one request in that time waits for a server that does not answer.
PAUSE_SECONDS = 5.0


class _Absence:
    """Until when this process, with all its threads, asks the table."""

    def __init__(self) -> None:
        self.until = 0.0


_absence = _Absence()


class SharedCache(RedisCache):
    """The server, or while it does not answer, the table `academy_cache`."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        options = {
            "socket_connect_timeout": PATIENCE_SECONDS,
            "socket_timeout": PATIENCE_SECONDS,
            # A connection that broke since it was used last is opened once more.
            "retry": Retry(NoBackoff(), 1),
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, {**params, "OPTIONS": options})

    def is_replaced(self) -> bool:
        """Whether the table has taken the place of the server in this process."""
        return monotonic() < _absence.until

    def _asked(self, name: str, *args: Any, **words: Any) -> Any:
        if not self.is_replaced():
            try:
                return getattr(super(), name)(*args, **words)
            except (RedisError, OSError) as trouble:
                _absence.until = monotonic() + PAUSE_SECONDS
                logger.warning("The cache does not answer; the database takes its place: %s", trouble)
        return getattr(caches[INSTEAD], name)(*args, **words)

    def get(self, *args: Any, **words: Any) -> Any:
        return self._asked("get", *args, **words)

    def set(self, *args: Any, **words: Any) -> None:
        self._asked("set", *args, **words)

    def add(self, *args: Any, **words: Any) -> bool:
        return bool(self._asked("add", *args, **words))

    def touch(self, *args: Any, **words: Any) -> bool:
        return bool(self._asked("touch", *args, **words))

    def delete(self, *args: Any, **words: Any) -> bool:
        return bool(self._asked("delete", *args, **words))

    def get_many(self, *args: Any, **words: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._asked("get_many", *args, **words)
        return found

    def set_many(self, *args: Any, **words: Any) -> list[str]:
        failed: list[str] = self._asked("set_many", *args, **words)
        return failed

    def delete_many(self, *args: Any, **words: Any) -> None:
        self._asked("delete_many", *args, **words)

    def has_key(self, *args: Any, **words: Any) -> bool:
        return bool(self._asked("has_key", *args, **words))

    def clear(self) -> None:
        self._asked("clear")

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count on; what was counted on the other side before it went begins anew here."""
        try:
            return int(self._asked("incr", key, delta, version=version))
        except ValueError:
            self.add(key, 0, version=version)
            return int(self._asked("incr", key, delta, version=version))
