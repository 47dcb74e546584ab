"""What is said when a rule about modules is not met."""

from core.errors import DomainError


class CourseError(DomainError):
    """A rule about modules, lessons, enrolment or assignments was not met."""
