"""Modules and lessons in the CMS."""

from courses.wagtail_hooks import modules, planning, proofing

__all__ = ["modules", "planning", "proofing"]
