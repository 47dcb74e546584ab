"""In the CMS: the glossary, the resources, how far translations are, and what experts review."""

from library.wagtail_hooks import documents, listings, publishing, snippets
from library.wagtail_hooks.desk import DeskViewSet
from library.wagtail_hooks.reviews import ReviewViewSet
from library.wagtail_hooks.translations import TranslationViewSet

__all__ = ["DeskViewSet", "ReviewViewSet", "TranslationViewSet", "documents", "listings", "publishing", "snippets"]
