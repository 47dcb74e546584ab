"""Addresses. Pages for people stand under a language; what a machine or a printed code names stands outside."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import include, path, re_path
from django.utils.translation import gettext as _
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from assessments.urls import pictures as question_pictures
from certificates.urls import machines as certificate_machines
from certificates.urls import public_keys
from certificates.urls import verification as certificate_verification
from courses.urls import assigning, moderating
from courses.urls import own as own_learning
from home.views import not_found, worker
from library.views import media
from workshops.urls import badge_doors, calendars, check_in_doors

# A plain Wagtail mount has sign-in and password pages of its own, which would let a password alone in.
_one_door = RedirectView.as_view(pattern_name="account_login", query_string=True)


def _door_of_the_cms(request: HttpRequest) -> HttpResponseBase:
    """Lead to the one door; whoever has come through it already would be sent to and fro."""
    if not request.user.is_authenticated:
        return _one_door(request)
    if request.user.has_perm("wagtailadmin.access_admin"):
        return redirect("wagtailadmin_home")
    raise PermissionDenied(_("Texts are written by editors. Ask the programme's administrator if you should be one."))


urlpatterns = [
    path("cms/login/", _door_of_the_cms),
    path("cms/logout/", RedirectView.as_view(pattern_name="account_logout")),
    re_path(r"^cms/password_reset/", _one_door),
    # Accounts and roles change through services that write to the audit trail, never through these screens.
    re_path(r"^cms/(?:users|groups)/", not_found, {"exception": Http404()}),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("v/", include(certificate_verification)),
    path("", include(certificate_machines)),
    path("pki/", include(public_keys)),
    path("c/", include(check_in_doors)),
    path("b/", include(badge_doors)),
    path("workshops/", include(calendars)),
    path("questions/pictures/", include(question_pictures)),
    # A service worker answers for what lies below its own address.
    path("worker.js", worker, name="worker"),
    path("", include("operations.urls")),
    *i18n_patterns(
        path("modules/", include("courses.urls")),
        path("assignments/", include(assigning)),
        path("discussions/", include(moderating)),
        path("workshops/", include("workshops.urls")),
        path("resources/", include("library.urls")),
        path("my/tests/", include("assessments.urls")),
        path("my/certificates/", include("certificates.urls")),
        path("my/", include(own_learning)),
        path("programmes/", include("programmes.urls")),
        path("reports/", include("reports.urls")),
        # An address is what a role and a sign-in code are given to: it changes by a service, not by typing one here.
        path("account/email/", not_found, {"exception": Http404()}),
        # Who comes alone proves the address first, whether it is known or not.
        path("account/signup/", RedirectView.as_view(pattern_name="join")),
        path("", include("people.urls")),
        path("account/", include("allauth.urls")),
        path("", include("home.urls")),
        path("_util/login/", _one_door),
        path("", include(wagtail_urls)),
    ),
]

handler403 = "home.views.forbidden"
handler404 = "home.views.not_found"
handler500 = "home.views.server_error"

# Old addresses lead to the host of uploads, where there is one.
if settings.SERVE_MEDIA or settings.UPLOADS_HOST:
    urlpatterns.insert(0, path("media/<path:path>", media, name="media"))
