"""What works with a resource, by its translation key, and what shows a shared text, by its slug; where that is found.

Resources say it to readers; shared texts to editors, and none is deleted while something shows it.
"""

from uuid import UUID

from core.uses import Finders

_finders: Finders[UUID] = Finders()
register, uses_of = _finders.register, _finders.uses_of
_of_shared: Finders[str] = Finders()
register_showing, lessons_showing = _of_shared.register, _of_shared.uses_of
