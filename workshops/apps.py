from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class WorkshopsConfig(AppConfig):
    name = "workshops"
    verbose_name = _("Workshops")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core import guards
        from library import translatables
        from people import consequences, holdings, merging, scopes, sightings
        from people.models import Person
        from workshops import receivers  # noqa: F401
        from workshops.holdings import HOLDINGS
        from workshops.merging import MERGE_RULES
        from workshops.models import Facilitation, Registration, Workshop
        from workshops.permissions import objection_to_deletion
        from workshops.services import follow_merge, foretell_registrations, withdraw_erased
        from workshops.services.translations import KINDS

        def people_of_own_workshops(account: Any) -> Any:
            # Managers, who work on all, see everybody without asking this.
            own = Q(workshop__in=Workshop.objects.facilitated_by(account).values("pk"))
            helped = Q(workshop__in=Workshop.objects.helped_by(account).values("pk"))
            return Registration.objects.filter(own | helped).values("person")

        def taking_part_since(moment: Any) -> Any:
            """People of workshops that were not over then, or whose last evaluation was not."""
            day = moment.date()
            lasting = Workshop.objects.filter(Q(ends_on__gte=day) | Q(waves__closes_on__gte=day)).values("pk")
            ran = Facilitation.objects.filter(workshop__in=lasting).values("person")
            return Person.objects.filter(Q(registrations__workshop__in=lasting) | Q(pk__in=ran)).values("pk")

        def lists_of_own_workshops(person: Any) -> Any:
            """Pages with the names of a workshop in which the person has, or had, a place."""
            codes = list(Workshop.objects.filter(registrations__person=person).values_list("code", flat=True))
            return Q(action__in=["workshops.people_read", "workshops.people_downloaded"], after__workshop__in=codes)

        def participants_with_their_agencies(account: Any) -> Any:
            workshops = Workshop.objects.facilitated_by(account).values("pk")
            active = Registration.objects.active().filter(workshop__in=workshops)
            return active.order_by("-pk").values_list("person", "agency")

        holdings.register(*HOLDINGS)
        holdings.register_keeper(taking_part_since)
        sightings.register(lists_of_own_workshops)
        holdings.register_eraser(withdraw_erased)
        merging.register(*MERGE_RULES)
        merging.register_follower(follow_merge)

        def facilitators_of_workshops(person: Any) -> Iterator[scopes.Sight]:
            workshops = Registration.objects.filter(person=person).values("workshop")
            inside = Facilitation.objects.running() | Facilitation.objects.helping(timezone.localdate())
            named = inside.filter(workshop__in=workshops, person__account__is_active=True)
            for each in named.select_related("person__account__person", "workshop").order_by("workshop__starts_on"):
                reason = gettext("Facilitator of the workshop “%(title)s”")
                if each.right != Facilitation.Right.EVERYTHING:
                    reason = gettext("Helper in the workshop “%(title)s”, who may: %(right)s")
                words = {"title": each.workshop.title, "right": each.get_right_display()}
                yield scopes.Sight(each.person.account, reason % words)

        consequences.register(foretell_registrations)
        translatables.register(*KINDS)
        guards.register(objection_to_deletion)
        scopes.register(people_of_own_workshops, facilitators_of_workshops)
        scopes.register_inviting(participants_with_their_agencies)
