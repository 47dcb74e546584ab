"""Long work on many certificates: chosen, started, done one by one by jobs, paused and gone on with.

Every certificate is done in a transaction of its own that claims its row first. So a job that was killed goes on where
it stopped, two jobs on one run never do a certificate twice, and a pause counts from the next certificate on.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, Exists, Max, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from audit.services import record
from certificates.causes import Cause, kept, said
from certificates.extension import CannotExtendError
from certificates.models import Certificate, CertificateQuerySet, Run, RunItem
from certificates.services.awards import CertificateError
from certificates.services.longterm import extend
from certificates.services.preparing import prepare
from certificates.services.reissue import reissue, unchanged
from core.errors import DomainError
from core.jobs import enqueue
from people.models import Account

logger = logging.getLogger(__name__)

# After so many the job asks for itself anew, so that other jobs get their turn.
PORTION = 100
# A run of which nothing was heard for so long has lost its job.
LOST_AFTER = timedelta(minutes=10)

# Works that are chosen by hand and done here.
WORKS_BY_HAND = (Run.Work.SEAL, Run.Work.REISSUE, Run.Work.EXTEND)

# Why a certificate is left out, in the order in which it is asked.
OBSTACLES: Mapping[str, str | Promise] = {
    "own": gettext_lazy("Your own certificates: somebody else issues them anew."),
    "erased": gettext_lazy("Erased: there is nothing left that could be printed."),
    "paper": gettext_lazy("Issued on paper in earlier years: only the scan is kept."),
    "replaced": gettext_lazy("Replaced: the newer one counts."),
    "revoked": gettext_lazy("Revoked: each of them is decided on its own page."),
    "suspended": gettext_lazy("Suspended: lift the suspension or revoke them first."),
    "expired": gettext_lazy("Expired: they are renewed on their own pages, because validity begins anew."),
    "ready": gettext_lazy("Ready: their files are made already."),
    "unsealed": gettext_lazy("Being prepared: there is no file yet that could be extended."),
    "extended": gettext_lazy("Extended already: nothing is missing."),
    "given_up": gettext_lazy("Signed with a key that was given up: they have to be issued anew."),
    "running": gettext_lazy("Part of another run that is not done yet."),
    "same": gettext_lazy("Unchanged: the new ones would say the same."),
}


@dataclass(frozen=True)
class Progress:
    """How far a run is; the numbers are certificates."""

    total: int
    done: int
    failed: int

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def succeeded(self) -> int:
        return self.done - self.failed


# --- Choosing ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Outlook:
    """What a run would do: keys of certificates, the longest issued first, and (why, how many) are left out."""

    keys: list[int]
    left_out: list[tuple[str, int]]


def outlook(*, work: str, certificates: CertificateQuerySet, actor: Account) -> Outlook:
    """Say on which of some certificates a run by somebody can work; what it would leave out is counted once."""
    found = _with_obstacle(work, certificates, actor)
    free = found.filter(obstacle="")
    same = unchanged(free) if work == Run.Work.REISSUE else set()
    keys = [key for key in free.order_by("issued_at", "pk").values_list("pk", flat=True) if key not in same]
    barred = found.exclude(obstacle="").order_by()
    counts = {**dict(barred.values_list("obstacle").annotate(count=Count("pk"))), "same": len(same)}
    return Outlook(keys, [(str(sentence), counts[name]) for name, sentence in OBSTACLES.items() if counts.get(name)])


def _with_obstacle(work: str, certificates: CertificateQuerySet, actor: Account) -> Any:
    unfinished = RunItem.objects.filter(certificate=OuterRef("pk"), done_at__isnull=True, run__work=work)
    # What was out of force by then has to be provable in twenty years as well.
    extends = work == Run.Work.EXTEND
    conditions = {
        "own": Q(person_id=actor.person_id) if work == Run.Work.REISSUE else None,
        "erased": Q(erased_at__isnull=False),
        "paper": Q(paper__isnull=False),
        "replaced": None if extends else Q(superseded_at__isnull=False) | Q(superseded_by__isnull=False),
        "revoked": None if extends else Q(revoked_at__isnull=False),
        "suspended": Q(suspended_at__isnull=False) if work == Run.Work.REISSUE else None,
        "expired": Q(expires_at__lte=timezone.now()) if work == Run.Work.REISSUE else None,
        "ready": Q(sealed_at__isnull=False) if work == Run.Work.SEAL else None,
        "unsealed": Q(sealed_at__isnull=True) if extends else None,
        "extended": Q(extended_at__isnull=False) if extends else None,
        "given_up": Q(signed_by__compromised_at__isnull=False) if extends else None,
        "running": Q(Exists(unfinished.exclude(run__state=Run.State.DONE))),
    }
    cases = [When(condition, then=Value(name)) for name, condition in conditions.items() if condition is not None]
    return certificates.annotate(obstacle=Case(*cases, default=Value("")))


# --- Starting, pausing, going on --------------------------------------------------------------------------------------
@transaction.atomic
def start_run(*, work: str, certificates: CertificateQuerySet, actor: Account, reason: str = "") -> Run:
    """Start a run over those of some certificates on which it can work; jobs do them one by one.

    Raises CertificateError when there are none, and when certificates are issued anew without a reason.
    """
    if work == Run.Work.REISSUE and not reason.strip():
        raise CertificateError(_("Say why the certificates are issued anew."))
    keys = outlook(work=work, certificates=certificates, actor=actor).keys
    if not keys:
        raise CertificateError(_("There is no certificate on which this run could work."))
    run = Run.objects.create(work=work, reason=reason.strip(), created_by=actor)
    RunItem.objects.bulk_create([RunItem(run=run, certificate_id=key) for key in keys], batch_size=1000)
    record(
        "certificates.run_started", obj=run, actor=actor, after={"work": work, "count": len(keys)}, reason=run.reason
    )
    _enqueue(run)
    return run


@transaction.atomic
def pause_run(*, run: Run, actor: Account) -> Run:
    """Pause a run: at most the certificates that are being worked on are still done. A second time changes nothing."""
    if Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(state=Run.State.PAUSED):
        record("certificates.run_paused", obj=run, actor=actor)
    run.refresh_from_db()
    return run


@transaction.atomic
def resume_run(*, run: Run, actor: Account) -> Run:
    """Go on with a run that is paused, where it stopped. A second time changes nothing."""
    if Run.objects.filter(pk=run.pk, state=Run.State.PAUSED).update(state=Run.State.RUNNING):
        record("certificates.run_resumed", obj=run, actor=actor)
        _enqueue(run)
    run.refresh_from_db()
    return run


@transaction.atomic
def retry_run(*, run: Run, actor: Account) -> Run:
    """Try again what could not be done. Without failures nothing changes."""
    failed = RunItem.objects.filter(run=run, done_at__isnull=False).exclude(failure="")
    count = failed.update(done_at=None, failure="")
    if count:
        Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING, finished_at=None)
        record("certificates.run_retried", obj=run, actor=actor, after={"count": count})
        _enqueue(run)
    run.refresh_from_db()
    return run


def _enqueue(run: Run) -> None:
    enqueue("certificates.tasks.work_on_run", run.pk)


def go_on_with_lost_runs() -> int:
    """Give runs a job again of which nothing was heard for a while. Returns how many. Harmless when a job is alive."""
    heard_of = Run.objects.filter(state=Run.State.RUNNING).annotate(heard=Max("items__done_at"))
    before = timezone.now() - LOST_AFTER
    lost = heard_of.filter(Q(heard__lt=before) | Q(heard__isnull=True), created_at__lt=before)
    for run in lost:
        _enqueue(run)
    return len(lost)


# --- Working ----------------------------------------------------------------------------------------------------------
def work_on(*, run: Run, at_most: int = PORTION) -> int:
    """Do the next certificates of a run, each in its own transaction; returns how many were done.

    Ends when nothing is left, somebody paused the run, or `at_most` are done.
    """
    done = 0
    while done < at_most and _do_next(run.pk):
        done += 1
    return done


def work_portion(*, run: Run) -> None:
    """Do a portion of a run and ask for the next one, as a job does."""
    # Fewer than a portion: somebody paused it, it is done, or another job has the rest in hand.
    if work_on(run=run, at_most=PORTION) == PORTION:
        _enqueue(run)


@transaction.atomic
def _do_next(pk: int) -> bool:
    """Claim a certificate that nobody works on, do it, and write down what became of it. False when there is none."""
    run = Run.objects.select_related("created_by__person").get(pk=pk)
    if run.state != Run.State.RUNNING:
        return False
    # Rows that another job has claimed are passed over; it finishes the run itself if its row is the last one.
    open_items = RunItem.objects.filter(run=run, done_at__isnull=True).select_related("certificate__person")
    item = open_items.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
    if item is None:
        _finish(pk)
        return False
    person = run.created_by.person
    with override(person.language if person else "en"):
        _do(run, item)
    item.done_at = timezone.now()
    item.save(update_fields=["done_at", "successor", "failure"])
    return True


def _do(run: Run, item: RunItem) -> None:
    """Do one certificate; what is refused or breaks is written down and undone, and the others go on."""
    try:
        with transaction.atomic():
            _WORKS[run.work](run, item)
    except DomainError as error:
        item.successor, item.failure = None, kept(error.message)
    except Exception:
        logger.exception("Certificate %s of run %d could not be done", item.certificate_id, run.pk)
        item.successor, item.failure = None, _("Something broke. The operator of the site finds it in the log.")


def _seal(_run: Run, item: RunItem) -> None:
    after = prepare(certificate=item.certificate)
    if after.status == Certificate.Status.PENDING:
        item.failure = after.failure or kept(Cause("unknown"))


def _reissue(run: Run, item: RunItem) -> None:
    holder = item.certificate.person
    if holder.pk == run.created_by.person_id:
        raise CertificateError(str(OBSTACLES["own"]))
    item.successor = reissue(
        certificate=item.certificate,
        name_latin=holder.name_latin,
        reason=run.reason,
        actor=run.created_by,
        renew_words=True,
    )


def _extend(_run: Run, item: RunItem) -> None:
    try:
        extend(certificate=item.certificate)
    except CannotExtendError as error:
        logger.warning("Certificate %s cannot be extended: %s", item.certificate.code, error)
        raise CertificateError(
            _("The signature could not be extended. The operator of the site finds the reason in the log.")
        ) from error


_WORKS: Mapping[str, Callable[[Run, RunItem], None]] = {
    Run.Work.SEAL: _seal,
    Run.Work.REISSUE: _reissue,
    Run.Work.EXTEND: _extend,
}


def _finish(pk: int) -> None:
    """Mark a run as done unless somebody still works on a row of it."""
    unfinished = RunItem.objects.filter(run=OuterRef("pk"), done_at__isnull=True)
    running = Run.objects.filter(~Exists(unfinished), pk=pk, state=Run.State.RUNNING)
    running.update(state=Run.State.DONE, finished_at=timezone.now())


# --- Watching ---------------------------------------------------------------------------------------------------------
def progress_of(run: Run) -> Progress:
    """Return how far a run is."""
    done = Q(done_at__isnull=False)
    counts = run.items.aggregate(
        total=Count("pk"), done=Count("pk", filter=done), failed=Count("pk", filter=done & ~Q(failure=""))
    )
    return Progress(**counts)


def failures_of(run: Run) -> QuerySet[RunItem]:
    """Return what could not be done, by sentence."""
    failed = run.items.exclude(failure="").select_related("certificate__person", "certificate__agency")
    return failed.order_by("failure", "pk")


def causes_of(run: Run) -> list[tuple[str, int]]:
    """Return (sentence, how many) of what could not be done, the most frequent first."""
    failed = run.items.exclude(failure="").order_by()
    counted = failed.values_list("failure").annotate(count=Count("pk")).order_by("-count", "failure")
    return [(said(failure), count) for failure, count in counted]
