"""How far translations are, in the CMS: what needs somebody, what changed in the source, files for translators."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from audit.models import Event
from core.differences import Change, word_changes
from library.formats.po import MOST_BYTES, Problem
from library.forms import PoForm, TranslationFilterForm
from library.keeping import State, readable
from library.permissions import may_translate
from library.services import (
    Standing,
    TranslationError,
    bring_po,
    confirm_translation,
    languages,
    mark_read,
    mark_unread,
    po_of,
    standing,
    standings,
)
from library.translatables import Kind, kind_named, kinds
from people.models import Account, Language

PER_PAGE = 50
MOST_PROBLEMS = 100
STATES: dict[str, str | Promise] = {
    State.MISSING: pgettext_lazy("translation", "missing"),
    State.STALE: pgettext_lazy("translation", "out of step"),
    State.AWAITING: pgettext_lazy("translation", "awaiting review"),
    State.DONE: pgettext_lazy("translation", "done"),
}
HAPPENED = {
    "library.translation_marked": gettext_lazy("Marked as made by a machine"),
    "library.translation_read": gettext_lazy("Read by a native editor, mark taken off"),
    "library.translation_confirmed": gettext_lazy("Said to mean what the source says"),
}


class TranslatorsMenuItem(MenuItem):
    """Seen by those who write content."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_translate(request.user)


class TranslationViewSet(ViewSet):
    """Everything that exists in several languages."""

    icon = "wagtail-localize-language"
    menu_label: ClassVar[str | Promise] = gettext_lazy("Translations")
    menu_item_class = TranslatorsMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of translations."""
        return [
            path("", index, name="index"),
            path("export/", export, name="export"),
            path("import/<str:language>/", bring, name="import"),
            path("<str:kind>/<str:key>/<str:language>/", compare, name="compare"),
            path("<str:kind>/<str:key>/<str:language>/say/", say, name="say"),
        ]


@hooks.register("register_admin_viewset")
def register_translations() -> TranslationViewSet:
    return TranslationViewSet("translations", url_prefix="translations")


def translator(request: HttpRequest) -> Account:
    """Return who works on translations; raise PermissionDenied for everybody else."""
    if not may_translate(request.user):
        raise PermissionDenied
    return request.user  # type: ignore[return-value]


def _trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    first = {"url": reverse("translations:index"), "label": _("Translations")}
    return [first, *({"url": address, "label": label} for address, label in steps)]


# --- The list -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """A translation as the list shows it."""

    standing: Standing

    @property
    def choice(self) -> str:
        """What a box that is ticked sends."""
        return f"{self.standing.piece.kind}:{self.standing.piece.key}"

    @property
    def kind(self) -> str:
        found = kind_named(self.standing.piece.kind)
        return str(found.label) if found else ""

    @property
    def state(self) -> str | Promise:
        return STATES[self.standing.state]

    @property
    def why(self) -> str:
        return why(self.standing)

    @property
    def compare(self) -> str:
        piece = self.standing.piece
        return reverse("translations:compare", args=[piece.kind, piece.key, self.standing.language])


def why(standing: Standing) -> str:
    """Return in a few words why a translation is where it is."""
    said = []
    changed, lacks = len(standing.outdated), len(standing.lacking)
    if standing.version is None:
        return _("Nobody has begun.")
    if standing.version.behind:
        said.append(_("Made for an earlier version of the question."))
    elif changed:
        said.append(
            ngettext("%(count)s text changed in the source.", "%(count)s texts changed in the source.", changed)
            % {"count": changed}
        )
    if lacks:
        sentence = ngettext("%(count)s text is not translated.", "%(count)s texts are not translated.", lacks)
        said.append(sentence % {"count": lacks})
    if standing.version.draft:
        said.append(_("A newer draft waits to be published."))
    elif not standing.version.live:
        said.append(_("A draft: readers do not see it."))
    if standing.unread:
        said.append(_("Awaits a native editor."))
    return " ".join(said)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A sentence, then a filter, then what needs somebody; a fixed number of queries."""
    translator(request)
    everything = standings()
    of_language = _of_language(request, everything)
    language = _language(request, everything)
    form = TranslationFilterForm(
        request.GET, kinds=[(kind.name, kind.label) for kind in kinds()], states=list(STATES.items())
    )
    found = _narrowed(of_language, form)
    page = Paginator([Row(each) for each in found], PER_PAGE).get_page(request.GET.get("p"))
    chosen = {"language": language, "kind": form.chosen("kind"), "state": form.chosen("state", form.TODO)}
    context = {
        "form": form,
        "page": page,
        "language": language,
        "languages": _tabs(everything, language),
        "sentence": sentence(of_language, language),
        "counts": [(STATES[state], state, _count(of_language, state)) for state in State],
        "total": len(of_language),
        "found": len(found),
        "chosen": chosen,
        "query": urlencode(chosen),
        "breadcrumbs_items": [{"url": "", "label": _("Translations")}],
        "header_title": _("Translations"),
        "header_icon": TranslationViewSet.icon,
    }
    return render(request, "library/cms/translations.html", context)


def _language(request: HttpRequest, everything: Sequence[Standing]) -> str:
    asked, there = request.GET.get("language", ""), _targets(everything)
    return asked if asked in there else there[0]


def _targets(everything: Iterable[Standing]) -> list[str]:
    """The languages into which something is translated; the first language only if something was written elsewhere."""
    there = {each.language for each in everything}
    return [code for code in languages() if code in there] or languages()[1:]


def _of_language(request: HttpRequest, everything: Sequence[Standing]) -> list[Standing]:
    language = _language(request, everything)
    return [each for each in everything if each.language == language]


def _tabs(everything: Sequence[Standing], language: str) -> list[tuple[str, str, int, bool]]:
    """Each language: its code and name, how many translations need somebody, and whether it is shown."""
    waiting = Counter(each.language for each in everything if each.state != State.DONE)
    return [(code, str(Language(code).label), waiting[code], code == language) for code in _targets(everything)]


def _narrowed(found: Sequence[Standing], form: TranslationFilterForm) -> list[Standing]:
    kind, state = form.chosen("kind"), form.chosen("state", form.TODO)
    order = list(State)
    kept = [
        each
        for each in found
        if (not kind or each.piece.kind == kind)
        and (state in {"all", each.state} or (state == form.TODO and each.state != State.DONE))
    ]
    return sorted(kept, key=lambda each: order.index(each.state))


def _count(found: Iterable[Standing], state: State) -> int:
    return sum(each.state == state for each in found)


def sentence(found: Sequence[Standing], language: str) -> str:
    """Return how far a language is, in one sentence."""
    total, done = len(found), _count(found, State.DONE)
    name = capfirst(Language(language).label)
    if not total:
        return _("%(language)s: there is nothing to translate yet.") % {"language": name}
    if done == total:
        return _("%(language)s: everything is translated, in step and read.") % {"language": name}
    facts = {
        "language": name,
        "total": total,
        "missing": _count(found, State.MISSING),
        "stale": _count(found, State.STALE),
        "awaiting": _count(found, State.AWAITING),
    }
    return (
        _(
            "%(language)s, of %(total)s in all: %(missing)s missing, %(stale)s out of step with the source, "
            "%(awaiting)s waiting for review."
        )
        % facts
    )


# --- What changed in the source -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Place:
    """A text as the page shows it: what it is called, what became another, what stands there in the translation."""

    label: Any
    before: Sequence[Change]
    after: Sequence[Change]
    translation: str


def _found(kind_name: str, key: str, language: str) -> tuple[Kind, Standing]:
    kind = kind_named(kind_name)
    if kind is None or language not in languages():
        raise Http404
    found = standing(kind, key, language)
    if found is None:
        raise Http404
    return kind, found


@require_safe
def compare(request: HttpRequest, kind: str, key: str, language: str) -> HttpResponse:
    """The source as it was, as it is, and the translation, side by side."""
    translator(request)
    of_kind, found = _found(kind, key, language)
    piece = found.piece
    events = Event.objects.none()
    if found.rendering is not None:
        events = Event.objects.filter(object_type="library.Rendering", object_id=str(found.rendering.pk))
    context = {
        "standing": found,
        "row": Row(found),
        "own_history": of_kind.own_history,
        "outdated": [_changed(found, place) for place in found.outdated],
        "lacking": [_place(found, place) for place in found.lacking],
        "others": [
            _place(found, place)
            for place in piece.versions[piece.source].words
            if place not in {*found.outdated, *found.lacking}
        ],
        "events": [
            (event.at, HAPPENED.get(event.action, event.action), str(event.actor or ""))
            for event in events.select_related("actor__person")
        ],
        "breadcrumbs_items": _trail(("", piece.title)),
        "header_title": piece.title,
        "header_icon": TranslationViewSet.icon,
    }
    return render(request, "library/cms/translation.html", context)


def _changed(found: Standing, place: str) -> Place:
    source, version = found.piece.versions[found.piece.source], found.version
    pairs = (version.pairs if version else None) or (found.rendering.pairs if found.rendering else {})
    changes = word_changes(readable(pairs[place][0]), readable(source.words.get(place, "")))
    label = found.piece.labels.get(place, _("A text that was taken away"))
    before = [each for each in changes if each.kind != "added"]
    after = [each for each in changes if each.kind != "removed"]
    return Place(label, before, after, readable(version.words.get(place, "")) if version else "")


def _place(found: Standing, place: str) -> Place:
    source, version = found.piece.versions[found.piece.source], found.version
    after = [Change("same", readable(source.words[place]))]
    label = found.piece.labels.get(place, place)
    return Place(label, [], after, readable(version.words.get(place, "")) if version else "")


@require_POST
def say(request: HttpRequest, kind: str, key: str, language: str) -> HttpResponse:
    """What an editor says of a translation: it means the same; I have read it; a machine made it."""
    actor = translator(request)
    of_kind, found = _found(kind, key, language)
    said = request.POST.get("said", "")
    try:
        if said == "same":
            confirm_translation(standing=found, actor=actor)
            messages.success(request, _("Noted: the translation means what the source says today."))
        elif said == "read":
            mark_read(standing=found, actor=actor)
            messages.success(request, _("Thank you. The mark is taken off, and it is kept who has read it."))
        elif said == "machine" and found.version is not None and not of_kind.own_history:
            mark_unread(kind=of_kind, key=key, language=language, actor=actor)
            messages.success(request, _("Marked: this translation awaits a native editor."))
        else:
            messages.error(request, _("This cannot be said of this translation. Nothing was changed."))
    except TranslationError as error:
        messages.error(request, str(error))
    return redirect("translations:compare", kind, key, language)


# --- Files for translators ------------------------------------------------------------------------------------------
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """A PO file of what was ticked, or of everything that the filters show."""
    translator(request)
    of_language = _of_language(request, everything := standings())
    language = _language(request, everything)
    form = TranslationFilterForm(
        request.GET, kinds=[(kind.name, kind.label) for kind in kinds()], states=list(STATES.items())
    )
    ticked = set(request.GET.getlist("piece"))
    chosen = [each for each in of_language if Row(each).choice in ticked]
    if "everything" in request.GET:
        chosen = _narrowed(of_language, form)
    try:
        content = po_of(chosen, language=language)
    except TranslationError as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('translations:index')}?{urlencode({'language': language})}")
    name = f"academy-{language}.po" if len(chosen) != 1 else f"academy-{chosen[0].piece.kind}-{language}.po"
    return HttpResponse(
        content,
        content_type="text/x-gettext-translation; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, language: str) -> HttpResponse:
    """Bring a file back: all of it, or nothing and what is wrong in which line."""
    actor = translator(request)
    if language not in languages():
        raise Http404
    form = PoForm(request.POST, request.FILES) if request.method == "POST" else PoForm()
    problems: Sequence[Problem] = ()
    if form.is_valid():
        file = form.cleaned_data["file"]
        brought = bring_po(
            # One byte more than is taken says that a file is too large; the rest of it is not read.
            content=file.read(MOST_BYTES + 1),
            language=language,
            actor=actor,
            machine=form.cleaned_data["machine"],
            only=_only(request),
        )
        if not brought.problems:
            messages.success(request, _taken(brought.texts, len(brought.pieces), brought.left))
            return redirect(f"{reverse('translations:index')}?{urlencode({'language': language, 'state': 'all'})}")
        problems = brought.problems
    context = {
        "form": form,
        "language": language,
        "language_name": Language(language).label,
        "problems": problems[:MOST_PROBLEMS],
        "number": len(problems),
        "breadcrumbs_items": _trail(("", _("Bring a PO file"))),
        "header_title": _("Bring a PO file"),
        "header_icon": TranslationViewSet.icon,
    }
    refused = form.is_bound
    return render(request, "library/cms/translations_import.html", context, status=422 if refused else 200)


def _only(request: HttpRequest) -> list[tuple[str, str]]:
    """The piece that the file has to be about, if it was brought from the page of one."""
    named = request.GET.get("piece", "").partition(":")
    return [(named[0], named[2])] if named[2] else []


def _taken(texts: int, pieces: int, left: int) -> str:
    taken = ngettext("%(count)s text was taken.", "%(count)s texts were taken.", texts) % {"count": texts}
    facts = {"pieces": pieces, "left": left}
    return f"{taken} " + _("Pages and records they belong to: %(pieces)s. Still empty in the file: %(left)s.") % facts
