"""What the agencies of the demonstration ask of their people: a path, a module that is overdue, an exemption."""

from datetime import datetime, timedelta

from courses.models import Assignment, LearningPath, Module
from courses.services import assign, create_path, exempt
from operations.demo.clock import at
from operations.demo.people import World
from people.models import Membership, Person

AGENCY = "HLT-01-BR"


def load_assigning(world: World, now: datetime) -> None:
    """A path of three modules is to be done soon; one module was due twelve days ago, for some it is still open."""
    coordinator, agency = world.accounts["coordinator"], world.agencies[AGENCY]
    with at(now - timedelta(days=75)):
        path = _path(world)
        assigned = assign(
            actor=coordinator,
            path=path,
            agency=agency,
            due_on=(now + timedelta(days=24)).date(),
            note="Начните, пожалуйста, с основ: на них опираются остальные модули.",
        )
        assign(
            actor=coordinator,
            module=Module.objects.get(code="M4"),
            agency=agency,
            due_on=(now - timedelta(days=12)).date(),
        )
    with at(now - timedelta(days=40)):
        _exempt_somebody(world, assigned)


def _path(world: World) -> LearningPath:
    codes = ["M0", "M2", "M3"]
    return create_path(
        titles={
            "title_en": "First steps of a health institution",
            "title_ru": "Первые шаги для организаций здравоохранения",
            "title_be": "Першыя крокі для арганізацый аховы здароўя",
        },
        modules=sorted(Module.objects.filter(code__in=codes), key=lambda each: codes.index(each.code)),
        agency_kind="health_institution",
        posts="",
        actor=world.accounts["manager"],
    )


def _exempt_somebody(world: World, assignment: Assignment) -> None:
    """The last of the agency who has not done it: a long leave."""
    known = [account.person_id for account in world.accounts.values()]
    members = Membership.objects.current().filter(agency=world.agencies[AGENCY]).exclude(person__in=known)
    done = Person.objects.filter(enrolments__completed_at__isnull=False).values("pk")
    person = Person.objects.filter(pk__in=members.values("person")).exclude(pk__in=done).latest("pk")
    reason = "Отпуск по уходу за ребёнком до сентября."
    exempt(assignment=assignment, person=person, reason=reason, actor=world.accounts["coordinator"])
