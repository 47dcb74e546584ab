"""In the CMS: the glossary, the resources, and how far translations are."""

from library.wagtail_hooks import listings, publishing, snippets
from library.wagtail_hooks.translations import TranslationViewSet

__all__ = ["TranslationViewSet", "listings", "publishing", "snippets"]
