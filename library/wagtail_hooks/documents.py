"""Documents that are for everybody come from the host of uploads, where there is one."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks

from library.permissions import is_public

# A browser takes captions of a film from the host of the page only.
_CAPTIONS = "vtt"


@hooks.register("before_serve_document")
def lead_to_uploads(document: Any, _request: HttpRequest) -> HttpResponse | None:
    """Lead to the file where whoever asks needs no right to it; all others are handed out here."""
    if not settings.UPLOADS_HOST or document.file_extension == _CAPTIONS or not is_public(document):
        return None
    return redirect(settings.UPLOADS_ORIGIN + document.url)
