"""Which texts practise a question, by its code, and where they are edited."""

from core.uses import Finders

_finders: Finders[str] = Finders()
register, uses_of = _finders.register, _finders.uses_of
