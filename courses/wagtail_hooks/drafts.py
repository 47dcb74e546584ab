"""New modules in the CMS: planned step by step, or copied. Both say what they make before they make it."""

from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from core.errors import DomainError
from courses.forms.drafts import STEPS, DuplicateForm, ModuleWizard
from courses.models import ModulePage
from courses.wagtail_hooks.blueprint import blueprint_for, languages_open_to, trail, writer
from people.models import Language


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Plan a module: a step after the other, forward and back, and nothing made before the last one."""
    account = writer(request)
    places = languages_open_to(account)
    if not places:
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else None
    wizard = ModuleWizard(sent, languages=places, key=_key(request))
    at, go = (sent.get("at", ""), sent.get("go", "")) if sent is not None else ("", "")
    if go == "create" and ModulePage.objects.changeable_by(account).filter(translation_key=wizard.key).exists():
        return redirect("blueprints:page", wizard.key)  # pressed twice
    step, refused = _step(wizard, at, go)
    if go == "create" and step == "confirm":
        try:
            made = wizard.save(account)
        except DomainError as error:
            return _page(request, wizard, "confirm", refused=True, problem=str(error))
        messages.success(request, _("The drafts of %(code)s are there. Write the first lesson.") % {"code": made.code})
        return redirect("blueprints:page", made.translation_key)
    wizard.prepare(step, more=go == "more")
    return _page(request, wizard, step, refused=refused)


def _key(request: HttpRequest) -> UUID:
    """The key that the pages will share, the same on every step."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _step(wizard: ModuleWizard, at: str, go: str) -> tuple[str, bool]:
    """The step to show, and whether something on it has to be mended first."""
    names = list(STEPS)
    if at not in names:
        return names[0], False
    target = {"create": "confirm", "more": at}.get(go, go if go in names else at)
    forward = names.index(target) > names.index(at) or target == "confirm"
    wrong = wizard.first_wrong(target) if forward else None
    return (wrong, True) if wrong else (target, False)


def _page(request: HttpRequest, wizard: ModuleWizard, step: str, *, refused: bool, problem: str = "") -> HttpResponse:
    names = list(STEPS)
    place = names.index(step)
    context = {
        "wizard": wizard,
        "step": step,
        "steps": [(name, label, name == step, names.index(name) < place) for name, label in STEPS.items()],
        "form": wizard.form(step),
        "plan": wizard.plan() if step == "confirm" else None,
        "carried": wizard.carried(step),
        "back": names[place - 1] if place else "",
        "forward": names[place + 1] if place + 1 < len(names) else "",
        "refused": refused,
        "problem": problem,
        "breadcrumbs_items": trail(("", _("New module"))),
        "header_title": _("New module"),
        "header_icon": "plus",
    }
    return render(request, "courses/cms/module_new.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request: HttpRequest, key: UUID) -> HttpResponse:
    """Copy a module: a page that says what comes along and what does not, and asks for the new code."""
    account = writer(request)
    blueprint = blueprint_for(account, key)
    pages: dict[str, Any] = dict(blueprint.module.pages)
    if not all(page.get_parent().permissions_for_user(account).can_add_subpage() for page in pages.values()):
        raise PermissionDenied
    form = DuplicateForm(
        request.POST if request.method == "POST" else None, initial={"key": uuid4()}, auto_id="copy-%s"
    )
    if form.is_valid():
        try:
            made = form.save(pages=list(pages.values()), actor=account)
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("%(code)s is there, as drafts.") % {"code": made.code})
            return redirect("blueprints:page", made.translation_key)
    here = reverse("blueprints:page", args=[key])
    title = _("Copy module %(code)s") % {"code": blueprint.module.code}
    context = {
        "blueprint": blueprint,
        "languages": ", ".join(str(Language(code).label) for code in pages),
        "form": form,
        "breadcrumbs_items": trail((here, blueprint.module.code), ("", title)),
        "header_title": title,
        "header_icon": "copy",
    }
    return render(request, "courses/cms/module_copy.html", context, status=422 if form.is_bound else 200)
