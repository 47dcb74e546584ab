"""Whether register, log and files still say the same: what `certificates_audit` proves. Nothing is written."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from certificates import chain
from certificates.models import Certificate, LogEntry, PublicKey, names_in

Action = LogEntry.Action

# How many certificates or entries are held in memory at once, and how many sentences.
PORTION = 500
MOST_SENTENCES = 1000

# Which moment of a certificate the newest of some entries of the log must agree with.
_MOMENTS: dict[str, tuple[str, ...]] = {
    "suspended_at": (Action.SUSPENDED, Action.LIFTED),
    "revoked_at": (Action.REVOKED,),
    "superseded_at": (Action.SUPERSEDED,),
    "sealed_at": (Action.SEALED,),
    "extended_at": (Action.EXTENDED,),
    "erased_at": (Action.ERASED,),
}
_TAKE_BACK = {Action.LIFTED}


@dataclass
class Findings:
    """What an audit came to. `head` is the digest of the newest entry: kept elsewhere, it proves the log till there."""

    certificates: int = 0
    entries: int = 0
    head: str = ""
    chain_is_broken: bool = False
    files_missing: int = 0
    files_changed: int = 0
    count: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        """Count a problem; the sentences of the first thousand are kept."""
        self.count += 1
        if len(self.problems) < MOST_SENTENCES:
            self.problems.append(sentence)

    def break_chain(self, sentence: str) -> None:
        """Add a problem of the log."""
        self.chain_is_broken = True
        self.add(sentence)

    def take(self, other: "Findings") -> None:
        """Add what was found about one certificate."""
        self.files_missing += other.files_missing
        self.files_changed += other.files_changed
        for sentence in other.problems:
            self.add(sentence)
        self.chain_is_broken = self.chain_is_broken or other.chain_is_broken

    def as_json(self) -> dict[str, Any]:
        """The shape that the command prints."""
        return {
            "certificates": self.certificates,
            "chain": "broken" if self.chain_is_broken else "intact",
            "files_missing": self.files_missing,
            "files_changed": self.files_changed,
            "problems": self.problems,
        }


def audit(*, kept: str = "") -> Findings:
    """Look at every entry of the log, every certificate and every file. Memory does not grow with their number.

    `kept` is the digest of an entry that somebody noted elsewhere; a log without it was rewritten.
    """
    findings = Findings()
    for sentence in chain.problems(_entries(findings, kept)):
        findings.break_chain(sentence)
    if kept and not LogEntry.objects.filter(digest=kept).exists():
        findings.break_chain(f"The log holds no entry with the digest {kept}.")
    keys = {key.key_id: key for key in PublicKey.objects.all()}
    certificates = Certificate.objects.select_related("signed_by", "superseded_by").prefetch_related("log")
    for certificate in certificates.order_by("pk").iterator(chunk_size=PORTION):
        findings.certificates += 1
        found = _examined(certificate, keys)
        # Between reading a certificate and reading the log somebody may have changed it: nobody can while it is locked.
        findings.take(_examined_alone(certificate) if found.count else found)
    _look_for_what_was_erased(findings)
    return findings


def _examined(certificate: Certificate, keys: dict[str, PublicKey]) -> Findings:
    findings = Findings()
    _Examination(certificate, keys, findings).examine()
    return findings


@transaction.atomic
def _examined_alone(certificate: Certificate) -> Findings:
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("signed_by", "superseded_by")
    keys = {key.key_id: key for key in PublicKey.objects.all()}
    return _examined(locked.prefetch_related("log").get(pk=certificate.pk), keys)


def _entries(findings: Findings, kept: str) -> Iterator[chain.Entry]:
    entries = LogEntry.objects.order_by("number", "pk").values_list(
        "number", "certificate__code", "action", "at", "facts", "previous", "digest"
    )
    for row in entries.iterator(chunk_size=PORTION):
        findings.entries += 1
        findings.head = row[-1]
        yield chain.Entry(*row)


class _Examination:
    """One certificate beside its entries of the log and its files."""

    def __init__(self, certificate: Certificate, keys: dict[str, PublicKey], findings: Findings) -> None:
        self._certificate, self._keys, self._findings = certificate, keys, findings
        self._log = sorted(certificate.log.all(), key=lambda entry: entry.number)

    def examine(self) -> None:
        """Add everything that does not agree."""
        for moment, actions in _MOMENTS.items():
            self._compare_moment(moment, actions)
        self._compare_seal()
        self._compare_newer()
        self._compare_words()
        self._compare_facts()
        if self._certificate.erased_at is None:
            self._compare_file("pdf", "pdf_sha256")
            self._compare_file("extended_pdf", "extended_sha256")

    def _say(self, sentence: str) -> None:
        self._findings.add(f"Certificate {self._certificate.code}: {sentence}")

    def _newest(self, *actions: str) -> LogEntry | None:
        return next((entry for entry in reversed(self._log) if entry.action in actions), None)

    def _compare_moment(self, name: str, actions: tuple[str, ...]) -> None:
        moment: datetime | None = getattr(self._certificate, name)
        entry = self._newest(*actions)
        said = entry.at if entry and entry.action not in _TAKE_BACK else None
        if moment == said:
            return
        word = actions[0]
        if said is None:
            text = f"Certificate {self._certificate.code}: the register says {word}, and the log has no entry of it."
            self._findings.break_chain(text)
        elif moment is None:
            self._say(f"the log says {word}, and the register does not.")
        else:
            self._say(f"register and log name different moments for {word}.")

    def _compare_seal(self) -> None:
        certificate, entry = self._certificate, self._newest(Action.SEALED)
        if entry is None:
            return
        if len([each for each in self._log if each.action == Action.SEALED]) > 1:
            self._say("it was sealed more than once.")
        for name in ("payload_hash", "pdf_sha256"):
            if entry.facts.get(name) != getattr(certificate, name):
                self._say(f"{name} is not the one that was sealed.")
        self._compare_key(entry)

    def _compare_key(self, entry: LogEntry) -> None:
        key, certificate = entry.facts.get("key"), self._certificate
        if key != (certificate.signed_by.key_id if certificate.signed_by else None):
            self._say("the register names another key than the one that signed.")
        if key is not None and key not in self._keys:
            self._say(f"the key {key} that signed it is not known.")
        elif key is not None:
            self._check_key(self._keys[key], entry.at)

    def _compare_newer(self) -> None:
        """What came after it was sealed."""
        certificate = self._certificate
        extended = self._newest(Action.EXTENDED)
        if extended and certificate.extended_sha256 not in extended.facts.values():
            self._say("extended_sha256 is not the one that was extended.")
        replaced = self._newest(Action.SUPERSEDED)
        successor = certificate.successor
        if replaced and replaced.facts.get("successor") != (successor.code if successor else None):
            self._say("the register names another successor than the log.")

    def _check_key(self, key: PublicKey, sealed_at: datetime) -> None:
        in_force = self._certificate.revoked_at is None and self._certificate.superseded_at is None
        if in_force and key.compromised_at is not None and key.compromised_at <= sealed_at:
            self._say("it was signed with a key that somebody else may have had. Issue it anew.")

    def _compare_words(self) -> None:
        certificate = self._certificate
        if certificate.erased_at is not None:
            if certificate.payload or certificate.salt or certificate.credential or certificate.pdf:
                self._say("it was erased, and some of what it says is still there.")
        elif certificate.payload_hash:
            if chain.payload_hash(certificate.payload, certificate.salt) != certificate.payload_hash:
                self._say("its words were changed.")
        elif certificate.sealed_at is not None:
            self._say("it was sealed without a hash of its words.")

    def _compare_facts(self) -> None:
        """What the register holds beside the words and decides by: kind, days, and the place in the status list."""
        certificate, payload = self._certificate, self._certificate.payload
        if certificate.sealed_at is None or not payload:
            return
        if payload["subject"].get("proves") != certificate.kind:
            self._say("the register names another kind than its words.")
        for name, moment in (("issued", certificate.issued_at), ("expires", certificate.expires_at)):
            if not _same_day(payload["dates"].get(name), moment):
                self._say(f"the register names another day than its words ({name}).")
        if certificate.credential and not _same_place(certificate):
            self._say("the register names another place in the status list than its credential.")

    def _compare_file(self, name: str, hash_name: str) -> None:
        file, expected = getattr(self._certificate, name), getattr(self._certificate, hash_name)
        if not expected and not file:
            return
        try:
            with file.storage.open(file.name or f"no {name}", "rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            self._findings.files_missing += 1
            self._say(f"the file {file.name or hash_name} is missing or cannot be read.")
            return
        if found != expected:
            self._findings.files_changed += 1
            self._say(f"the file {file.name} was changed.")


def _same_day(said: str | None, moment: datetime | None) -> bool:
    """Whether a printed day is that of a moment; the zone of the site may have been another one by some hours."""
    if said is None or moment is None:
        return said is None and moment is None
    return abs(timezone.localdate(moment) - date.fromisoformat(said)) <= timedelta(days=1)


def _same_place(certificate: Certificate) -> bool:
    said = json.loads(certificate.credential).get("credentialStatus") or {}
    of_list = str(said.get("statusListCredential", "")).rpartition("/")[2]
    place = (str(certificate.status_list), str(certificate.status_index))
    return (of_list, said.get("statusListIndex")) == place


def _look_for_what_was_erased(findings: Findings) -> None:
    """A process that was killed between erasing and removing leaves the file behind; erasing again removes it."""
    codes = Certificate.objects.filter(erased_at__isnull=False).values_list("code", flat=True)
    left = files_by_code() if codes else {}
    for code in codes.iterator(chunk_size=PORTION):
        if code in left:
            findings.add(f"Certificate {code}: it was erased, and its file is still there.")


def files_by_code() -> dict[str, list[str]]:
    """Return the names of all stored files of certificates by the code with which each name begins."""
    found: dict[str, list[str]] = {}
    for name in names_in("certificates"):
        found.setdefault(name[:13], []).append(f"certificates/{name}")
    return found
