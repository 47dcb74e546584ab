"""What is dangerous once people work with an installation: settings of an example, and doors of the demonstration."""

from collections.abc import Callable
from datetime import timedelta
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from operations.demo.people import DOMAIN
from operations.findings import Finding
from people.models import Account

SHORTEST_KEY = 50
SHORTEST_HSTS = timedelta(days=1).total_seconds()
# Half of what a code of an authenticator app may be off.
CLOCK_TOLERANCE = timedelta(seconds=15)
# Domains that stand in examples (RFC 2606, RFC 6761): no mail ever arrives there.
EXAMPLE_DOMAINS = ("example.org", "example.com", "example.net")
EXAMPLE_ENDINGS = (".example", ".invalid", ".test", ".localhost")
_MAILS_LEAVE = {"django.core.mail.backends.smtp.EmailBackend"}
_FOR_ONE_PROCESS = {
    "django.core.cache.backends.locmem.LocMemCache",
    "django.core.cache.backends.dummy.DummyCache",
}


def hazards() -> list[Finding]:
    """Return what is dangerous, and what is not; a demonstration is asked for nothing of it."""
    if settings.DEMO:
        says = _("This is a demonstration: what an installation in use needs is not asked for.")
        return [Finding("demonstration", ok=True, says=says)]
    return [check() for check in CHECKS]


def is_example(address: str) -> bool:
    """Whether an e-mail or a host is one of those that stand in examples.

    >>> is_example("Academy <academy@example.org>"), is_example("help@health.gov"), is_example("a.test")
    (True, False, True)
    """
    host = (parseaddr(address)[1] or address).rpartition("@")[2].lower()
    return (
        not host
        or host.endswith((*EXAMPLE_ENDINGS, *(f".{each}" for each in EXAMPLE_DOMAINS)))
        or (host in {*EXAMPLE_DOMAINS, "localhost"})
    )


def _secret_key() -> Finding:
    ok = len(settings.SECRET_KEY) >= SHORTEST_KEY and not settings.SECRET_KEY.startswith(("demo-", "test-"))
    says = _("SECRET_KEY is long and of this installation alone.")
    if not ok:
        says = _("SECRET_KEY is short or stands in an example: whoever knows it signs in as anybody.")
    return Finding("secret_key", ok, says, _("Put 50 random characters or more into SECRET_KEY_FILE."))


def _debug() -> Finding:
    says = _("Pages of errors tell nobody how the Academy is made.")
    if settings.DEBUG:
        says = _("DEBUG is on: pages of errors show code and settings to everybody.")
    mend = _("Use the settings of production (DJANGO_SETTINGS_MODULE=config.settings.production).")
    return Finding("debug", not settings.DEBUG, says, mend)


def _hosts() -> Finding:
    ok = "*" not in settings.ALLOWED_HOSTS
    says = _("Only named hosts are answered.")
    if not ok:
        says = _("ALLOWED_HOSTS is “*”: letters can be made to lead elsewhere.")
    return Finding("hosts", ok, says, _("Name the hosts of the site in ALLOWED_HOSTS."))


def _site_address() -> Finding:
    parts = urlsplit(settings.SITE_ADDRESS)
    ok = parts.scheme == "https" and not is_example(parts.hostname or "") and not _is_loopback(parts.hostname or "")
    says = _("Letters and certificates name %(address)s.") % {"address": settings.SITE_ADDRESS}
    mend = _("Put the address under which people reach the site, with https://, into SITE_ADDRESS: it stays for ever.")
    return Finding("site_address", ok, says, mend)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _senders() -> Finding:
    names = {
        "MAIL_FROM": settings.DEFAULT_FROM_EMAIL,
        "SUPPORT_EMAIL": settings.SUPPORT_EMAIL,
        "DATA_PROTECTION_EMAIL": settings.DATA_PROTECTION_EMAIL,
    }
    wrong = [name for name, address in names.items() if is_example(address)]
    says = _("Letters come from addresses of yours.")
    if wrong:
        says = _("These addresses stand in examples, and no letter arrives there: %(names)s.") % {
            "names": ", ".join(wrong)
        }
    return Finding("senders", not wrong, says, _("Put addresses that somebody reads into these settings."))


def _mail_server() -> Finding:
    ok = settings.EMAIL_BACKEND in _MAILS_LEAVE
    says = _("Mail goes to a mail server.") if ok else _("Mail goes to a terminal or a file, and nobody gets it.")
    return Finding("mail_server", ok, says, _("Name the mail server in EMAIL_URL (smtp+tls://name:password@host:587)."))


def _demonstration() -> Finding:
    ok = not Account.objects.filter(email__iendswith=f"@{DOMAIN}", is_active=True).exists()
    says = _("Nobody of the demonstration is here.")
    if not ok:
        says = _("People of the demonstration are here, and everybody knows their password.")
    mend = _("Begin with an empty database: demonstration and people who exist must never be in one.")
    return Finding("demonstration", ok, says, mend)


def _backup_recipients() -> Finding:
    ok = bool(settings.BACKUP_RECIPIENTS) and not settings.BACKUP_IDENTITY
    says = _("Backups are encrypted, and what opens them is elsewhere.")
    if not settings.BACKUP_RECIPIENTS:
        says = _("No backup is made: nobody is named who may open one.")
    elif settings.BACKUP_IDENTITY:
        says = _("What opens the backups lies on the machine that makes them: who takes one takes both.")
    mend = _("Make an identity as docs/operations/backups.md says, keep it elsewhere, and set BACKUP_RECIPIENTS only.")
    return Finding("backup_recipients", ok, says, mend)


def _key_files() -> Finding:
    """Whether keys that sign are encrypted, and their files nobody else's."""
    bare = not settings.CERTIFICATE_KEYS_PASSPHRASE
    says = _("The keys that sign certificates are encrypted, and only this account reads them.")
    mend = _("Set CERTIFICATE_KEYS_PASSPHRASE_FILE, and take the files away from others (chmod 600).")
    try:
        open_to_others = _open_to_others(Path(settings.CERTIFICATE_KEYS))
    except PermissionError:
        says = _("This account cannot look into the folder of the keys that sign certificates.")
        return Finding("key_files", ok=False, says=says, mend=_("Give it to the account that runs this."))
    if bare:
        says = _("CERTIFICATE_KEYS_PASSPHRASE is empty: nothing protects the keys that sign certificates.")
    elif open_to_others:
        says = _("Other accounts of this machine can read keys that sign certificates: %(names)s.") % {
            "names": ", ".join(open_to_others)
        }
    return Finding("key_files", not bare and not open_to_others, says, mend)


def _open_to_others(folder: Path) -> list[str]:
    """Return the names of secret files that other accounts may read. Raises PermissionError."""
    files = [each for each in folder.iterdir() if each.is_file()] if folder.is_dir() else []
    return sorted(each.name for each in files if each.stat().st_mode & 0o077 and each.suffix != ".crl")


def _clock() -> Finding:
    """Whether this machine and the database agree what time it is. A file has no clock of its own."""
    [there] = ContentType.objects.annotate(there=Now()).values_list("there", flat=True)[:1]
    off = abs(timezone.now() - there)
    says = _("This machine and the database agree what time it is.")
    if off > CLOCK_TOLERANCE:
        says = _("The clocks of this machine and of the database differ by %(seconds)d seconds.") % {
            "seconds": int(off.total_seconds())
        }
    mend = _("Set both by a time server (systemd-timesyncd, chrony): codes, deadlines and signatures depend on it.")
    return Finding("clock", off <= CLOCK_TOLERANCE, says, mend, {"seconds": int(off.total_seconds())})


def _https() -> Finding:
    wrong = [
        name
        for name, ok in (
            ("SECURE_SSL_REDIRECT", settings.SECURE_SSL_REDIRECT),
            ("HSTS_SECONDS", settings.SECURE_HSTS_SECONDS >= SHORTEST_HSTS),
            ("SESSION_COOKIE_SECURE", settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE),
        )
        if not ok
    ]
    says = _("Browsers come by HTTPS only.")
    if wrong:
        says = _("Browsers may come without HTTPS: %(names)s.") % {"names": ", ".join(wrong)}
    return Finding("https", not wrong, says, _("Set these as docs/operations/settings.md says, with a proxy in front."))


def _proxy() -> Finding:
    ok = not settings.SECURE_PROXY_SSL_HEADER or settings.ALLAUTH_TRUSTED_PROXY_COUNT > 0
    says = _("Callers are told apart.")
    if not ok:
        says = _("All callers count as one: wrong passwords of one person lock out everybody.")
    return Finding("proxy", ok, says, _("Say in TRUSTED_PROXY_COUNT how many proxies stand in front, mostly 1."))


def _uploads() -> Finding:
    """Whether browsers send cookies of the site to the host of uploads, by a domain in settings of one's own."""
    names = ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "LANGUAGE_COOKIE_DOMAIN")
    wide = [name for name in names if _goes_to(settings.UPLOADS_HOST, getattr(settings, name))]
    says = _("Uploaded files come from the host of the site: pictures are shown, everything else is saved.")
    if wide:
        says = _("Cookies of the site go to the host of uploaded files: %(names)s.") % {"names": ", ".join(wide)}
    elif settings.UPLOADS_HOST:
        says = _("Uploaded files come from a host of their own, and no cookie goes there.")
    return Finding("uploads", not wide, says, _("Take these settings out: a cookie is for the host that sets it."))


def _goes_to(host: str, domain: str | None) -> bool:
    """Whether a cookie of this domain is sent to a host (RFC 6265, 5.1.3).

    >>> _goes_to("files.health.gov", ".health.gov"), _goes_to("files.health.gov", "academy.health.gov")
    (True, False)
    """
    return bool(host and domain) and f".{host}".endswith(f".{(domain or '').lstrip('.').lower()}")


def _shared_cache() -> Finding:
    ok = settings.CACHES["default"]["BACKEND"] not in _FOR_ONE_PROCESS
    says = _("All processes count wrong tries together.")
    if not ok:
        says = _("Each process has a cache of its own: limits of wrong tries do not hold.")
    return Finding("shared_cache", ok, says, _("Use the database or Redis in CACHE_URL."))


def _operators() -> Finding:
    ok = bool(settings.OPERATORS) and not any(map(is_example, settings.OPERATORS))
    says = _("Operators are told by mail when something is not well.")
    if not ok:
        says = _("Nobody is told when something is not well.")
    return Finding("operators", ok, says, _("Put the addresses of those who look after this into OPERATORS."))


CHECKS: tuple[Callable[[], Finding], ...] = (
    _secret_key, _debug, _hosts, _site_address, _senders, _mail_server, _demonstration, _backup_recipients, _key_files,
    _clock, _https, _uploads, _proxy, _shared_cache, _operators,
)  # fmt: skip
