"""Servers of others on loopback: a cache and an object store, which tests can kill and start again."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

PATIENCE_SECONDS = 60
KEY, SECRET, BUCKET = "academy", "not/a+secret", "academy"
# A server of the system where there is one; else one in Python that speaks the same on the wire.
VALKEY = next(filter(None, map(shutil.which, ("valkey-server", "redis-server"))), None)
_IN_PYTHON = "import sys, fakeredis; fakeredis.TcpFakeServer(('127.0.0.1', int(sys.argv[1]))).serve_forever()"


def free_port() -> int:
    """A port on which nobody listens."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(condition: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> object:
    """Ask again and again until the answer is true, and return it. Fails after a time, saying what was waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.1)
    raise AssertionError(f"Nothing happened within {seconds:.0f} s: {what}")


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """A process that listens on a port of this machine."""

    def __init__(self, command: Sequence[str], port: int, log: Path) -> None:
        self.command, self.port, self.log = list(command), port, log
        self.start()

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, stdout=output, stderr=subprocess.STDOUT, cwd=self.log.parent, start_new_session=True
            )
        wait_for(lambda: listens(self.port), f"{self.command[0]} listens")

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def _running(command: Sequence[str], port: int, log: Path) -> Iterator[Server]:
    server = Server(command, port, log)
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def cache_server(folder: Path) -> Iterator[Server]:
    """A Valkey, a Redis, or what answers as they do."""
    port = free_port()
    words = [VALKEY, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    command = [str(each) for each in words] if VALKEY else [sys.executable, "-c", _IN_PYTHON, str(port)]
    with _running(command, port, folder / "cache.log") as server:
        yield server


@contextmanager
def object_store(folder: Path) -> Iterator[Server]:
    """A store that speaks S3, with an empty bucket. What it holds is gone when it is killed."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _running(command, port, folder / "store.log") as server:
        make_bucket(server)
        yield server


def store_address(server: Server, more: str = "") -> str:
    """What STORAGE_URL says of it."""
    return f"s3+http://{KEY}:not%2Fa%2Bsecret@127.0.0.1:{server.port}/{BUCKET}?region=eu-north-1{more}"


def make_bucket(server: Server) -> None:
    """Make the bucket, as an operator does once."""
    from config.object_storage import ObjectStorage, options_of

    storage = ObjectStorage(connection=options_of(store_address(server)), folder="")
    storage.ask("create_bucket", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
