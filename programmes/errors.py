"""What this app refuses. Each carries a whole sentence for the person."""

from core.errors import DomainError


class ProgrammeError(DomainError):
    """A rule about programmes was not met."""
