"""What `doctor` and the operator's page say: readiness, and what an operator would look at next."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks_db.models import DBTaskResult

from certificates.services import keys_alarm
from mail.models import Message
from operations.findings import Finding
from operations.models import Schedule
from operations.services.backups import newest_backup
from operations.services.dead_letters import dead_letters
from operations.services.hazards import hazards
from operations.services.readiness import LONGEST_WAIT, readiness
from operations.services.upkeep import LONGEST_JOB

# Made every night: two may have failed before somebody is told.
OLDEST_BACKUP = timedelta(days=2)
LEAST_FREE = 500_000_000
# For how long a mail that was given up counts as news.
RECENT = timedelta(days=7)


def diagnosis() -> list[Finding]:
    """Return what is well and what is not, with a sentence how to mend it; what is dangerous in production as well.

    Where the database does not answer or is older than this release, only that is told.
    """
    found = readiness()
    if any(not each.ok for each in found if each.name in {"database", "migrations"}):
        return found
    ready = [each for each in found if each.name != "keys"]
    return [
        *ready,
        _cache_server(),
        _scheduler(),
        _jobs(),
        _mails(),
        _mails_in_doubt(),
        _keys(),
        _disk(),
        _files(),
        _backups(),
        *hazards(),
    ]


def _cache_server() -> Finding:
    """A server of caches that is away keeps no page from being served, but somebody should look."""
    replaced = getattr(cache, "is_replaced", lambda: False)()
    says = _("The cache is where it should be.")
    if replaced:
        says = _("The server of the cache is away: the database stands in for it, which is slower.")
    return Finding("cache_server", not replaced, says, _("Start the server that CACHE_URL names."))


def _scheduler() -> Finding:
    late = Schedule.objects.filter(next_run_at__lt=timezone.now() - LONGEST_WAIT)
    names = sorted(late.values_list("name", flat=True))
    says = _("Recurring work is handed over in time.")
    if names:
        says = _("Recurring work is not handed over: nothing looks at the timetable.")
    mend = _("Start a scheduler (“manage.py serve” does, or the service of the scheduler).")
    return Finding("scheduler", not names, says, mend, {"late": names})


def _jobs() -> Finding:
    failed = dead_letters().count()
    lost = DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - LONGEST_JOB).count()
    says = ngettext("%(count)d job was given up or lost.", "%(count)d jobs were given up or lost.", failed + lost)
    ok = not failed and not lost
    return Finding(
        "jobs",
        ok,
        _("No job was given up.") if ok else says % {"count": failed + lost},
        _("Read in the CMS, under Operations, why; try them again, or set them aside with a reason."),
        {"failed": failed, "lost": lost},
    )


def _mails() -> Finding:
    """Mails that were given up. In a demonstration they belong to the story."""
    recent = timezone.now() - RECENT
    failed = Message.objects.filter(state=Message.State.FAILED, send_after__gt=recent).count()
    says = ngettext(
        "%(count)d mail of the last seven days was refused by the mail server until it was given up.",
        "%(count)d mails of the last seven days were refused by the mail server until they were given up.",
        failed,
    )
    return Finding(
        "mails",
        not failed or settings.DEMO,
        says % {"count": failed} if failed else _("No mail of the last seven days was given up."),
        _("Read in the CMS, under Operations, what the mail server said; correct EMAIL_URL or the addresses."),
        {"failed": failed},
    )


def _mails_in_doubt() -> Finding:
    """Mails of which nobody knows whether they went, for as long as those that were given up."""
    count = Message.objects.in_doubt().filter(send_after__gt=timezone.now() - RECENT).count()
    says = ngettext(
        "%(count)d mail was being sent when its process was killed: nobody knows whether it arrived.",
        "%(count)d mails were being sent when their process was killed: nobody knows whether they arrived.",
        count,
    )
    return Finding(
        "mails_in_doubt",
        not count,
        says % {"count": count} if count else _("No mail was cut off while it was being sent."),
        _("Read in the CMS, under Operations, which; nothing is sent twice by itself, so tell their readers."),
        {"in_doubt": count},
    )


def _keys() -> Finding:
    trouble = keys_alarm()
    mend = _("Make keys with “manage.py certkeys init” or new ones with “manage.py certkeys rotate”; keep a copy.")
    return Finding("keys", not trouble, trouble or _("Certificates can be signed."), mend, {"trouble": trouble})


def _disk() -> Finding:
    free = shutil.disk_usage(settings.VAR_DIR).free
    megabytes = {"megabytes": free // 1_000_000}
    return Finding(
        "disk",
        free >= LEAST_FREE,
        _("There are %(megabytes)d MB left on the disk of VAR_DIR.") % megabytes,
        _("Make room or enlarge the disk before nothing can be written any more; old backups are the first to go."),
        {"free_bytes": free},
    )


def _files() -> Finding:
    ok = os.access(settings.VAR_DIR, os.W_OK)
    return Finding(
        "files",
        ok,
        _("The folder VAR_DIR can be written to.") if ok else _("The folder VAR_DIR cannot be written to."),
        _("Give it to the account that runs this."),
        {"folder": str(settings.VAR_DIR)},
    )


def made_at(backup: Path) -> datetime:
    """Return when a backup was finished."""
    return datetime.fromtimestamp(backup.stat().st_mtime, tz=UTC)


def _backups() -> Finding:
    """The newest backup here. A demonstration needs none."""
    newest = newest_backup(settings.BACKUP_FOLDER)
    moment = made_at(newest) if newest else None
    fresh = moment is not None and timezone.now() - moment <= OLDEST_BACKUP
    says = _("There is no backup.")
    if moment is not None:
        said = date_format(timezone.localtime(moment), "DATETIME_FORMAT")
        says = _("The newest backup is of %(moment)s.") % {"moment": said}
    return Finding(
        "backups",
        fresh or settings.DEMO,
        says,
        _("Name in BACKUP_RECIPIENTS who may open backups, run “manage.py backup” and read what it says."),
        {"newest": moment.isoformat(timespec="seconds") if moment else None},
    )
