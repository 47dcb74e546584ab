"""What a programme asked of somebody and what there is, in the language that is active."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.explanations import Line, per_cent
from programmes import rules
from programmes.models import Programme

Counted = Mapping[str, Any]


def lines(counted: Counted) -> list[Line]:
    """Return an explanation (`programmes.rules.explain`) as people read it, a line for each thing asked for."""
    return [_WORDS[condition.name](counted, condition.met) for condition in rules.conditions(counted)]


def demands(programme: Programme, modules: int, workshops: int) -> list[str]:
    """Return what the certificate of a programme of so many modules and workshops asks for, a sentence for each."""
    rule, said = programme.rule, []
    if modules and rule.modules_needed is not None and rule.modules_needed < modules:
        words = _("%(needed)d of the %(all)d modules, in any order")
        said.append(words % {"needed": rule.modules_needed, "all": modules})
    elif modules:
        said.append(ngettext("%(all)d module", "All %(all)d modules", modules) % {"all": modules})
    if workshops and rule.threshold:
        said.append(_("%(threshold)d %% of the hours of all workshops together") % {"threshold": rule.threshold})
    if workshops and rule.test_required:
        said.append(_("The test after each workshop, passed with %(mark)d %%") % {"mark": rule.pass_mark})
    if workshops and rule.evaluation_invited:
        said.append(_("Being asked for an evaluation, which nobody has to answer"))
    return said


def _modules(counted: Counted, met: bool) -> Line:
    done, needed, _all = counted["modules"]
    text = _("modules completed: %(done)d, asked for: %(needed)d") % {"done": done, "needed": needed}
    return Line(text, met, "" if met else _("Complete another module of the programme."))


def _hours(counted: Counted, met: bool) -> Line:
    share = per_cent(counted["credited_minutes"], counted["planned_minutes"])
    values = {"share": share, "threshold": counted["threshold"]}
    text = _("%(share)d %% of the hours of the workshops (%(threshold)d %% are asked for)") % values
    return Line(text, met, "" if met else _("Take part in the workshops of the programme that are still to come."))


def _tests(counted: Counted, met: bool) -> Line:
    passed, tests = counted["tests"]
    values = {"passed": passed, "tests": tests, "pass_mark": counted["pass_mark"]}
    text = _("tests after passed: %(passed)d of %(tests)d (pass mark %(pass_mark)d %%)") % values
    return Line(text, met, "" if met else _("Take the test after of each workshop."))


def _evaluation(_counted: Counted, met: bool) -> Line:
    if met:
        return Line(_("asked for an evaluation"), True)
    return Line(_("not yet asked for an evaluation"), False, _("You are asked when a workshop is over."))


_WORDS: dict[str, Callable[[Counted, bool], Line]] = {
    rules.MODULES: _modules,
    rules.HOURS: _hours,
    rules.TESTS: _tests,
    rules.EVALUATION: _evaluation,
}
