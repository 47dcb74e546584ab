"""Loads the demonstration, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from library.services import mark_everything_unread
from operations.demo.assigning import load_assigning
from operations.demo.clock import seeded, without_jobs
from operations.demo.discussing import load_discussing
from operations.demo.doubles import load_doubles
from operations.demo.evaluation import load_evaluation, load_forms
from operations.demo.history import settle
from operations.demo.joining import load_joining
from operations.demo.learning import load_learning
from operations.demo.lists import load_lists
from operations.demo.marking import load_marking
from operations.demo.own_data import load_own_data
from operations.demo.pages import load_pages
from operations.demo.people import DOMAIN, load_people
from operations.demo.prepost import load_prepost
from operations.demo.proceedings import load_proceedings
from operations.demo.record_changes import load_record_changes
from operations.demo.resources import load_resources
from operations.demo.reviewing import load_reviews
from operations.demo.workshops import load_workshops
from people.models import Account


class Command(BaseCommand):
    help = "Loads the demonstration: content, people, workshops and results. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration is refused here: its sign-ins are known to everybody.")
        if Account.objects.filter(email=f"learner@{DOMAIN}").exists():
            self.stderr.write("The demonstration is loaded already.")
            return
        # As things stood at midnight, so that two loads on one day tell the same.
        now = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        # All of it or nothing: a killed load leaves an empty database, not half a world.
        with transaction.atomic(), seeded(20260101), without_jobs():
            load_pages()
            load_resources()
            load_prepost()
            load_forms()
            world = load_people(now.date())
            load_reviews(world, now)
            load_learning(world, now)
            load_workshops(world, now)
            load_assigning(world, now)
            load_discussing(world, now)
            load_record_changes(world, now)
            load_joining(world, now)
            load_own_data(world, now)
            load_proceedings(world, now)
            load_evaluation(world, now)
            load_marking(world, now)
            load_doubles(world, now)
            settle(world, now)
            load_lists(world, now)
            # Nobody whose language it is has read these translations yet; editors are told so, readers never.
            mark_everything_unread()
        self.stderr.write("The demonstration is loaded.")
