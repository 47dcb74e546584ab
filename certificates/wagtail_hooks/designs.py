"""Designs in the CMS: the list, the form with its preview, and what became of each version."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from certificates import services
from certificates.designs import LANGUAGES, LEAST_CONTRAST, Parameters, contrast
from certificates.models import Design, DesignVersion
from certificates.pdf import DoesNotFitError, draw
from certificates.permissions import can_change_designs
from certificates.services import SAMPLE_NAMES
from certificates.wagtail_hooks.design_form import DesignForm
from people.models import Account


class DesignMenuItem(MenuItem):
    """Seen by those who make designs."""

    def is_shown(self, request: HttpRequest) -> bool:
        return can_change_designs(request.user)


class DesignViewSet(ViewSet):
    """What certificates look like."""

    icon = "doc-full-inverse"
    menu_label: ClassVar[str | Promise] = gettext_lazy("Designs of certificates")
    menu_item_class = DesignMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of designs."""
        return [
            path("", index, name="index"),
            path("add/", add, name="add"),
            path("preview/", preview, name="preview"),
            path("<int:pk>/", edit, name="edit"),
            path("<int:pk>/versions/<int:number>/<str:language>/<str:sample>/", version_preview, name="version"),
        ]


def _designer(request: HttpRequest) -> Account:
    """Return who makes designs; raise PermissionDenied for everybody else."""
    if not can_change_designs(request.user):
        raise PermissionDenied
    return request.user  # type: ignore[return-value]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every design with what it is for and how many certificates were made with it."""
    _designer(request)
    latest = DesignVersion.objects.select_related("created_by__person")
    designs = Design.objects.annotate(used=Count("versions__certificates"))
    context = {
        "designs": designs.prefetch_related("modules", "workshops", "programmes", Prefetch("versions", latest)),
        "breadcrumbs_items": _trail(),
        "header_title": _("Designs of certificates"),
        "header_icon": DesignViewSet.icon,
    }
    return render(request, "certificates/cms/designs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Make a design."""
    return _answer(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a design; certificates that exist stay as they are."""
    _designer(request)
    return _answer(request, get_object_or_404(Design, pk=pk))


@require_POST
@xframe_options_sameorigin
def preview(request: HttpRequest) -> HttpResponse:
    """Draw a sample with what stands in the form, for the frame beside it; or say what has to be changed first."""
    actor = _designer(request)
    form = DesignForm(request.POST, request.FILES, actor=actor)
    # A name is of no interest here, nor whether it is taken.
    del form.fields["name"]
    if not form.is_valid():
        sentences = [sentence for name, errors in form.errors.items() for sentence in _named(form, name, errors)]
        return render(request, "certificates/cms/preview.html", {"sentences": sentences})
    language = form.cleaned_data["preview_language"] or LANGUAGES[0]
    sample = form.cleaned_data["preview_name"] or SAMPLE_NAMES[0]
    return _sample(request, form.parameters, language, sample, form.read_picture)


@require_safe
@xframe_options_sameorigin
def version_preview(request: HttpRequest, pk: int, number: int, language: str, sample: str) -> HttpResponse:
    """Draw a sample with a version of a design."""
    _designer(request)
    version = get_object_or_404(DesignVersion, design=pk, number=number)
    if language not in LANGUAGES or sample not in SAMPLE_NAMES:
        raise Http404
    return _sample(request, Parameters.from_json(version.parameters), language, sample)


def _named(form: DesignForm, name: str, errors: Iterable[Any]) -> list[str]:
    if name not in form.fields:
        return list(errors)
    return [_("%(field)s: %(problem)s") % {"field": form.fields[name].label, "problem": error} for error in errors]


def _sample(request: HttpRequest, parameters: Parameters, language: str, sample: str, read: Any = None) -> HttpResponse:
    """Draw an invented certificate, or say why it cannot be drawn: a version of long ago may know a picture no more."""
    try:
        data = draw(services.sample_words(parameters, language, sample, read))
    except services.DesignError as error:
        return render(request, "certificates/cms/preview.html", {"sentences": [str(error)]})
    except DoesNotFitError as error:
        return render(request, "certificates/cms/preview.html", {"sentences": [services.misfit(error)]})
    headers = {"Content-Disposition": 'inline; filename="preview.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def _trail(*labels: str) -> list[dict[str, str]]:
    steps = [(reverse("certificate-designs:index"), _("Designs of certificates")), *(("", label) for label in labels)]
    return [{"url": address, "label": label} for address, label in steps]


def _answer(request: HttpRequest, design: Design | None) -> HttpResponse:
    actor = _designer(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DesignForm(*sent, design=design, actor=actor)
    if form.is_bound:
        if form.is_valid():
            saved = form.save()
            messages.success(
                request, _("Saved. Certificates that exist stay as they are; the next ones look like this.")
            )
            return redirect("certificate-designs:edit", saved.pk)
        form.keep_pictures()
    title = design.name if design else _("New design")
    accent = str(form["accent"].value() or "").upper()
    context = {
        "form": form,
        "design": design,
        "versions": _versions(design),
        "contrast": _contrast_line(accent),
        "breadcrumbs_items": _trail(title),
        "header_title": title,
        "header_icon": DesignViewSet.icon,
    }
    return render(request, "certificates/cms/design_form.html", context, status=422 if form.is_bound else 200)


def _versions(design: Design | None) -> list[DesignVersion]:
    if design is None:
        return []
    versions = design.versions.select_related("created_by__person").annotate(used=Count("certificates"))
    return list(versions.order_by("-number"))


def _contrast_line(accent: str) -> str:
    try:
        ratio = contrast(accent)
    except (ValueError, IndexError):
        return ""
    values = {"ratio": number_format(ratio, decimal_pos=1), "least": number_format(LEAST_CONTRAST)}
    return _("The contrast to the paper is %(ratio)s:1; at least %(least)s:1 is needed.") % values
