"""GIFT, the text format of Moodle. Ordering, gap fill and select words cannot be written in it."""

from assessments.formats.gift_reading import read
from assessments.formats.gift_writing import CARRIES, lost, write

__all__ = ["CARRIES", "lost", "read", "write"]
