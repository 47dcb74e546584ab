"""What processes have used: of the processor, and of memory. Known where there is a /proc, which Linux has."""

import os
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
# Fields of /proc/<pid>/stat after the name: parent, time for itself and in the kernel.
_PARENT, _OWN, _KERNEL = 1, 11, 12


def descendants(of: int | None = None) -> list[int]:
    """Return the processes that this one, or another, has started, theirs included."""
    parents = {pid: int(fields[_PARENT]) for pid, fields in _all().items()}
    found = [of or os.getpid()]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found[1:]


def of_database(name: str) -> list[int]:
    """Return the processes of a PostgreSQL on this machine that serve a database."""
    return [pid for pid in _all() if _is_serving(pid, name)]


def processor_seconds(pids: list[int]) -> float:
    """Return how long processes have worked, those left out that have ended."""
    table = _all()
    return sum(int(table[pid][_OWN]) + int(table[pid][_KERNEL]) for pid in pids if pid in table) / _TICKS


def memory_mb(pid: int) -> float:
    """Return the memory of a process in MB of 1,000,000 bytes; what it shares with others is shared out."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("Pss:")), 0.0)


def _all() -> dict[int, list[str]]:
    table = {}
    for folder in _PROC.glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        table[int(folder.name)] = stat.rpartition(")")[2].split()
    return table


def _is_serving(pid: int, name: str) -> bool:
    try:
        words = (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").split()
    except OSError:
        return False
    return words[:1] == ["postgres:"] and name in words
