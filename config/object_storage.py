"""Files in an object store that speaks S3 (signature version 4), where several machines share them.

Django asks for nothing here that it does not ask of a folder: files are written before the rows that name them, never
changed, and read through the application, which knows who may. No object has a public address, and none is signed for
a while: what a browser may see of the pictures of pages comes from `/media/` of this site.
"""

import io
import posixpath
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible

from core.errors import StorageGoneError

SCHEMES = {"s3": "https", "s3+http": "http"}
OPTIONS = {"region", "addressing", "prefix"}
# Longer than a page can wait; a store that says nothing is asked once more, and then it is gone.
CONNECT_SECONDS, ANSWER_SECONDS, TRIES = 3, 20, 2
# What lies in memory while it is sent; larger files wait in the folder for temporary files.
IN_MEMORY = 5 * 1024 * 1024
# So much is read at a time: a film is shown in parts, a ZIP file is read from its end.
BUFFER = 256 * 1024
_MISSING = {"404", "NoSuchKey", "NotFound"}


def options_of(address: str) -> dict[str, str]:
    """Read STORAGE_URL: `s3://key:secret@host:port/bucket?region=…&addressing=path|virtual&prefix=…`.

    `s3` is HTTPS, `s3+http` plain HTTP within a network that nobody else listens to. Raises ImproperlyConfigured.
    """
    url = urlsplit(address)
    bucket, asked = url.path.strip("/"), dict(parse_qsl(url.query))
    if url.scheme not in SCHEMES or not url.hostname or not bucket or "/" in bucket or not asked.keys() <= OPTIONS:
        raise ImproperlyConfigured("STORAGE_URL is no address like s3://key:secret@host:port/bucket?region=…")
    if asked.setdefault("addressing", "path") not in {"path", "virtual"}:
        raise ImproperlyConfigured("In STORAGE_URL addressing is path or virtual.")
    if not url.username or not url.password:
        raise ImproperlyConfigured("STORAGE_URL names no key and secret.")
    return {
        "endpoint": f"{SCHEMES[url.scheme]}://{url.netloc.rpartition('@')[2]}",
        "bucket": bucket,
        "key": unquote(url.username),
        "secret": unquote(url.password),
        "region": asked.get("region", "us-east-1"),
        "addressing": asked["addressing"],
        "prefix": asked.get("prefix", "").strip("/"),
    }


@deconstructible
class ObjectStorage(Storage):
    """A part of a bucket as a storage of Django: everything below `folder`.

    Files have addresses below `base_url`, if there is one; else they have none. What cannot be reached, or does not
    let us in, is a StorageGoneError; what is not there a FileNotFoundError, as in a folder.
    """

    def __init__(self, *, connection: Mapping[str, str], folder: str, base_url: str = "") -> None:
        self._connection, self._base_url = dict(connection), base_url
        self._folder = posixpath.join(connection["prefix"], folder).strip("/")

    @cached_property
    def _client(self) -> Any:
        # Half a second to load, and nothing that an installation with a folder needs.
        import botocore.session
        from botocore.config import Config

        said = self._connection
        return botocore.session.get_session().create_client(
            "s3",
            endpoint_url=said["endpoint"],
            region_name=said["region"],
            aws_access_key_id=said["key"],
            aws_secret_access_key=said["secret"],
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": said["addressing"]},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=ANSWER_SECONDS,
                retries={"mode": "standard", "total_max_attempts": TRIES},
                # Checksums of their own are what stores of others do not know.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def ask(self, operation: str, **words: Any) -> Any:
        """Ask the store for something in our bucket. Raises FileNotFoundError and StorageGoneError."""
        with _troubles(words.get("Key", "")):
            return getattr(self._client, operation)(Bucket=self._connection["bucket"], **words)

    def _key(self, name: str) -> str:
        # As in a folder: a name that leads out of it is refused.
        key = posixpath.normpath(posixpath.join("/", name.replace("\\", "/")))
        if ".." in name.replace("\\", "/").split("/"):
            raise SuspiciousFileOperation(f"{name} leads out of the storage.")
        return f"{self._folder}{key}" if key != "/" else self._folder

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode not in {"r", "rb"}:
            raise ValueError("Files of an object store are saved whole.")
        return File(io.BufferedReader(_Reader(self, self._key(name), self.size(name)), BUFFER), name)

    def _save(self, name: str, content: File) -> str:
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            for piece in content.chunks():
                body.write(piece.encode() if isinstance(piece, str) else piece)
            body.seek(0)
            self.ask("put_object", Key=self._key(name), Body=body)
        return name

    def delete(self, name: str) -> None:
        """Remove a file; one that is not there is not missed."""
        if not name:
            raise ValueError("The name must be given to delete().")
        self.ask("delete_object", Key=self._key(name))

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name. Folders are no files."""
        try:
            self._head(name)
        except FileNotFoundError:
            return False
        return True

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the names of folders and of files in a folder."""
        begin = f"{self._key(path)}/".lstrip("/")
        folders, files = [], []
        asked = {"Prefix": begin, "Delimiter": "/"}
        while True:
            page = self.ask("list_objects_v2", **asked)
            folders += [each["Prefix"].removeprefix(begin).rstrip("/") for each in page.get("CommonPrefixes", [])]
            files += [each["Key"].removeprefix(begin) for each in page.get("Contents", []) if each["Key"] != begin]
            if not page.get("IsTruncated"):
                return folders, files
            asked["ContinuationToken"] = page["NextContinuationToken"]

    def size(self, name: str) -> int:
        """Return the size of a file in bytes."""
        return int(self._head(name)["ContentLength"])

    def get_modified_time(self, name: str) -> datetime:
        """Return when a file was saved."""
        moment: datetime = self._head(name)["LastModified"]
        return moment

    def url(self, name: str | None) -> str:
        """Return the address at which this site shows a file. Raises ValueError where it shows none of them."""
        if not self._base_url:
            raise ValueError("This file is not accessible via a URL.")
        return urljoin(self._base_url, quote((name or "").replace("\\", "/").lstrip("/")))

    def _head(self, name: str) -> Any:
        return self.ask("head_object", Key=self._key(name))


class _Reader(io.RawIOBase):
    """An object that is read from wherever one likes: the store is asked for the rest of it from there."""

    def __init__(self, storage: ObjectStorage, key: str, size: int) -> None:
        self._storage, self._of, self._size = storage, key, size
        self._place = 0
        self._rest: IO[bytes] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        place = max(0, begin + offset)
        if place != self._place:
            self._let_go()
            self._place = place
        return place

    def readinto(self, buffer: Any) -> int:
        if self._place >= self._size:
            return 0
        if self._rest is None:
            self._rest = self._storage.ask("get_object", Key=self._of, Range=f"bytes={self._place}-")["Body"]
        with _troubles(self._of):
            piece = self._rest.read(len(buffer))
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._rest is not None:
            self._rest.close()
            self._rest = None


@contextmanager
def _troubles(name: str) -> Iterator[None]:
    """What the library says of a store, as Django says it of a folder."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        yield
    except ClientError as trouble:
        if str(trouble.response.get("Error", {}).get("Code", "")) in _MISSING:
            raise FileNotFoundError(name) from trouble
        raise StorageGoneError(str(trouble)) from trouble
    except (BotoCoreError, HTTPClientError, OSError) as trouble:
        raise StorageGoneError(str(trouble)) from trouble
