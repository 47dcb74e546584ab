"""Resources as an editor would leave them."""

from datetime import date
from typing import Any

from library.models import Resource
from tests.factories.courses import locale


def make_resource(slug: str, language: str = "en", *, of: Resource | None = None, **fields: Any) -> Resource:
    """A published study, or a translation `of` another resource, whose facts it shares."""
    values: dict[str, Any] = {
        "kind": Resource.Kind.STUDY,
        "title": f"Title of {slug} {language}",
        "summary": f"Summary of {slug} {language}",
        "body": f"<p>Text of {slug} {language}</p>",
        "publisher": "An institute",
        "published_on": date(2024, 5, 1),
        "document_language": "en",
        **fields,
    }
    if of is not None:
        values["translation_key"] = of.translation_key
    return Resource.objects.create(slug=slug, locale=locale(language), **values)
