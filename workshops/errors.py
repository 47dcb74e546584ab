"""What this app refuses. Each carries a whole sentence for the person."""

from core.errors import DomainError


class WorkshopError(DomainError):
    """A rule about outlines, workshops or sessions was not met."""


class SeatError(WorkshopError):
    """A person cannot be registered: no seat is free, or the workshop takes nobody any more."""


class RegisterError(WorkshopError):
    """The register does not allow this now: it is closed, signed or locked, or the person is not on it."""


class UnrecordedError(RegisterError):
    """The register says nothing yet about some people; whoever signs it must say that this is meant."""


class AttendedError(RegisterError):
    """Attendance was recorded for a session that is to be moved; whoever moves it must say that this is meant."""
