"""Locked files know the hashes of every system for which a package exists, not only of the one that locked them."""

import re
from collections import defaultdict
from pathlib import Path

from scripts.lock import without_hashes

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
PACKAGE = re.compile(r"^([\w.-]+==[\w.+-]+)[^\n]*\n((?: +--hash=[^\n]+\n)+)", re.MULTILINE)


def test_a_package_has_the_same_hashes_in_every_file():
    found = defaultdict(set)
    for path in REQUIREMENTS.glob("*.txt"):
        for package, hashes in PACKAGE.findall(path.read_text(encoding="utf-8")):
            found[package].add(frozenset(re.findall(r"sha256:\w+", hashes)))

    assert len(found) > 200
    assert [package for package, hashes in found.items() if len(hashes) > 1] == []


def test_versions_stay_where_hashes_are_asked_for_anew():
    text = "six==1.17.0 ; python_version < '4' \\\n    --hash=sha256:4721 \\\n    --hash=sha256:ff70\nyarl==1\n"

    assert without_hashes(text) == "six==1.17.0 ; python_version < '4'\nyarl==1\n"
