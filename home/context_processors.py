"""What every page of the portal knows. Nothing is asked before a template wants it."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info, gettext
from wagtail.models import Page

from audit.context import without_secrets
from home.queries import acknowledged
from people.permissions import has_role


def site(request: HttpRequest) -> dict[str, Any]:
    """Name of the site, whether this is a demonstration, the page in other languages, what menu and foot show."""
    return {
        "site_name": gettext(settings.WAGTAIL_SITE_NAME),
        "demo": settings.DEMO,
        # What a report about the page names.
        "here": without_secrets(request.path, request),
        "here_with_question": without_secrets(request.get_full_path(), request),
        "languages": SimpleLazyObject(lambda: languages(request)),
        "first_report": SimpleLazyObject(lambda: _first_report(request)),
        "acknowledged": SimpleLazyObject(lambda: acknowledged((get_language() or "")[:2])),
    }


def languages(request: HttpRequest) -> list[dict[str, Any]]:
    """The page that is being shown, in each language: [{"code", "name", "url", "current"}].

    A page of the CMS leads to its translations, or to the front of a language into which it is not translated; an
    address that does not exist leads to the fronts. Empty where the address has no language.
    """
    active = get_language()
    prefix = f"/{active}/"
    path = request.get_full_path()
    if not path.startswith(prefix):
        return []
    if request.resolver_match is None:
        path = prefix
    pages = _translations(request)
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"].capitalize(),
            # Every address but those of the page tree is the same in all languages after the first part.
            "url": pages.get(code, f"/{code}/") if pages is not None else f"/{code}/{path.removeprefix(prefix)}",
            "current": code == active,
        }
        for code, _name in settings.LANGUAGES
    ]


def _translations(request: HttpRequest) -> dict[str, str] | None:
    """Addresses of the translations of a CMS page by language; None for other addresses."""
    match = request.resolver_match
    if match is None or match.url_name != "wagtail_serve":
        return None
    try:
        page = Page.find_for_request(request, match.args[0])
    except Http404:
        page = None
    if page is None:
        return {}
    translations = page.get_translations(inclusive=True).live().select_related("locale").specific()
    return {each.locale.language_code: urlsplit(each.get_url(request) or "").path for each in translations}


def _first_report(request: HttpRequest) -> str:
    """The page of reports that an account sees first: attendance for coordinators, else the list of all it may read."""
    account = getattr(request, "user", None)
    if account is None or not has_role(account, "coordinator", "manager", "editor"):
        return ""
    return "agency_report" if has_role(account, "coordinator") and not account.sees_everybody else "reports"
