"""Reviews by a lawyer or a doctor in the CMS: what was given to me, what I read, what I answer."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import PreviewableMixin, TaskState

from library.forms import ReviewForm
from library.permissions import may_see_reviews, may_translate
from library.services import (
    Reading,
    ReviewError,
    address_of,
    approve_review,
    history_of,
    reading,
    refuse_review,
    reviews,
    reviews_visible_to,
    take_back,
)
from library.wagtail_hooks.translations import translator
from people.models import Account

STATUSES: dict[str, str | Promise] = {
    TaskState.STATUS_IN_PROGRESS: pgettext_lazy("review", "waits for an answer"),
    TaskState.STATUS_APPROVED: pgettext_lazy("review", "approved"),
    TaskState.STATUS_REJECTED: pgettext_lazy("review", "has to be changed"),
    TaskState.STATUS_SKIPPED: pgettext_lazy("review", "left out"),
    TaskState.STATUS_CANCELLED: pgettext_lazy("review", "taken back"),
}
# So many of those that are over are listed.
MOST_OVER = 50


class ReviewsMenuItem(MenuItem):
    """Seen by experts, and by those who write content."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_reviews(request.user)


class ReviewViewSet(ViewSet):
    """What experts are asked to review."""

    icon = "clipboard-list"
    menu_label: ClassVar[str | Promise] = gettext_lazy("Reviews")
    menu_item_class = ReviewsMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of reviews."""
        return [
            path("", index, name="index"),
            path("<int:pk>/", review, name="review"),
            path("<int:pk>/as-readers/", as_readers, name="as_readers"),
            path("<int:pk>/take-back/", back, name="take_back"),
        ]


@hooks.register("register_admin_viewset")
def register_reviews() -> ReviewViewSet:
    return ReviewViewSet("reviews", url_prefix="reviews")


def _reader(request: HttpRequest) -> Account:
    """Return who sees reviews; raise PermissionDenied for everybody else."""
    if not may_see_reviews(request.user):
        raise PermissionDenied
    return request.user  # type: ignore[return-value]


def _found(request: HttpRequest, pk: int) -> TaskState:
    return get_object_or_404(reviews_visible_to(_reader(request)), pk=pk)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, then what is over."""
    visible = reviews_visible_to(_reader(request))
    waiting = visible.filter(status=TaskState.STATUS_IN_PROGRESS)
    over = visible.exclude(status=TaskState.STATUS_IN_PROGRESS)
    last = over.order_by("-finished_at", "-pk").values("pk")[:MOST_OVER]
    context = {
        "waiting": reviews(waiting),
        "over": [
            (each, STATUSES[each.status])
            for each in reviews(TaskState.objects.filter(pk__in=[row["pk"] for row in last]))
        ],
        "editor": may_translate(request.user),
        "breadcrumbs_items": [{"url": "", "label": _("Reviews")}],
        "header_title": _("Reviews"),
        "header_icon": ReviewViewSet.icon,
    }
    return render(request, "library/cms/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The text with what changed in it, what was said before, and the answer of the expert."""
    state = _found(request, pk)
    found = reading(state=state)
    if found is None:
        raise Http404
    answers = state.status == TaskState.STATUS_IN_PROGRESS and state.task.specific.may_answer(request.user)
    if request.method == "POST" and not answers:
        raise PermissionDenied
    form = ReviewForm(request.POST or None, initial={"revision": found.revision})
    if form.is_valid() and _answered(request, state, form):
        return redirect("reviews:index")
    return _shown(request, state, found, form if answers else None)


def _answered(request: HttpRequest, state: TaskState, form: ReviewForm) -> bool:
    """Keep an answer and say so; False when it could not be taken, which the form says then."""
    said, actor = form.cleaned_data, request.user
    try:
        if said["answer"] == ReviewForm.APPROVE:
            approve_review(state=state, revision=said["revision"], comment=said["comment"], actor=actor)  # type: ignore[arg-type]
            messages.success(request, _("Thank you. It is approved and goes live; it is kept who said so and when."))
        else:
            refuse_review(state=state, comment=said["comment"], actor=actor)  # type: ignore[arg-type]
            messages.success(request, _("Thank you. The editors read what has to be changed, and submit it again."))
    except ReviewError as error:
        form.add_error(None, str(error))
        # What is shown now is what the next answer is about.
        form.data = {**form.data.dict(), "revision": str(_newest(state))}  # type: ignore[attr-defined]
        return False
    return True


def _newest(state: TaskState) -> int | str:
    found = reading(state=state)
    return found.revision if found is not None else ""


def _shown(request: HttpRequest, state: TaskState, found: Reading, form: ReviewForm | None) -> HttpResponse:
    [row] = reviews(TaskState.objects.filter(pk=state.pk))
    title = row.title
    context = {
        "review": row,
        "status": STATUSES[row.status],
        "reading": found,
        "changed": [each for each in found.passages if each.changed],
        "history": [(each, STATUSES[each.status]) for each in history_of(state=state) if not each.open],
        "form": form,
        "editor": may_translate(request.user),
        "edit": address_of(found.instance) if may_translate(request.user) else "",
        "readable": isinstance(found.instance, PreviewableMixin),
        "breadcrumbs_items": [
            {"url": reverse("reviews:index"), "label": _("Reviews")},
            {"url": "", "label": title},
        ],
        "header_title": title,
        "header_icon": ReviewViewSet.icon,
    }
    refused = form is not None and form.is_bound
    return render(request, "library/cms/review.html", context, status=422 if refused else 200)


@require_safe
def as_readers(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest words as readers will see them."""
    found = reading(state=_found(request, pk))
    if found is None or not isinstance(found.instance, PreviewableMixin):
        raise Http404
    return found.instance.make_preview_request(request, found.instance.default_preview_mode)


@require_POST
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """An editor takes a text back from its expert."""
    state = _found(request, pk)
    actor = translator(request)
    try:
        take_back(state=state, actor=actor)
        messages.success(request, _("Taken back. The mark stays: submit it again before it goes live."))
    except ReviewError as error:
        messages.error(request, str(error))
    return redirect("reviews:index")
