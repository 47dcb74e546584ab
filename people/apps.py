from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from people import checks, holdings, merging, scopes, sightings  # noqa: F401  (checks register themselves)
        from people.models import Agency, Membership, PeopleImportRow, Person, RoleGrant

        def members_of_coordinated_agencies(account: Any) -> Any:
            agencies = Agency.objects.coordinated_by(account).values("pk")
            return Membership.objects.filter(agency__in=agencies).values("person")

        def at_work(moment: Any) -> Any:
            """People who have signed in since then, joined an agency, hold a role, or wait for an answer."""
            day = moment.date()
            lasts = Q(account__role_grants__valid_to__isnull=True) | Q(account__role_grants__valid_to__gte=day)
            roles = Q(account__role_grants__isnull=False) & lasts
            seen = Q(account__last_login__gte=moment) | Q(memberships__valid_from__gte=day)
            return Person.objects.filter(roles | seen | Q(data_requests__state="waiting")).values("pk")

        holdings.register_keeper(at_work)
        holdings.register(*holdings.HOLDINGS, *holdings.HOLDINGS_BELOW)
        if apps.is_installed("allauth.socialaccount"):
            holdings.register(*holdings.HOLDINGS_OF_MINISTRIES)
        # Of two accounts one stays, with all addresses: its own one stays the first.
        merging.register(merging.MergeRule("account.EmailAddress", arrives={"primary": False}))

        def coordinators_of_agencies(person: Any) -> Iterator[scopes.Sight]:
            grants = RoleGrant.objects.reaching(Agency.objects.filter(memberships__person=person))
            for grant in grants.select_related("account__person", "agency"):
                reason = gettext("Coordinator of %(agency)s") % {"agency": grant.agency}
                yield scopes.Sight(grant.account, reason, grant.valid_from)

        def pages_of_own_agencies(person: Any) -> Any:
            """Pages and files with the people of an agency to which the person belonged at that time or since."""
            agencies = person.memberships.values_list("agency", "agency__path")
            keys = [str(key) for key, _path in agencies]
            above = {key for _key, path in agencies for key in (path or "").split("/")}
            read = Q(action="people.agency_people_read", object_id__in=keys)
            return read | Q(action="people.people_exported", object_id__in=above)

        def lists_with_the_person(person: Any) -> Any:
            """Lists of people that somebody else looked at or took along: those that name the person."""
            sources = PeopleImportRow.objects.filter(person=person).values_list("source", flat=True)
            read = ["people.list_read", "people.list_fetched"]
            return Q(action__in=read, object_id__in=[str(key) for key in sources])

        sightings.register(pages_of_own_agencies)
        sightings.register(lists_with_the_person)
        scopes.register(members_of_coordinated_agencies, coordinators_of_agencies)
