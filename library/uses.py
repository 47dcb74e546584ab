"""What teaches with a resource, by its translation key, and where that is read."""

from uuid import UUID

from core.uses import Finders

_finders: Finders[UUID] = Finders()
register, uses_of = _finders.register, _finders.uses_of
