"""Modules and lessons in the CMS."""

from courses.wagtail_hooks import blueprint, modules, proofing

__all__ = ["blueprint", "modules", "proofing"]
