"""Under which rules somebody takes a test: those of the test, and in their place what is different for some people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from assessments.models import Override, Test
from people.models import Agency, Person


@dataclass(frozen=True)
class Terms:
    """Limits and dates of a test as they hold for one person; None where there is no limit or no date.

    `extra_minutes` are what an exception adds to the minutes of the test; `minutes` holds both together.
    """

    minutes: int | None
    extra_minutes: int
    attempts_limit: int | None
    opens_at: datetime | None
    closes_at: datetime | None

    def deadline(self, started_at: datetime) -> datetime | None:
        """When an attempt ends by itself: after its minutes, or when the test closes, whichever comes first."""
        ends = started_at + timedelta(minutes=self.minutes) if self.minutes else None
        return min((each for each in (ends, self.closes_at) if each), default=None)

    def not_yet(self, moment: datetime) -> bool:
        """Whether the test opens later."""
        return self.opens_at is not None and moment < self.opens_at

    def no_longer(self, moment: datetime) -> bool:
        """Whether the test has closed."""
        return self.closes_at is not None and moment >= self.closes_at


def terms_for(*, test: Test, person: Person, agency: Agency) -> Terms:
    """Return what holds for a person who takes the test for an agency; one query."""
    exception = Override.objects.holding(test, person, agency) or Override()
    extra = (exception.extra_minutes or 0) if test.time_limit_minutes else 0
    return Terms(
        minutes=test.time_limit_minutes + extra if test.time_limit_minutes else None,
        extra_minutes=extra,
        attempts_limit=test.attempts_limit if exception.attempts_limit is None else exception.attempts_limit,
        opens_at=exception.opens_at or test.opens_at,
        closes_at=exception.closes_at or test.closes_at,
    )
