"""What editors write about modules and lessons, a page per language."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageManager
from wagtail.permissions import page_permission_policy
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from core.blocks import RICH_TEXT, LessonBlocks, SourceBlock
from core.fields import CodeListField
from core.searching import TITLE, Question, indexed, said, without_markup
from library.linking import link_first, word
from library.models import CHECKED_FIELDS, CHECKED_PANELS, Aspect, Checked, Goal, SharedText, Term

# Codes stand in addresses.
validate_code = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", _("Use letters, digits, dots and hyphens."))

# Places that say nothing by themselves: what follows them is marked.
NEVER_MARKED = ("heading", "term", "practice", "download")


def in_language_order(pages: QuerySet[Any], language: str) -> QuerySet[Any]:
    """Pages of one thing, the best for a reader first: published, in the language asked for, in the default one."""
    rank = Case(
        When(locale__language_code=language, then=Value(0)),
        When(locale__language_code=settings.LANGUAGE_CODE, then=Value(1)),
        default=Value(2),
    )
    return pages.order_by("-live", rank, "locale_id")


def best_pages(pages: type[Any], keys: Sequence[Any], language: str) -> dict[Any, Any]:
    """By key the published page in the language, else in the next best: one query."""
    live = pages.objects.filter(translation_key__in=keys, live=True).select_related("locale")
    best: dict[Any, Any] = {}
    for page in in_language_order(live, language):
        best.setdefault(page.translation_key, page)
    return best


def _with_terms(html: str, language: str) -> SafeString:
    """A rendered text in which the first mention of each term opens its definition; the definitions stand at its end.

    Terms that a block of the text explains already are left as they are.
    """
    terms = [term for term in Term.objects.in_language(language) if f'data-term="{term.slug}"' not in html]

    def button(slug: str, mention: str) -> str:
        return f'<button type="button" class="word" popovertarget="word-{slug}">{mention}</button>'

    linked, found = link_first(html, [word(term.slug, term.name) for term in terms], button)
    named = {term.slug: term for term in terms}
    boxes = {"terms": [named[slug] for slug in found], "language": language}
    return mark_safe(linked + render_to_string("courses/_terms.html", boxes))  # noqa: S308 - both came from templates


class ReaderPageQuerySet(PageQuerySet):
    def changeable_by(self, account: Any) -> "ReaderPageQuerySet":
        """Pages that somebody writes in the CMS, drafts too; none for everybody else."""
        allowed = page_permission_policy.instances_user_has_permission_for(account, "change")
        return self.filter(pk__in=allowed.order_by().values("pk"))

    def asked_for(self, asked: Question) -> "ReaderPageQuerySet":
        """Published pages of any language that have all the words; `in_title` says whether the title has."""
        found = self.live().filter(asked.found_in("search_text"))
        return found.annotate(in_title=asked.found_in("search_text", sign=TITLE))


class ReaderPage(Page):
    """A page that is read at an address of its own (a lean view), whatever the page tree says."""

    # What the search reads (`core.searching`).
    search_text = models.TextField(editable=False, default="")

    code_field: str
    preview_modes = [("", _("Default"))]
    objects = PageManager.from_queryset(ReaderPageQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what the search reads equal to what readers see.

        A save of single columns (a draft is kept as a revision, and its number noted) leaves both as they are.
        """
        if kwargs.get("update_fields") is None:
            self.search_text = self.searched()
        super().save(*args, **kwargs)

    def searched(self) -> str:
        """What the search reads of the page as it stands."""
        return indexed(self.title, self.code, self.words())

    def words(self) -> str:
        """Everything that readers see of the page below its title, without markup."""
        raise NotImplementedError

    @property
    def code(self) -> str:
        return getattr(self, self.code_field)

    def address(self) -> str:
        """Where the page is read, without the site; empty while there is no code to name it by."""
        raise NotImplementedError

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[Any, str, str] | None:
        parts = super().get_url_parts(request)
        if parts is None:
            return None
        with override(self.locale.language_code):
            return parts[0], parts[1], self.address() or parts[2]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Addresses of the page tree, in old links and in the CMS, lead to the reader."""
        return redirect(self.address())


class ModulePage(Checked, ReaderPage):  # type: ignore[django-manager-missing]
    """What an editor writes about a module in one language."""

    module_code = models.CharField(_("code"), max_length=20, validators=[validate_code])
    summary = models.CharField(_("summary"), max_length=300)
    introduction = RichTextField(_("introduction"), features=RICH_TEXT)
    audience = models.CharField(_("for whom"), max_length=300, blank=True)
    requirements = RichTextField(_("what is required"), features=RICH_TEXT, blank=True)
    aspects = CodeListField(_("aspects"), codes=Aspect.choices)
    sdgs = CodeListField(_("Sustainable Development Goals"), codes=Goal.choices)
    minutes = models.PositiveSmallIntegerField(_("minutes in all"), default=120)

    code_field = "module_code"
    template = "courses/module.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("module_code"),
        FieldPanel("summary"),
        FieldPanel("introduction"),
        FieldPanel("audience"),
        FieldPanel("requirements"),
        FieldPanel("aspects"),
        FieldPanel("sdgs"),
        FieldPanel("minutes"),
        *CHECKED_PANELS,
    ]
    override_translatable_fields = [
        SynchronizedField("module_code", overridable=False),
        SynchronizedField("aspects", overridable=False),
        SynchronizedField("sdgs", overridable=False),
        SynchronizedField("minutes", overridable=False),
        TranslatableField("slug"),
        *CHECKED_FIELDS,
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.LessonPage"]

    class Meta:
        verbose_name = _("module page")
        verbose_name_plural = _("module pages")

    def address(self) -> str:
        return reverse("module", args=[self.code]) if self.code else ""

    def words(self) -> str:
        rich = [without_markup(html) for html in (self.introduction, self.requirements)]
        return " ".join(filter(None, [self.summary, self.audience, *rich]))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """For the preview; readers get the same template from a view."""
        return {**super().get_context(request, *args, **kwargs), "preview": True, "aspects": self.aspects}


class LessonPage(Checked, ReaderPage):  # type: ignore[django-manager-missing]
    """A lesson in one language."""

    lesson_code = models.CharField(_("code"), max_length=20, validators=[validate_code])
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=20)
    required = models.BooleanField(_("required for completion"), default=True)
    body = StreamField(LessonBlocks(), verbose_name=_("body"))
    sources = StreamField([("source", SourceBlock())], verbose_name=_("sources"), blank=True)

    code_field = "lesson_code"
    template = "courses/lesson.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("lesson_code"),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("minutes"), FieldPanel("required")], heading=_("rules")),
        FieldPanel("body"),
        FieldPanel("sources"),
        *CHECKED_PANELS,
    ]
    override_translatable_fields = [
        SynchronizedField("lesson_code", overridable=False),
        SynchronizedField("minutes", overridable=False),
        SynchronizedField("required", overridable=False),
        TranslatableField("slug"),
        *CHECKED_FIELDS,
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("lesson page")
        verbose_name_plural = _("lesson pages")

    def address(self) -> str:
        module_code = ModulePage.objects.ancestor_of(self).values_list("module_code", flat=True).first()
        return reverse("lesson", args=[module_code, self.code]) if self.code and module_code else ""

    def words(self) -> str:
        return " ".join(filter(None, [self.summary, said(self.body), *self._shared_words()]))

    def shown_texts(self) -> list[str]:
        """The slugs of the shared texts that the lesson shows, in its order."""
        return [block["value"].get("slug", "") for block in self.body.raw_data if block["type"] == "shared"]

    def _shared_words(self) -> list[str]:
        wanted = self.shown_texts()
        if not wanted:
            return []
        known = SharedText.objects.filter(slug__in=wanted).in_language(self.locale.language_code)
        texts = [known[slug] for slug in wanted if slug in known]
        return [f"{text.title} {without_markup(text.text)}" for text in texts]

    def render_text(self, *, marks: str = "", phone: bool = False) -> SafeString:
        """The body with its sources as HTML, in the page's own language; nothing in it depends on who reads.

        With `marks`, an address as seen from the lesson, every place has a link below it, where it is marked. `phone`:
        a copy that is read without a line, with small pictures and no films.
        """
        language = self.locale.language_code
        context = {"page": self, "language": language, "marks": marks, "phone": phone, "unmarked": NEVER_MARKED}
        with override(language):
            html = render_to_string("courses/_text.html", context)
            return _with_terms(html, language)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """For the preview; readers get the same template from a view."""
        text = {
            "title": self.title,
            "summary": self.summary,
            "minutes": self.minutes,
            "language": self.locale.language_code,
            "html": self.render_text(),
        }
        return {**super().get_context(request, *args, **kwargs), "preview": True, "text": text}
