"""Words and references that all content shares: aspects, goals, glossary, resources, reviews."""

from library.models.aspects import Aspect, Goal
from library.models.renderings import Rendering
from library.models.resources import Resource, ResourceQuerySet
from library.models.reviews import (
    CHECKED_FIELDS,
    CHECKED_PANELS,
    REVIEWS,
    AwaitsExpertError,
    Checked,
    Expert,
    ExpertReviewTask,
    OwnField,
)
from library.models.shared_texts import SharedText, SharedTextQuerySet
from library.models.terms import Term, TermQuerySet

__all__ = [
    "CHECKED_FIELDS",
    "CHECKED_PANELS",
    "REVIEWS",
    "Aspect",
    "AwaitsExpertError",
    "Checked",
    "Expert",
    "ExpertReviewTask",
    "Goal",
    "OwnField",
    "Rendering",
    "Resource",
    "ResourceQuerySet",
    "SharedText",
    "SharedTextQuerySet",
    "Term",
    "TermQuerySet",
]
