"""The one door to a named report: scope, question, and the note that a manager read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.context import current
from audit.services import record
from people.models import Account
from reports import queries
from reports.columns import Report
from reports.permissions import Readers, can_read

# So much of a code that was typed into an address is noted when it is refused.
LONGEST_NOTED = 100


class Asked(TypedDict, total=False):
    """What is asked of a report: agency, workshop, module, programme and test by code.

    alone leaves out what lies below the agency; language is that of workshops, or of attempts at a test, of which form
    and attempts say which are counted (`queries.Counting`); person is a public code; outside: as figures may leave the
    programme.
    """

    agency: str
    alone: bool
    workshop: str
    module: str
    programme: str
    test: str
    form: str
    attempts: str
    aspect: str
    language: str
    first_day: date | None
    last_day: date | None
    figure: str
    person: str
    outside: bool


def read_report(*, name: str, account: Account, **asked: Unpack[Asked]) -> Report:
    """Return a report as the account may read it.

    Without an agency a coordinator gets the own ones with everything below them. Managers get figures as the programme
    may see them, or, if `outside`, as they may leave it. Whoever reads names without being their coordinator is noted,
    or rows about single people; and so is whoever asks for what does not exist for the account, which raises
    OutOfScopeError.
    """
    with refusals_noted(account, name, **asked), transaction.atomic():
        kind, question = asked_about(name=name, account=account, **asked)
        return answer(account, kind, question)


def answer(account: Account, kind: queries.Kind, question: queries.Question) -> Report:
    """Return the report about what an account may ask (`asked_about`)."""
    note_reading(account, kind, question)
    return kind.ask(question)


def note_reading(account: Account, kind: queries.Kind, question: queries.Question) -> None:
    """Note that an account reads what is asked, where that is noted."""
    if kind.single or (kind.named and is_told_of(account)):
        record("reports.read", actor=account, after={"report": kind.name, **question.filters})


def is_told_of(account: Account) -> bool:
    """Whether a reading of names is noted: by whoever coordinates all, and by whoever looks as somebody else."""
    return account.sees_everybody or current().seen_as is not None


@contextmanager
def refusals_noted(account: Account, what: str, **asked: Any) -> Iterator[None]:
    """Note who asks for what does not exist for the account: an address that somebody else shared, or a try.

    It stands outside of the transaction that is given up.
    """
    try:
        yield
    except queries.OutOfScopeError:
        told = {name: str(value)[:LONGEST_NOTED] for name, value in asked.items() if value}
        record("reports.refused", actor=account, after={"report": what[:LONGEST_NOTED], **told})
        raise


def kind_called(*, name: str, account: Account) -> queries.Kind:
    """Return a report that the account may read at all. Raises OutOfScopeError for any other, which is noted."""
    with refusals_noted(account, name):
        kind = queries.KINDS.get(name)
        if kind is None:
            raise queries.OutOfScopeError(_("There is no report with this name."))
        _check_reader(account, kind)
        return kind


def _check_reader(account: Account, kind: queries.Kind) -> None:
    if not can_read(account, kind.readers):
        raise queries.OutOfScopeError(_("This report is for programme managers."))


def asked_about(*, name: str, account: Account, **asked: Unpack[Asked]) -> tuple[queries.Kind, queries.Question]:
    """Return what is asked. Raises OutOfScopeError for what does not exist for the account."""
    kind = queries.KINDS.get(name)
    if kind is None:
        raise queries.OutOfScopeError(_("There is no report with this name."))
    scope = queries.scope_of(account, asked.get("agency", ""), alone=asked.get("alone", False))
    # Editors coordinate nothing and read about questions of all.
    if kind.readers != Readers.EDITORS and not scope.agencies.exists():
        raise queries.OutOfScopeError(_("You coordinate no agency, so there is nothing to report about."))
    _check_reader(account, kind)
    workshop, module, programme = asked.get("workshop"), asked.get("module"), asked.get("programme")
    test, form = queries.test_called(asked["test"], asked.get("form", "")) if asked.get("test") else (None, "")
    return kind, queries.Question(
        scope=scope,
        now=timezone.now(),
        audience=audience_of(account=account, kind=kind, outside=asked.get("outside", False)),
        # Of any agency of the account: a workshop in which the named agency had nobody is an empty report.
        workshop=queries.workshop_in(scope.widest, workshop) if workshop else None,
        module=queries.module_called(module) if module else None,
        programme=queries.programme_called(programme) if programme else None,
        test=test,
        form=form,
        attempts=(asked.get("attempts") or queries.Counting.FIRST) if test else "",
        aspect=asked.get("aspect", ""),
        language=asked.get("language", ""),
        first_day=asked.get("first_day"),
        last_day=asked.get("last_day"),
        figure=asked.get("figure", ""),
        person=asked.get("person", ""),
    )


def audience_of(*, account: Account, kind: queries.Kind, outside: bool = False) -> queries.Audience:
    """Return for whom figures are made: the own agency, the programme, or, if asked for, somebody outside of it."""
    if kind.readers == Readers.EDITORS:
        return queries.Audience.PROGRAMME
    if kind.named or not account.sees_everybody:
        return queries.Audience.AGENCY
    return queries.Audience.OUTSIDE if outside and not kind.inside else queries.Audience.PROGRAMME
