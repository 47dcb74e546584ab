"""Glossary terms inside texts."""

from django import template
from django.utils.translation import get_language

from library.models import SharedText, Term

register = template.Library()


@register.simple_tag
def glossary_term(slug: str, language: str = "") -> Term | None:
    """Return the term in a language (default: the active one), in the next best, or None if there is no such term."""
    return Term.objects.live().filter(slug=slug).best_first(language or get_language() or "").first()


@register.simple_tag
def shared_text(slug: str, language: str = "") -> SharedText | None:
    """Return a shared text in a language (default: the active one), in the next best, or None if there is none."""
    return SharedText.objects.live().filter(slug=slug).best_first(language or get_language() or "").first()
