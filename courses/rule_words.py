"""What a module asked of somebody and what there is, in the language that is active."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.explanations import Line, per_cent


def lines(counted: Mapping[str, Any]) -> list[Line]:
    """Return an explanation (`courses.progress.Standing.explanation`) as people read it, a line for each condition.

    A stored one is met throughout; of one that is under way the test is met when it names the attempt that passed.
    """
    done, required = counted["lessons"]
    found = []
    if required:
        text = _("%(done)d of %(required)d lessons") % {"done": done, "required": required}
        found.append(Line(text, done >= required, "" if done >= required else _("Read the lessons that are left.")))
    if counted["pass_mark"] is not None:
        found.append(_test(counted))
    return found


def _test(counted: Mapping[str, Any]) -> Line:
    values = {"mark": per_cent(counted["mark"], counted["max_mark"]), "pass_mark": counted["pass_mark"]}
    passed = counted["attempt"] is not None
    if counted["mark"] is None:
        text = _("final test not passed yet (pass mark %(pass_mark)d %%)") % values
    else:
        text = _("final test %(mark)d %% (pass mark %(pass_mark)d %%)") % values
    return Line(text, passed, "" if passed else _("Take the final test."))
