"""What people of the demonstration asked about records: to be excused, to have a record mended, and the answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from operations.demo.clock import at
from operations.demo.people import World
from people.models import Account
from workshops.models import AttendanceRecord, AttendanceRequest, AttendanceStatus, Registration, Workshop
from workshops.services import ask_for_correction, ask_to_be_excused, grant_record_change, refuse_record_change

RUNNING, OVER, LOCKED = "IW-02", "IW-01", "RW-05"
# Of the sessions of the second day those that nobody has begun to hold.
GRANTED, STILL_OPEN, REFUSED = 6, 7, 8


def load_record_changes(world: World, now: datetime) -> None:
    """Ask and answer: excuses for today's sessions, corrections of registers signed weeks ago, one that is locked."""
    story = _Story(world, now)
    story.excuses(Workshop.objects.get(code=RUNNING))
    story.corrections(Workshop.objects.get(code=OVER))
    story.locked(Workshop.objects.get(code=LOCKED))


@dataclass(frozen=True)
class _Story:
    world: World
    now: datetime

    def excuses(self, workshop: Workshop) -> None:
        """One of the coordinator's people is excused, another was refused, the learner asked last night."""
        learner = workshop.registrations.get(person=self._learner.person)
        others = self._own(workshop).exclude(pk=learner.pk).order_by("pk")
        colleague = others.filter(agency__code="GOV-11-BR").exclude(person=self._coordinator.person)[0]
        participant = others.filter(agency__code="HLT-01-BR", person__account__isnull=False)[0]
        with at(self._morning(4)):
            told = self._excuse(colleague, GRANTED, "В этот час доклад в исполкоме.", self._coordinator)
            asked = self._excuse(participant, REFUSED, "Поезд домой в 15:10.", participant.person.account)
        with at(self._morning(3)):
            grant_record_change(request=told, answer="Хорошо, материалы пришлём.", actor=self._facilitator)
            answer = "На последнем занятии итоговый тест и оценка. Следующий поезд в 18:40."
            refuse_record_change(request=asked, answer=answer, actor=self._facilitator)
        with at(self.now - timedelta(hours=4)):
            self._excuse(learner, STILL_OPEN, "Приём пациентов, замены пока нет.", self._learner)

    def corrections(self, workshop: Workshop) -> None:
        """After the workshop: one granted, the learner's refused, one that waits for an answer."""
        records = self._records(workshop)
        absent = records.filter(status=AttendanceStatus.ABSENT)[0]
        own = records.filter(person=self._learner.person).exclude(status=AttendanceStatus.PRESENT)[0]
        late = records.filter(status=AttendanceStatus.LATE).exclude(person__in=[absent.person, own.person])[0]
        over = workshop.sessions.latest("ends_at").ends_at
        with at(over + timedelta(days=1)):
            granted = self._correct(absent, "Работа за столом другого района, на листе записи нет.", self._coordinator)
            refused = self._correct(own, "На занятии до конца, выход только на звонок.", self._learner)
        with at(over + timedelta(days=2)):
            grant_record_change(request=granted, answer="Верно, есть запись соведущего.", actor=self._facilitator)
            answer = "Соведущий отметил время ухода у выхода из зала."
            refuse_record_change(request=refused, answer=answer, actor=self._facilitator)
        with at(self._morning(2)):
            self._correct(late, "Автобус области пришёл позже, есть письмо перевозчика.", self._coordinator)

    def locked(self, workshop: Workshop) -> None:
        """The register is locked, so only a programme manager can still grant what a coordinator asks for."""
        with at(self._morning(5)):
            absent = self._records(workshop).filter(status=AttendanceStatus.ABSENT)[0]
            self._correct(absent, "Удостоверение с отметкой о прибытии нашлось в бухгалтерии.", self._coordinator)

    def _morning(self, days: int) -> datetime:
        """Ten o'clock so many days ago."""
        return self.now - timedelta(days=days) + timedelta(hours=10)

    @property
    def _learner(self) -> Account:
        return self.world.accounts["learner"]

    @property
    def _coordinator(self) -> Account:
        return self.world.accounts["coordinator"]

    @property
    def _facilitator(self) -> Account:
        return self.world.accounts["facilitator"]

    def _own(self, workshop: Workshop) -> QuerySet[Registration]:
        """Those whom the coordinator sees, with a place."""
        found = Registration.objects.visible_to(self._coordinator).select_related("person__account")
        return found.filter(workshop=workshop, state=Registration.State.CONFIRMED)

    def _records(self, workshop: Workshop) -> QuerySet[AttendanceRecord]:
        """Records of people whom the coordinator sees, apart from the own ones."""
        found = AttendanceRecord.objects.visible_to(self._coordinator).exclude(person=self._coordinator.person)
        found = found.filter(session__workshop=workshop, session__makes_up_for__isnull=True)
        return found.select_related("session", "registration", "person").order_by("session", "pk")

    def _excuse(self, registration: Registration, number: int, reason: str, actor: Account) -> AttendanceRequest:
        session = registration.workshop.sessions.get(number=number)
        return ask_to_be_excused(registration=registration, session=session, reason=reason, actor=actor)

    def _correct(self, record: AttendanceRecord, reason: str, actor: Account) -> AttendanceRequest:
        """Ask that somebody be present."""
        return ask_for_correction(
            registration=record.registration,
            session=record.session,
            status=AttendanceStatus.PRESENT,
            reason=reason,
            actor=actor,
        )
