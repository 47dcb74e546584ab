"""Workshops that go with a module: those of a programme that has both, else those that touch the same aspects."""

from django.db.models import CharField, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from core.prepared import Given, Prepared
from core.uses import Use
from courses.models import ModuleAspect
from workshops.models import Workshop

STOPPED = [Workshop.Status.CANCELLED, Workshop.Status.POSTPONED]


def workshops_with_module(code: str, language: str) -> list[Use]:
    """Return the next workshop that anybody can find and that is still to begin, with its day; or none."""
    found = _OF_PROGRAMME.first(module=code) or _OF_ASPECTS.first(module=code)
    if found is None:
        return []
    with override(language):
        title = f"{found.title}, {date_format(found.starts_on, 'DATE_FORMAT')}"
        return [Use(title, language, reverse("workshop", args=[found.code]))]


def _coming() -> QuerySet[Workshop]:
    coming = Workshop.objects.public().exclude(status__in=STOPPED).filter(starts_on__gte=timezone.localdate())
    return coming.order_by("starts_on", "code")


def _of_programme() -> QuerySet[Workshop]:
    return _coming().filter(programmes__modules__code=Given("module", CharField()))[:1]


def _of_aspects() -> QuerySet[Workshop]:
    aspects = ModuleAspect.objects.filter(module__code=Given("module", CharField())).values("aspect")
    return _coming().filter(outline__aspect_links__aspect__in=aspects)[:1]


_OF_PROGRAMME, _OF_ASPECTS = Prepared(_of_programme), Prepared(_of_aspects)
