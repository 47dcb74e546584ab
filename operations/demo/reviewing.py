"""What waits for a lawyer in the demonstration: it was given to the experts, and nobody has answered yet."""

from datetime import datetime, timedelta

from courses.models import LessonPage
from library.models import Resource, Term
from library.services import ask_for_review, prepare_reviews
from operations.demo.clock import at
from operations.demo.people import World


def load_reviews(world: World, now: datetime) -> None:
    """Give everything that awaits an expert to them."""
    prepare_reviews()
    with at(now - timedelta(days=6)):
        for model in (LessonPage, Resource, Term):
            for each in model.objects.filter(needs_review=True).order_by("pk"):
                ask_for_review(instance=each, actor=world.accounts["editor"])
