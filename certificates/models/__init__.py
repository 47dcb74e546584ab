"""Tables of certificates: the register, its log, keys, designs, papers of earlier years, long work."""

from certificates.models.certificates import Certificate, CertificateQuerySet, new_salt
from certificates.models.designs import Design, DesignPicture, DesignVersion
from certificates.models.keys import PublicKey
from certificates.models.log import LogEntry
from certificates.models.papers import PaperBatch
from certificates.models.runs import Run, RunItem
from certificates.models.storage import names_in, private_storage

__all__ = [
    "Certificate",
    "CertificateQuerySet",
    "Design",
    "DesignPicture",
    "DesignVersion",
    "LogEntry",
    "PaperBatch",
    "PublicKey",
    "Run",
    "RunItem",
    "names_in",
    "new_salt",
    "private_storage",
]
