"""A world to measure with: so many people and workshops as rows, always the same for the same size and day.

Pure: it makes rows and knows no database; `operations.services.load_scale` writes them. Rows that others refer to come
before them. It is as big and as uneven as a country is (trees of agencies, people who move, registers that nobody
opened, stopped workshops), and no more: certificates have no files, pages are missing, texts are in English.
"""

from operations.scale import bank, learning, people, workshops
from operations.scale.shape import DOMAIN, PREFIX, Asked, Form, Rows, Shape, Size

__all__ = ["DOMAIN", "PREFIX", "Asked", "Form", "Rows", "Shape", "Size", "generate"]


def generate(shape: Shape) -> Rows:
    """Yield every row of a world, those first that others refer to."""
    papers: list[bank.Paper] = []
    yield from people.load(shape)
    yield from learning.load(shape)
    yield from bank.load(shape, papers)
    yield from workshops.load(shape, papers)
