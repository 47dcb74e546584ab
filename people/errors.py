"""What is said when a rule about people is not met."""

from core.errors import DomainError


class PeopleError(DomainError):
    """A rule about persons, agencies or roles was not met."""
