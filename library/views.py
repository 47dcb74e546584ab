"""The resources library: a list that can be narrowed and searched, and a page for each resource."""

import mimetypes
from posixpath import normpath
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import http_date
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.static import was_modified_since
from wagtail.documents.models import Document

from core.shared_pages import seen_alike
from library.forms import ResourceFilterForm
from library.models import Resource
from library.permissions import is_public
from library.uses import uses_of

PER_PAGE = 12
# Documents lie there, and what somebody sends who has not said yet what it is. A document comes through its own view,
# which knows who may have it (WAGTAILDOCS_SERVE_METHOD).
NOT_BY_NAME = {"documents", "wagtail_uploads"}


def _language() -> str:
    return (get_language() or "")[:2]


@seen_alike
@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """Resources in the reader's language or the next best, the newest first."""
    form = ResourceFilterForm(request.GET)
    chosen = form.chosen
    exact = {"kind": chosen.get("kind"), "document_language": chosen.get("language")}
    found = (
        Resource.objects.readable_in(_language())
        .filter(**{field: value for field, value in exact.items() if value})
        .about(aspect=chosen.get("aspect", ""), agency_kind=chosen.get("agency", ""))
        .matching(chosen.get("q", ""))
    )
    context = {
        "section": "resources",
        "form": form,
        "narrowed": bool(chosen),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "library/resources.html", context)


@seen_alike
@require_safe
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    """One resource: what it says, where the document is, and which modules use it."""
    language = _language()
    here = get_object_or_404(Resource.objects.readable_in(language), slug=slug)
    context = {"section": "resources", "resource": here, "uses": uses_of(here.translation_key, language)}
    return render(request, "library/resource.html", context)


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture of a page, wherever such files lie; leads to the host of uploads, where there is one."""
    _refuse_folders(path)
    return redirect(default_storage.url(path)) if settings.UPLOADS_HOST else _stored(request, path)


@require_safe
def uploaded_picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture of a page, at the host of uploads."""
    _refuse_folders(path)
    return _stored(request, path, as_attachment=not _kind_of(path).startswith("image/"))


@require_safe
def uploaded_document(request: HttpRequest, pk: str, filename: str) -> HttpResponseBase:
    """A document that is for everybody, at the host of uploads, where nobody is known; all others are not there."""
    document = get_object_or_404(Document, pk=pk)
    if document.filename != filename or not is_public(document):
        raise Http404
    return _stored(request, document.file.name, as_attachment=True, filename=filename)


def _refuse_folders(path: str) -> None:
    if normpath(f"/{path}").split("/")[1] in NOT_BY_NAME:
        raise Http404


def _kind_of(name: str) -> str:
    """What a file is. Of WebP Python knows, without help of the system, among names that are no standard only; and what
    another host calls no picture a browser may not show."""
    return mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream"


def _stored(request: HttpRequest, path: str, **how: Any) -> HttpResponseBase:
    """A file of the public storage; nothing where the reader has it. Raises Http404."""
    try:
        changed_at = default_storage.get_modified_time(path).timestamp()
        if not was_modified_since(request.headers.get("If-Modified-Since"), changed_at):
            return HttpResponseNotModified()
        file = default_storage.open(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, SuspiciousFileOperation) as error:
        raise Http404 from error
    return FileResponse(file, content_type=_kind_of(path), headers={"Last-Modified": http_date(changed_at)}, **how)
