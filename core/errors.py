"""What a service raises when the world does not allow what was asked."""

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule was not met. `message` is a whole sentence for the person who asked, translated or translatable."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class FormatError(ValueError):
    """A file, or a part of it, that cannot be read. `message` is a whole sentence for whoever sent it."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class GoneError(OSError):
    """Something that the site stands on cannot be reached now. Whoever asks again later may get it."""


class StorageGoneError(GoneError):
    """Files cannot be reached now, or no more fit there."""


class MailGoneError(GoneError):
    """The mail server takes nothing now. What it said is not repeated: it names the reader."""
