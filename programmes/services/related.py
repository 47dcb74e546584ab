"""Workshops that go with a module: those of a programme that has both, else those that touch the same aspects."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from core.uses import Use
from courses.models import ModuleAspect
from workshops.models import Workshop

STOPPED = [Workshop.Status.CANCELLED, Workshop.Status.POSTPONED]


def workshops_with_module(code: str, language: str) -> list[Use]:
    """Return the next workshop that anybody can find and that is still to begin, with its day; or none."""
    today = timezone.localdate()
    coming = Workshop.objects.public().exclude(status__in=STOPPED).filter(starts_on__gte=today)
    of_programme = coming.filter(programmes__modules__code=code)
    aspects = ModuleAspect.objects.filter(module__code=code).values("aspect")
    of_aspects = coming.filter(outline__aspect_links__aspect__in=aspects)
    found = of_programme.order_by("starts_on", "code").first() or of_aspects.order_by("starts_on", "code").first()
    if found is None:
        return []
    with override(language):
        title = f"{found.title}, {date_format(found.starts_on, 'DATE_FORMAT')}"
        return [Use(title, language, reverse("workshop", args=[found.code]))]
