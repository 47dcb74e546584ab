"""Which workshops go with a module, by the code of the module; the app that knows registers a finder."""

from core.uses import Finders

_finders: Finders[str] = Finders()
register, workshops_for = _finders.register, _finders.uses_of
