"""GIFT, the text format of Moodle. Ordering, gap fill and select words cannot be written in it."""

from assessments.formats.gift.reading import read
from assessments.formats.gift.writing import CARRIES, lost, write

__all__ = ["CARRIES", "lost", "read", "write"]
