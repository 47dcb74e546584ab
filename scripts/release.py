"""The files of a release, the same bytes whoever makes them: `make release` writes them into var/release.

    .venv/bin/python -m scripts.release [--try]

An archive of what is under version control, with the catalogues compiled and the list of packages in it; the list
again; and their sums. Static files are left to `prepare`, which gives them their names where they are served. With
`--try` neither the changelog nor a tag has to know the release.
"""

import argparse
import gzip
import hashlib
import io
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polib

from scripts.sbom import ROOT, commit_moment, sbom, version_of_release

FOLDER = ROOT / "var" / "release"
CATALOGUES = "locale/*/LC_MESSAGES/*.po"
LIST = "sbom.cdx.json"
EXECUTABLE, PLAIN = 0o755, 0o644


def git(*words: str) -> str:
    """Ask git about this clone. Raises CalledProcessError."""
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


# --- May it be made? --------------------------------------------------------------------------------------------------
def complaints(version: str, changelog: str, *, changed: str, tags: list[str]) -> list[str]:
    """Return why a release may not be made, in sentences.

    `changed` is what git says is not committed, `tags` are those of the commit.
    """
    found = []
    if changed:
        found.append(f"Commit or undo first what is changed here:\n{changed}")
    headings = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
    released = [heading for heading in headings if heading != "Unreleased"]
    if not released or not re.fullmatch(rf"{re.escape(version)} \(\d{{4}}-\d{{2}}-\d{{2}}\)", released[0]):
        found.append(f"CHANGELOG.md must say “## {version} (day)” before any other release.")
    if re.search(r"^## Unreleased\n+(?!## |\Z)\S", changelog, re.MULTILINE):
        found.append("CHANGELOG.md has lines under “Unreleased”: they belong to this release, or to none.")
    if f"v{version}" not in tags:
        found.append(f"This commit has no tag v{version}: git tag --sign v{version}")
    return found


# --- Made ---------------------------------------------------------------------------------------------------------
def members(listed: bytes) -> Iterator[tuple[str, bytes, int]]:
    """Yield name, content and rights of every file of the archive, in no order of anybody's disk."""
    command = ["git", "archive", "--format=tar", "HEAD"]
    tracked = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    found: dict[str, tuple[bytes, int]] = {}
    with tarfile.open(fileobj=io.BytesIO(tracked)) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file is not None:
                found[member.name] = (file.read(), EXECUTABLE if member.mode & 0o100 else PLAIN)
    for name in [name for name in found if Path(name).match(CATALOGUES)]:
        catalogue = polib.pofile(found[name][0].decode("utf-8"))
        found[name.removesuffix(".po") + ".mo"] = (catalogue.to_binary(), PLAIN)
    found[LIST] = (listed, PLAIN)
    for name in sorted(found):
        yield name, *found[name]


def archive(folder: str, listed: bytes, moment: int) -> bytes:
    """Return the archive: every file below `folder`, owned by nobody, of one moment."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content, rights in members(listed):
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size, member.mtime, member.mode = len(content), moment, rights
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), compresslevel=9, mtime=0)


def build(version: str, folder: Path) -> str:
    """Write the files of a release into a folder and return their sums."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"academy-{version}"
    listed = sbom()
    files = {f"{name}.tar.gz": archive(name, listed, commit_moment()), f"{name}.{LIST}": listed}
    for file, content in files.items():
        (folder / file).write_bytes(content)
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {file}\n" for file, content in sorted(files.items()))
    (folder / "SHA256SUMS").write_text(sums, encoding="ascii")
    return sums


def main() -> None:
    """Make it, or say why not."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--try", dest="only_try", action="store_true", help="Ask neither changelog nor tags.")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER)
    asked = parser.parse_args()
    version = version_of_release()
    changed, tags = git("status", "--porcelain"), git("tag", "--points-at", "HEAD").split()
    said = complaints(version, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), changed=changed, tags=tags)
    if said and not asked.only_try:
        sys.exit("\n".join(said))
    sums = build(version, asked.output)
    print(f"{asked.output} of {datetime.fromtimestamp(commit_moment(), tz=UTC):%Y-%m-%d %H:%M} UTC\n{sums}", end="")


if __name__ == "__main__":
    main()
