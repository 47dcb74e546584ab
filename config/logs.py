"""Where lines of the log go, and in which form."""

from typing import Any

# Who notes that something was done; everybody else writes only when something is wrong.
_NOTING = ("operations.middleware", "core.jobs")


def logging_of(*, form: str, level: str, requests: bool) -> dict[str, Any]:
    """Return Django's LOGGING: lines for people (`form` "line") or for programs ("json"), to standard error only.

    With `requests` each request and each job has a line.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        # The request is the one that its answer names, and that events of the audit trail name.
        "filters": {"request": {"()": "audit.context.RequestFilter"}},
        "formatters": {
            "line": {
                "format": "{asctime} {levelname} {name} {request_id} {network} {message}",
                "datefmt": "%Y-%m-%dT%H:%M:%S%z",
                "style": "{",
            },
            "json": {"()": "core.log_lines.JsonFormatter"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["request"]}},
        "loggers": {
            **{name: {"level": "INFO" if requests else "NOTSET"} for name in _NOTING},
            # The web server has a form of its own until it is told otherwise.
            "gunicorn.error": {"handlers": [], "propagate": True},
        },
        "root": {"handlers": ["stderr"], "level": level},
    }
