"""Checks of a page in the CMS: what readers would stumble over, how long and how hard it is. They stop nothing."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import Panel
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from courses.models import LessonPage, ModulePage
from courses.permissions import may_write_modules
from courses.proofing import Check, Figures, Finding, figures, findings
from courses.services import sheets
from courses.wagtail_hooks.blueprint import writer
from people.models import Account

SENTENCES: dict[str, str | Promise] = {
    Check.LINK: gettext_lazy("A link or file leads nowhere: “%(name)s” is not there, or not published."),
    Check.TERM: gettext_lazy("The glossary has no term “%(name)s”, so readers see nothing here."),
    Check.SHARED: gettext_lazy("No shared text “%(name)s” is published, so readers see nothing here."),
    Check.QUESTION: gettext_lazy(
        "The question “%(name)s” is not shown: it is not in the bank, not published, or a test that counts asks it."
    ),
    Check.ALTERNATIVE: gettext_lazy("The picture says nothing to those who do not see it. Write an alternative text."),
    Check.FILE_NAME: gettext_lazy("The alternative text “%(name)s” is the name of a file. Say what the picture says."),
    Check.CAPTION: gettext_lazy("The picture has no caption. Say where it is from, and of when."),
    Check.HEAVY: gettext_lazy("The file of the picture has %(size)s. Make it smaller than %(most)s."),
    Check.UNSOURCED: gettext_lazy("“%(figure)s”: the paragraph does not say where this figure is from."),
    Check.UNDATED: gettext_lazy("“%(figure)s”: the paragraph does not say of which year this figure is."),
    Check.UNLISTED: gettext_lazy("The lesson lists no sources."),
    Check.FEW_WORDS: gettext_lazy("The running text has %(count)s words. A lesson has at least %(least)s."),
    Check.MANY_WORDS: gettext_lazy("The running text has %(count)s words. A lesson has at most %(most)s: split it."),
    Check.SHORT_TIME: gettext_lazy(
        "The lesson says %(minutes)s min, and reading alone takes about %(least)s min. Allow more time."
    ),
    Check.LONG_TIME: gettext_lazy(
        "The lesson says %(minutes)s min. With notes and every question it takes about %(most)s min."
    ),
    Check.LESSONS_TIME: gettext_lazy("The module says %(minutes)s min, its lessons %(lessons)s min together."),
    Check.HARD: gettext_lazy(
        "The text is very hard to read (reading ease %(ease)s, %(length)s words in a sentence). "
        "Shorter sentences and shorter words help."
    ),
    Check.LONG_SENTENCE: gettext_lazy("A sentence of %(count)s words: “%(begins)s …”. Make two of it."),
    Check.NO_PRACTICE: gettext_lazy("The lesson has no practice question."),
    Check.NO_SUMMARY: gettext_lazy("The lesson has no summary."),
}
_UUID = 36  # letters and hyphens of a block's id
LEVELS: dict[str, str | Promise] = {
    "plain": gettext_lazy("plain"),
    "hard": gettext_lazy("demanding"),
    "very_hard": gettext_lazy("very hard"),
}


class ProofingViewSet(ViewSet):
    """A page of checks for each page of a module or a lesson."""

    icon = "circle-check"

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of checks."""
        return [path("<int:pk>/", page, name="page")]


@hooks.register("register_admin_viewset")
def register_proofing() -> ProofingViewSet:
    return ProofingViewSet("proofing", url_prefix="proofing")


def _is_ours(page: Any) -> bool:
    return isinstance(page, ModulePage | LessonPage)


@hooks.register("register_page_header_buttons")
def count_findings(page: Page, user: Any, view_name: str = "", next_url: str | None = None) -> Iterator[Button]:
    """How many findings the newest draft has, at its head."""
    specific = page.specific
    if view_name == "edit" and _is_ours(specific) and may_write_modules(user):
        number = len(_looked_through(specific))
        label = _("Checks: %(count)s") % {"count": number} if number else _("Checks: nothing to mend")
        yield Button(label, _address(specific), icon_name=ProofingViewSet.icon, priority=10)


@hooks.register("after_publish_page")
def warn_after_publishing(request: HttpRequest, page: Page) -> None:
    """Say what readers meet now."""
    specific = page.specific
    found = findings(*sheets([specific])) if _is_ours(specific) else []
    if found:
        button = messages.button(_address(specific), _("Look at the checks"))
        said = _("“%(title)s”: %(sentence)s") % {"title": page.title, "sentence": _sentence(found)}
        messages.warning(request, said, buttons=[button])


def _looked_through(page: Any) -> list[Finding]:
    """The findings of the newest draft, once for a page of the CMS: its head counts them, its form lists them."""
    known = page.__dict__.setdefault("_looked_through", {})
    if page.latest_revision_id not in known:
        known[page.latest_revision_id] = findings(*sheets([page]))
    found: list[Finding] = known[page.latest_revision_id]
    return found


class FindingsPanel(Panel):
    """What was found in the newest draft, at the head of the form in which it is mended; each leads to its block."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/cms/findings_panel.html"

        @property
        def media(self) -> Media:
            return Media(css={"all": ["cms/findings.css"]})

        def is_shown(self) -> bool:
            """A page that is only now written has no draft yet."""
            return bool(self.instance.pk) and may_write_modules(self.request.user)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            found = _looked_through(self.instance)
            return {
                **super().get_context_data(parent_context),
                "sentence": _sentence(found),
                "parts": [
                    (heading, [(*_told(each), anchor_of(each.place)) for each in listed])
                    for heading, listed in _by_weight(found)
                    if listed
                ],
                "address": _address(self.instance),
            }


def anchor_of(place: str) -> str:
    """Return where the form of the CMS has a place: at its block or, for what is no block, at its field.

    >>> anchor_of("body.0b5f66c1-7d3e-4b0e-9d2a-1f0a5e3c9b10.text"), anchor_of("introduction"), anchor_of("")
    ('#block-0b5f66c1-7d3e-4b0e-9d2a-1f0a5e3c9b10-section', '#panel-child-content-introduction-section', '')
    """
    field, _dot, rest = place.partition(".")
    block = rest.split(".")[0]
    if len(block) == _UUID:
        return f"#block-{block}-section"
    if field == "minutes":
        return "#id_minutes"  # lessons have them in a panel with other rules
    return f"#panel-child-content-{field}-section" if field else ""


def _by_weight(found: list[Finding]) -> list[tuple[str, list[Finding]]]:
    return [
        (_("What readers stumble over"), [each for each in found if each.stumbling]),
        (_("What would make it better"), [each for each in found if not each.stumbling]),
    ]


def _address(page: Page) -> str:
    return reverse("proofing:page", args=[page.pk])


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found in the newest draft and where, what it measures; of a module its lessons as well."""
    account = writer(request)
    found = _changeable(ModulePage, account).filter(pk=pk).first() or get_object_or_404(
        _changeable(LessonPage, account), pk=pk
    )
    below: list[Any] = []
    if isinstance(found, ModulePage):
        below = list(_changeable(LessonPage, account).child_of(found).order_by("path"))
    sheet, *others = sheets([found, *below])
    listed = findings(sheet)
    title = _("Checks of %(code)s") % {"code": found.code}
    context = {
        "page": found,
        "sentence": _sentence(listed),
        "parts": [(heading, [_told(each) for each in found]) for heading, found in _by_weight(listed)],
        "figures": figures(sheet),
        "level": _level(figures(sheet)),
        "is_estimate": sheet.language == "be",
        "is_lesson": sheet.is_lesson,
        "minutes": sheet.minutes,
        "lessons": [
            (lesson, _address(lesson), len(findings(other)), figures(other), other.minutes)
            for lesson, other in zip(below, others, strict=True)
        ],
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_explore", args=[found.get_parent().pk]), "label": found.get_parent().title},
            {"url": reverse("wagtailadmin_pages:edit", args=[pk]), "label": found.title},
            {"url": "", "label": title},
        ],
        "header_title": title,
        "header_icon": ProofingViewSet.icon,
    }
    return render(request, "courses/cms/proofing.html", context)


def _changeable(model: type[ModulePage | LessonPage], account: Account) -> Any:
    return model.objects.changeable_by(account).select_related("locale", "latest_revision")


def _sentence(found: list[Finding]) -> str:
    """How many findings there are, and how many of them readers notice."""
    if not found:
        return _("Nothing to mend.")
    counted = Counter(each.stumbling for each in found)
    said = ngettext("%(count)s thing to look at.", "%(count)s things to look at.", len(found)) % {"count": len(found)}
    if not counted[True]:
        return said
    stumbling = ngettext(
        "Readers stumble over %(count)s of them.", "Readers stumble over %(count)s of them.", counted[True]
    )
    return f"{said} {stumbling % {'count': counted[True]}}"


def _told(finding: Finding) -> tuple[str, str]:
    """Where it is, and the sentence about it."""
    values = finding.values
    if finding.check == Check.HEAVY:
        values = {name: filesizeformat(number) for name, number in values.items()}
    return finding.where or _("The whole page"), str(SENTENCES[finding.check]) % values


def _level(found: Figures) -> str:
    return str(LEVELS[found.level]) if found.level else ""
