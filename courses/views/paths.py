"""Pages of paths: which there are, and what stands on them."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from courses import services
from courses.forms.assigning import PathForm
from courses.models import LearningPath
from courses.views.access import FORM_METHODS, SECTION, account_of, for_keepers_of_paths, say


@for_keepers_of_paths
@require_safe
def paths(request: HttpRequest) -> HttpResponse:
    """All paths, those that were withdrawn last; each with its modules and to how many it is assigned."""
    used = Count("assignments", filter=Q(assignments__withdrawn_at=None), distinct=True)
    found = LearningPath.objects.annotate(used=used).prefetch_related("steps__module").order_by("withdrawn", "code")
    return render(request, "courses/paths.html", {**SECTION, "paths": found})


@for_keepers_of_paths
@require_http_methods(FORM_METHODS)
def path_new(request: HttpRequest) -> HttpResponse:
    """Make a path."""
    return _edit(request, None)


@for_keepers_of_paths
@require_http_methods(FORM_METHODS)
def path_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a path."""
    return _edit(request, get_object_or_404(LearningPath, code=code))


def _edit(request: HttpRequest, path: LearningPath | None) -> HttpResponse:
    form = PathForm(request.POST or None, account=account_of(request), path=path)
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return say(request, _("The path “%(path)s” is saved.") % {"path": saved}, "paths")
    used = path.assignments.standing().count() if path else 0
    return render(request, "courses/path_form.html", {**SECTION, "form": form, "path": path, "used": used})


@for_keepers_of_paths
@require_POST
def path_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Let nobody assign a path any more."""
    path = services.withdraw_path(path=get_object_or_404(LearningPath, code=code), actor=account_of(request))
    return say(request, _("The path “%(path)s” was withdrawn. What was assigned stays.") % {"path": path}, "paths")
