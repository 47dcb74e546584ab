"""Files that take long: asked for, made by a job, watched, cancelled, fetched by whoever asked, removed after a week.

A job claims the file first and says at every thousand rows how far it is. So a file that was cancelled stops, one whose
worker was killed is begun again by the next job, and of two jobs on one file only the later one keeps what it made.

Two hundred people who ask the same of the same scope get one computation: who comes while it is made waits for it, and
who comes shortly after is given the same. Whether they may ask is looked at for each, and each reading is noted.
"""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.base import File as Opened
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from audit.services import record
from core.errors import DomainError
from core.jobs import enqueue
from people.models import Account
from reports import emails, formats, queries
from reports.columns import Report
from reports.models import ReportFile
from reports.models.files import private_storage
from reports.services.reading import Asked, answer, asked_about, note_reading, refusals_noted

# More rows than that are made in the background; pages of paper take longer than rows of a spreadsheet.
LONG, LONG_ON_PAPER = 5_000, 500
KEPT_FOR = timedelta(days=7)
# What was made for somebody else so lately is given to whoever asks the same; the file says its moment.
FRESH_FOR = timedelta(minutes=10)
# A job that says nothing for so long was killed.
LOST_AFTER = timedelta(minutes=5)
MOST_TRIES = 3
# So many files may somebody wait for at once.
MOST_WAITING = 5
# Nobody prints more rows than that, and a document of thousands of pages takes more memory than there is.
MOST_ON_PAPER = 5_000

_DAYS = ("first_day", "last_day")


class FileError(DomainError):
    """A file cannot be had; it says why."""


class _StoppedError(Exception):
    """Nobody wants the file any more, or another job makes it, or what is the same."""


def most_at_once(file_format: str) -> int:
    """Return how many rows a file may have to be made while somebody waits."""
    return LONG_ON_PAPER if file_format == "pdf" else LONG


def is_long(report: Report, file_format: str) -> bool:
    """Whether a file of the report is made in the background."""
    return len(report.rows) > most_at_once(file_format)


# --- Asking, cancelling, trying again -------------------------------------------------------------------------------


def ask_for_file(*, account: Account, name: str, file_format: str, asked: Mapping[str, Any]) -> ReportFile:
    """Have a file made in the language that is active; whoever asks twice gets the file that is being made.

    Raises OutOfScopeError for what does not exist for the account, FileError when it waits for too many already.
    """
    if file_format not in formats.TYPES:
        raise FileError(_("There is no file of this kind."))
    with refusals_noted(account, name, **asked), transaction.atomic():
        kind, question = asked_about(name=name, account=account, **_as_asked(asked))
        if question.audience == queries.Audience.OUTSIDE:
            raise FileError(_("Figures leave the programme only as a frozen report."))
        # Two clicks at once come one after the other.
        Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        language = (get_language() or "en")[:2]
        said = {"report": name, "format": file_format, "language": language, "asked": _stored(asked)}
        waiting = ReportFile.objects.visible_to(account).unfinished()
        if same := waiting.filter(**said).first():
            return same
        if waiting.count() >= MOST_WAITING:
            raise FileError(_("Five files are being made for you. Wait for one of them, or cancel it."))
        file = ReportFile.objects.create(account=account, title=str(kind.title), **_scope(question), **said)
        record("reports.file_asked", obj=file, actor=account, after={"report": name, "format": file_format})
        _enqueue(file)
    return file


@transaction.atomic
def cancel_file(*, file: ReportFile, actor: Account) -> ReportFile:
    """Stop making a file. One that is ready, or was stopped before, stays as it is."""
    if ReportFile.objects.filter(pk=file.pk).unfinished().update(state=ReportFile.State.CANCELLED):
        record("reports.file_cancelled", obj=file, actor=actor)
        _let_others_go_on(file)
    file.refresh_from_db()
    return file


@transaction.atomic
def make_again(*, file: ReportFile, actor: Account) -> ReportFile:
    """Make a file that failed or was cancelled after all. Any other stays as it is."""
    stopped = [ReportFile.State.FAILED, ReportFile.State.CANCELLED]
    anew = {"state": ReportFile.State.WAITING, "tries": 0, "rows": None, "rows_done": 0, "failure": ""}
    if ReportFile.objects.filter(pk=file.pk, state__in=stopped).update(**anew, heard_at=timezone.now()):
        record("reports.file_asked_again", obj=file, actor=actor)
        _enqueue(file)
    file.refresh_from_db()
    return file


def _enqueue(file: ReportFile) -> None:
    enqueue("reports.tasks.make_file", file.pk)


def _stored(asked: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in asked.items() if value}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}


def _as_asked(stored: Mapping[str, Any]) -> Asked:
    days = {name: date.fromisoformat(stored[name]) for name in _DAYS if isinstance(stored.get(name), str)}
    return Asked(**{**stored, **days})  # type: ignore[typeddict-item]


# --- Making ----------------------------------------------------------------------------------------------------------


def make_file(*, file: ReportFile) -> None:
    """Make a file, as a job does. One that is ready, stopped, or in another job's hands is left alone."""
    claimed = _claim(file)
    if claimed is None:
        return
    with override(claimed.language):
        try:
            content, made_at = _content(claimed)
        except DomainError as error:
            _fail(claimed, str(error))
        except _StoppedError:
            return
        except Exception:
            _give_back(claimed)
            raise
        else:
            _keep(claimed, content, made_at)


def _claim(file: ReportFile) -> ReportFile | None:
    """Take a file that waits, or whose job went silent; one that was tried too often fails."""
    silent = Q(state=ReportFile.State.MAKING, heard_at__lt=timezone.now() - LOST_AFTER)
    free = ReportFile.objects.filter(Q(state=ReportFile.State.WAITING) | silent, pk=file.pk)
    mine = {"state": ReportFile.State.MAKING, "heard_at": timezone.now(), "rows": None, "rows_done": 0}
    if free.filter(tries__lt=MOST_TRIES).update(**mine, tries=F("tries") + 1):
        return ReportFile.objects.select_related("account__person").get(pk=file.pk)
    free.update(state=ReportFile.State.FAILED, failure=_too_often())
    return None


def _content(file: ReportFile) -> tuple[bytes, datetime]:
    """What is in the file, and when that was made."""
    with refusals_noted(file.account, file.report, **file.asked):
        kind, question = asked_about(name=file.report, account=file.account, **_as_asked(file.asked))
        # What it is about now, which may be other than when it was asked for, and stays the same until it is made.
        for name, value in _scope(question).items():
            setattr(file, name, value)
        if not _in_hand(file).update(agencies=file.agencies, audience=file.audience):
            raise _StoppedError
        return _made_for_others(file, kind, question) or (_made_now(file, kind, question), timezone.now())


def _made_now(file: ReportFile, kind: queries.Kind, question: queries.Question) -> bytes:
    with transaction.atomic():
        report = answer(file.account, kind, question)
    rows = len(report.rows)
    if file.format == "pdf" and rows > MOST_ON_PAPER:
        raise FileError(_("On paper this would be hundreds of pages. Ask for a shorter period, or take XLSX or CSV."))

    def tell(done: int) -> None:
        if not _in_hand(file).update(rows=rows, rows_done=min(done, rows), heard_at=timezone.now()):
            raise _StoppedError

    tell(0)
    now = timezone.localtime().replace(tzinfo=None)
    # Others of the scope may be given it too, so that it names nobody of them.
    making = formats.Making(_(settings.WAGTAIL_SITE_NAME), now, queries.number_of(report))
    return formats.rendered(report, file.format, making, tell)


def _made_for_others(file: ReportFile, kind: queries.Kind, question: queries.Question) -> tuple[bytes, datetime] | None:
    """What others of the same scope were given just now; nothing where it has to be made.

    While somebody else's job is at it, this one leaves off and is begun again when that has ended.
    """
    now, same = timezone.now(), ReportFile.objects.same_as(file)
    made = same.filter(state=ReportFile.State.READY, made_at__gt=now - FRESH_FOR).order_by("-made_at").first()
    content = None if made is None else _bytes_of(made)
    if made is not None and made.made_at is not None and content is not None:
        note_reading(file.account, kind, question)
        _in_hand(file).update(rows=made.rows, rows_done=made.rows)
        # What is handed on grows old all the same.
        return content, made.made_at
    # Of two that come at once the one goes on that was asked for first.
    first = same.filter(state=ReportFile.State.MAKING, heard_at__gt=now - LOST_AFTER, pk__lt=file.pk)
    if first.exists():
        _in_hand(file).update(state=ReportFile.State.WAITING, tries=F("tries") - 1)
        # It may have ended meanwhile, and looked for those who wait before this one did.
        if not first.exists():
            _enqueue(file)
        raise _StoppedError
    return None


def _scope(question: queries.Question) -> dict[str, Any]:
    """By what two who ask the same may be given the same."""
    agencies = sorted(question.scope.agencies.values_list("pk", flat=True))
    return {"agencies": agencies, "audience": str(question.audience)}


def _bytes_of(file: ReportFile) -> bytes | None:
    try:
        with file.file.open("rb") as opened:
            content: bytes = opened.read()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == file.sha256 else None


def _let_others_go_on(file: ReportFile) -> None:
    """Begin again with those who wait for what a file became, once they can see it: who comes to wait meanwhile either
    sees it too or is found here."""
    transaction.on_commit(partial(_begin_again_with_others, file), robust=True)


def _begin_again_with_others(file: ReportFile) -> None:
    for waiting in ReportFile.objects.same_as(file).filter(state=ReportFile.State.WAITING):
        _enqueue(waiting)


def _in_hand(file: ReportFile) -> Any:
    """The file as long as this job, and no later one, makes it."""
    return ReportFile.objects.filter(pk=file.pk, state=ReportFile.State.MAKING, tries=file.tries)


def _keep(file: ReportFile, content: bytes, made_at: datetime) -> None:
    # The name on disk says nothing and cannot be guessed.
    name = private_storage().save(f"reports/{uuid.uuid4()}.{file.format}", ContentFile(content))
    made = {
        "state": ReportFile.State.READY,
        "file": name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "made_at": made_at,
        "expires_at": made_at + KEPT_FOR,
        "rows_done": F("rows"),
    }
    try:
        with transaction.atomic():
            if not _in_hand(file).update(**made):
                raise _StoppedError
            file.refresh_from_db()
            record("reports.file_made", obj=file, after={"sha256": file.sha256, "size": file.size})
            emails.plan_file_ready(file)
            _let_others_go_on(file)
    except BaseException as error:
        private_storage().delete(name)
        if not isinstance(error, _StoppedError):
            raise


def _fail(file: ReportFile, why: str) -> None:
    _in_hand(file).update(state=ReportFile.State.FAILED, failure=why)
    _let_others_go_on(file)


def _give_back(file: ReportFile) -> None:
    """Let the next job try, after a fault of ours; after the last one nobody waits in vain."""
    if file.tries < MOST_TRIES:
        _in_hand(file).update(state=ReportFile.State.WAITING)
    else:
        _fail(file, _too_often())


def _too_often() -> str:
    return _("Making it failed several times. The operators of the academy can see why; try again later.")


# --- Fetching --------------------------------------------------------------------------------------------------------


def open_file(*, file: ReportFile, account: Account) -> Opened:
    """Open a file for whoever asked for it, if the account may still ask for all that is in it.

    Raises OutOfScopeError if it may not, which is noted, and FileError when the file is not ready or too old.
    """
    if file.state != ReportFile.State.READY or file.expires_at is None or file.expires_at <= timezone.now():
        raise FileError(_("The file is not there any more, or not yet."))
    with refusals_noted(account, file.report, **file.asked):
        _kind, question = asked_about(name=file.report, account=account, **_as_asked(file.asked))
        now_visible = set(question.scope.agencies.values_list("pk", flat=True))
        if not now_visible.issuperset(file.agencies):
            raise queries.OutOfScopeError(_("The file is about agencies that you do not coordinate any more."))
    try:
        opened = file.file.open("rb")
    except FileNotFoundError as error:
        raise FileError(_("The file is not there any more, or not yet.")) from error
    record("reports.file_fetched", obj=file, actor=account, after={"report": file.report, **file.asked})
    return opened


# --- What recurs -----------------------------------------------------------------------------------------------------


def go_on_with_lost_files() -> int:
    """Give files a job again of which nothing was heard for a while. Returns how many. Harmless when a job is alive."""
    before = timezone.now() - LOST_AFTER
    lost = ReportFile.objects.unfinished().filter(
        Q(heard_at__lt=before) | Q(heard_at__isnull=True, created_at__lt=before)
    )
    for file in lost:
        _enqueue(file)
    return len(lost)


def forget_files() -> int:
    """Remove files that are a week old, and what became of those that were never made. Returns how many."""
    before = timezone.now() - KEPT_FOR
    stopped = Q(state__in=[ReportFile.State.FAILED, ReportFile.State.CANCELLED], created_at__lt=before)
    old = list(ReportFile.objects.filter(Q(expires_at__lte=timezone.now()) | stopped))
    for file in old:
        if file.file:
            private_storage().delete(str(file.file.name))
        file.delete()
    return len(old)
