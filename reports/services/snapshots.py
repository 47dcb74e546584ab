"""Freezing reports, correcting them, and finding out which one a file is of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.services import record
from core.errors import DomainError
from core.numbers import rounded
from people.models import Account, Agency, Language
from reports import formats, freezing, queries
from reports.columns import Report
from reports.models import Snapshot, SnapshotFile
from reports.permissions import Readers, can_freeze
from reports.services.reading import Asked, asked_about, is_told_of, kind_called, refusals_noted

# The version of the rules by which cells are hidden (docs/decisions/0019); when they change, so does this.
RULES = 1
# More are no report that somebody puts their name to, and would take too long in three languages.
MOST_ROWS = 5000
# How often a report is read anew when figures change while it is read in one language after the other, and how often
# another number is taken when somebody took the same one at the same time.
TRIES = 3
HASH = re.compile(r"[0-9a-f]{64}")


class SnapshotError(DomainError):
    """A rule about frozen reports was not met."""


@dataclass(frozen=True)
class Frozen:
    """What is put into a row: the question, its answers in each language, and as text."""

    kind: queries.Kind
    question: queries.Question
    answers: Mapping[str, Report]
    text: str

    @property
    def report(self) -> Report:
        """The answer in English, whose figures are those of all."""
        return self.answers[Language.EN]


def freeze_report(*, name: str, account: Account, **asked: Any) -> Snapshot:
    """Freeze a report as it is now: a number, figures and words in all languages, and the files.

    Takes what `read_report` takes. Raises OutOfScopeError for what does not exist for the account, SnapshotError for
    what cannot be frozen: a question that was frozen already is corrected, not frozen twice.
    """
    kind, question = _to_be_frozen(name, account, asked)
    return _freeze(kind, question, account)


def frozen_before(*, name: str, account: Account, **asked: Any) -> Snapshot | None:
    """Return what was frozen of a question, the last correction of it; None while nothing was.

    Takes and raises what `freeze_report` does.
    """
    return _standing(*_to_be_frozen(name, account, asked))


def freeze_for_everybody(*, name: str, **asked: Any) -> Snapshot:
    """Freeze a report of all agencies without somebody who asks, once: the same question returns the one that exists.

    For the timetable. It names nobody.
    """
    kind = queries.KINDS[name]
    scope = queries.Scope(Agency.objects.all())
    question = queries.Question(scope=scope, now=timezone.now(), audience=queries.Audience.PROGRAMME, **asked)
    existing = Snapshot.objects.filter(question=_in_one_word(kind, question)).order_by("-made_at", "-pk").first()
    return existing or _freeze(kind, question, None)


def correct_snapshot(*, snapshot: Snapshot, account: Account, reason: str) -> Snapshot:
    """Freeze the same question anew, because facts were corrected; the new one names the old one, which stays.

    What the old one hid stays hidden. Raises SnapshotError when nothing has changed or it was corrected before.
    """
    kind = kind_called(name=snapshot.report, account=account)
    _check_may_freeze(account, kind)
    if not reason.strip():
        raise SnapshotError(_("Say what was corrected: whoever has the earlier one reads it."))
    with refusals_noted(account, snapshot.number):
        kind, question = asked_about(name=snapshot.report, account=account, **_asked(snapshot))
    return _freeze(kind, question, account, snapshot, reason.strip())


def read_snapshot(*, number: str, account: Account) -> Snapshot:
    """Return a frozen report that the account may read. Who reads is noted as by `read_report`.

    Raises OutOfScopeError for any other number, which is noted as well.
    """
    with refusals_noted(account, number):
        found = Snapshot.objects.visible_to(account).without_content().filter(number=number).first()
        if found is None:
            raise queries.OutOfScopeError(_("There is no such frozen report among those that you may read."))
    kind = queries.KINDS.get(found.report)
    if (kind is not None and kind.single) or (found.named and is_told_of(account)):
        record("reports.read", actor=account, obj=found, after={"report": found.number, **found.filters})
    return found


def report_of(snapshot: Snapshot, language: str) -> Report:
    """Return the report as it was frozen, in a language."""
    return freezing.from_text(snapshot.content, language)


def content_of(file: SnapshotFile) -> bytes:
    """Return the bytes of a file as they were frozen. Raises SnapshotError when those that are stored are not they."""
    try:
        with file.file.open() as stored:
            content: bytes = stored.read()
    except OSError as error:
        raise SnapshotError(_("This file cannot be read where it is kept. Tell the operator of this site.")) from error
    if freezing.digest(content) != file.sha256:
        raise SnapshotError(_("This file is not any more what was frozen. Tell the operator of this site."))
    return content


def files_with_hash(said: str) -> Sequence[SnapshotFile]:
    """Return the files of frozen reports with a SHA-256; none for what is no hash.

    Spaces and capital letters, as programs show a hash, do not matter.
    """
    wanted = "".join(said.split()).lower()
    if not HASH.fullmatch(wanted):
        return []
    return list(SnapshotFile.objects.filter(sha256=wanted).select_related("snapshot__replaced_by").order_by("pk"))


def can_be_frozen(*, kind: queries.Kind, account: Account) -> bool:
    """Whether the account may freeze a report of this kind."""
    return bool(kind.number) and can_freeze(account, kind.readers, named=kind.named)


# --- What is asked --------------------------------------------------------------------------------------------------


def _to_be_frozen(name: str, account: Account, asked: Mapping[str, Any]) -> tuple[queries.Kind, queries.Question]:
    kind = kind_called(name=name, account=account)
    _check_may_freeze(account, kind)
    with refusals_noted(account, name, **asked):
        kind, question = asked_about(name=name, account=account, **_with_agency(account, kind, asked))
    if asked.get("outside") and question.audience != queries.Audience.OUTSIDE:
        raise SnapshotError(_("This report does not leave the programme."))
    if any(not getattr(question, need) for need in kind.needs):
        raise SnapshotError(_("Say first what the report shall be about."))
    return kind, question


def _check_may_freeze(account: Account, kind: queries.Kind) -> None:
    if not can_be_frozen(kind=kind, account=account):
        raise PermissionDenied(
            _("Managers freeze reports; coordinators freeze those about the attendance and results of their people.")
        )


def _with_agency(account: Account, kind: queries.Kind, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Name the agency of whoever coordinates one tree: what is frozen does not change with a role.

    Raises SnapshotError where names are asked for and it is not clear of which agency.
    """
    if asked.get("agency") or not kind.named:
        return dict(asked)
    scope = list(Agency.objects.visible_to(account).order_by("path")) if not account.sees_everybody else []
    if not scope or not all((each.path or "").startswith(scope[0].path or "") for each in scope):
        raise SnapshotError(_("Choose an agency: a frozen report that names people is about one."))
    return {**asked, "agency": scope[0].code}


def _asked(snapshot: Snapshot) -> Asked:
    filters = snapshot.filters
    return {
        "agency": filters.get("agency", ""),
        "alone": "subtree" in filters,
        "workshop": filters.get("workshop", ""),
        "module": filters.get("module", ""),
        "programme": filters.get("programme", ""),
        "test": filters.get("test", ""),
        "form": filters.get("form", ""),
        "attempts": filters.get("attempts", ""),
        "aspect": filters.get("aspect", ""),
        "language": filters.get("language", ""),
        "first_day": snapshot.first_day,
        "last_day": snapshot.last_day,
        "outside": snapshot.audience == queries.Audience.OUTSIDE,
    }


def _in_one_word(kind: queries.Kind, question: queries.Question) -> str:
    days = [day.isoformat() if day else "" for day in (question.first_day, question.last_day)]
    filters = [f"{name}={code}" for name, code in sorted(question.filters.items())]
    return freezing.digest("\n".join([kind.name, question.audience, *days, *filters]))


# --- Freezing -------------------------------------------------------------------------------------------------------


def _freeze(
    kind: queries.Kind,
    question: queries.Question,
    account: Account | None,
    replaces: Snapshot | None = None,
    reason: str = "",
) -> Snapshot:
    _check_free(kind, question, replaces)
    answers = _answers(kind, question)
    if replaces is not None and question.audience.smallest:
        answers = {
            language: freezing.still_hidden(report_of(replaces, language), report)
            for language, report in answers.items()
        }
    found = Frozen(kind, question, answers, freezing.to_text(answers))
    _check(found, replaces)
    for _try in range(TRIES):
        row = _row(found, account, replaces, reason)
        try:
            return _save(row, _rendered(found, row))
        except IntegrityError:
            # Somebody took the number, or froze or corrected the same one, at this moment.
            _check_free(kind, question, replaces)
    raise SnapshotError(_("Somebody else froze a report at the same time. Try again."))


def _check_free(kind: queries.Kind, question: queries.Question, replaces: Snapshot | None) -> None:
    """A question is frozen once, and each answer corrected once."""
    if replaces is not None:
        if not Snapshot.objects.standing().filter(pk=replaces.pk).exists():
            raise SnapshotError(_("This report was corrected already. Correct the latest one."))
        return
    same = _standing(kind, question)
    if same is not None:
        raise SnapshotError(
            _("This is frozen already as %(number)s. Correct that one if facts have changed.") % {"number": same.number}
        )


def _standing(kind: queries.Kind, question: queries.Question) -> Snapshot | None:
    """What was frozen of a question and that no correction has taken the place of."""
    return Snapshot.objects.standing().filter(question=_in_one_word(kind, question)).order_by("-pk").first()


def _answers(kind: queries.Kind, question: queries.Question) -> dict[str, Report]:
    """The report in each language; while facts change between one and the next, all are read anew."""
    for _try in range(TRIES):
        answers = {}
        for language in Language.values:
            with translation.override(language):
                answers[language] = kind.ask(question)
        first, *others = (freezing.figures(report) for report in answers.values())
        if all(each == first for each in others):
            return answers
    raise SnapshotError(_("Figures are changing at this moment. Try again in a minute."))


def _check(found: Frozen, replaces: Snapshot | None) -> None:
    if len(found.report.rows) > MOST_ROWS:
        raise SnapshotError(
            _("A frozen report holds at most %(most)s rows. Narrow it down.") % {"most": rounded(MOST_ROWS)}
        )
    if replaces is not None and found.text == _written_today(replaces):
        raise SnapshotError(_("Nothing has changed since: the figures are those of the frozen report."))
    if found.question.audience != queries.Audience.OUTSIDE:
        return
    for each in _seen_outside(found, replaces):
        if freezing.told_apart(report_of(each, Language.EN), found.report, found.question.audience.smallest):
            raise SnapshotError(
                _(
                    "Whoever also has %(number)s could find out something about fewer than ten people from the two "
                    "together. Choose a period that has no day in common with it."
                )
                % {"number": each.number}
            )
    alike = [report_of(each, Language.EN) for each in _left(found, replaces) if each.filters == found.report.filters]
    if freezing.told_in_a_chain(alike, found.report, found.question.audience.smallest):
        raise SnapshotError(
            _(
                "Whoever has the frozen reports of other periods could add and subtract them, and find out something "
                "about fewer than ten people. Choose a period that has no day in common with them."
            )
        )


def _written_today(snapshot: Snapshot) -> str:
    """The text of a frozen report as this release writes it: one of an earlier release may lack what is new."""
    return freezing.to_text({language: report_of(snapshot, language) for language in Language.values})


def _seen_outside(found: Frozen, replaces: Snapshot | None) -> list[Snapshot]:
    """Frozen reports of the same name that left the programme, about days that are asked for too.

    Of the same question there is only what a correction takes the place of; `still_hidden` sees to that.
    """
    period = found.question.first_day, found.question.last_day
    return [each for each in _left(found, replaces) if freezing.overlap((each.first_day, each.last_day), period)]


def _left(found: Frozen, replaces: Snapshot | None) -> list[Snapshot]:
    """Frozen reports of the same name and of other questions that left the programme."""
    left = Snapshot.objects.filter(report=found.kind.name, audience=queries.Audience.OUTSIDE)
    return list(left.exclude(question=replaces.question) if replaces is not None else left)


# Language, kind of `formats.TYPES`, bytes.
_Content = tuple[str, str, bytes]


def _row(found: Frozen, account: Account | None, replaces: Snapshot | None, reason: str) -> Snapshot:
    now, question = timezone.now(), found.question
    series = f"{found.kind.number}-{timezone.localdate(now).year}-"
    taken = Snapshot.objects.filter(number__startswith=series).values_list("number", flat=True)
    place = max((int(number.removeprefix(series)) for number in taken), default=0) + 1
    return Snapshot(
        number=f"{series}{place:04}",
        report=found.kind.name,
        titles={language: report.title for language, report in found.answers.items()},
        question=_in_one_word(found.kind, question),
        filters=dict(found.report.filters),
        first_day=question.first_day,
        last_day=question.last_day,
        agency=question.scope.agency,
        named=found.kind.named,
        for_managers=found.kind.readers != Readers.COORDINATORS,
        audience=question.audience,
        smallest=question.audience.smallest,
        rules=RULES,
        provisional=found.report.provisional,
        rows=len(found.report.rows),
        content=found.text,
        sha256=freezing.digest(found.text),
        made_by=account,
        made_at=now,
        replaces=replaces,
        reason=reason,
    )


def _rendered(found: Frozen, row: Snapshot) -> list[_Content]:
    """The files, made before the transaction begins: they take seconds."""
    moment = timezone.localtime(row.made_at).replace(tzinfo=None)
    contents = []
    for language, report in found.answers.items():
        with translation.override(language):
            who = row.made_by.get_full_name() if row.made_by is not None else _("made by itself every month")
            making = formats.Making(who, moment, row.number)
            contents += [(language, kind, formats.rendered(report, kind, making)) for kind in formats.TYPES]
    return contents


def _save(row: Snapshot, contents: Sequence[_Content]) -> Snapshot:
    files: list[SnapshotFile] = []
    try:
        with transaction.atomic():
            row.save()
            for language, kind, content in contents:
                file = SnapshotFile(snapshot=row, language=language, format=kind, size=len(content))
                file.sha256 = freezing.digest(content)
                file.file.save(f"{row.number}-{language}.{kind}", ContentFile(content), save=False)
                files.append(file)
                file.save()
            record("reports.frozen", actor=row.made_by, obj=row, after={"number": row.number}, reason=row.reason)
    except BaseException:
        for file in files:
            file.file.delete(save=False)
        raise
    return row
