"""Lines of the log as JSON: one object a line, for programs that gather logs."""

import json
import logging
from datetime import UTC, datetime


class JsonFormatter(logging.Formatter):
    """Writes moment, level, logger, request, network and words; or in place of words the facts that a line has.

    A line has facts when whoever writes it gives `extra={"facts": {…}}`; a traceback stands in a field of its own.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        facts = getattr(record, "facts", None) or {"message": record.getMessage()}
        line = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "network": getattr(record, "network", "-"),
            **facts,
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
