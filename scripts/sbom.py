"""The list of packages that a release runs on, as CycloneDX 1.6: `make sbom` writes var/release/sbom.cdx.json.

    .venv/bin/python -m scripts.sbom [-o FILE]

It is made from requirements/base.txt, so it names what is installed to the version; licences are those that the
packages here declare. The same commit gives the same bytes: the moment in it is that of the commit.
"""

import argparse
import json
import re
import subprocess
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).resolve().parent.parent
LOCKED, NAMED = ROOT / "requirements" / "base.txt", ROOT / "requirements" / "base.in"
OUTPUT = ROOT / "var" / "release" / "sbom.cdx.json"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\\n]+?))?\s*\\?$", re.MULTILINE)
NAME = re.compile(r"^([A-Za-z0-9._-]+)", re.MULTILINE)


@dataclass(frozen=True)
class Package:
    """A package at a version, and where it is installed at all, as pip says it."""

    name: str
    version: str
    where: str = ""

    @property
    def address(self) -> str:
        """Return how others call it, whichever index it comes from."""
        return f"pkg:pypi/{self.name}@{self.version}"


def normal(name: str) -> str:
    """Return a name as indexes compare it.

    >>> normal("PyLD"), normal("rl_accel")
    ('pyld', 'rl-accel')
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(text: str) -> list[Package]:
    """Read a locked file: `PyLD==3.3.0 ; sys_platform == 'win32'` is a package with a place."""
    return [Package(normal(name), version, where) for name, version, where in PIN.findall(text)]


def bill(
    packages: Iterable[Package], *, version: str, moment: str, named: Iterable[str], licences: Mapping[str, str]
) -> dict[str, Any]:
    """Return the list as CycloneDX 1.6. `named` are those that we ask for ourselves, `moment` is ISO 8601 in UTC."""
    ours = f"pkg:generic/migration-health-academy@{version}"
    found = sorted(packages, key=lambda each: each.name)
    asked = {normal(name) for name in named}
    listed: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": moment,
            "component": {
                "type": "application",
                "bom-ref": ours,
                "name": "migration-health-academy",
                "version": version,
            },
        },
        "components": [_component(each, licences.get(each.name, "")) for each in found],
        "dependencies": [
            {"ref": ours, "dependsOn": sorted(each.address for each in found if each.name in asked)},
            *({"ref": each.address} for each in found),
        ],
    }
    # One list has one number, whoever makes it.
    listed["serialNumber"] = f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(listed, sort_keys=True))}"
    return listed


def _component(package: Package, licence: str) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": package.address,
        "name": package.name,
        "version": package.version,
        "purl": package.address,
        "scope": "optional" if package.where else "required",
        **({"licenses": [{"expression": licence}]} if licence else {}),
        **({"properties": [{"name": "academy:installed-where", "value": package.where}]} if package.where else {}),
    }


def declared(packages: Iterable[Package]) -> dict[str, str]:
    """Return the licences that packages declare in SPDX; those at another version, or not here, are left out."""
    found = {}
    for package in packages:
        try:
            said = metadata(package.name)
        except PackageNotFoundError:
            continue
        if said["Version"] == package.version and said["License-Expression"]:
            found[package.name] = said["License-Expression"]
    return found


def version_of_release() -> str:
    """Return the number of the release that is being made."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def commit_moment() -> int:
    """Return when the newest commit was made, in seconds since 1970."""
    told = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(told.stdout)


def sbom() -> bytes:
    """Return the list of the release that stands here."""
    packages = locked(LOCKED.read_text(encoding="utf-8"))
    listed = bill(
        packages,
        version=version_of_release(),
        moment=datetime.fromtimestamp(commit_moment(), tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        named=NAME.findall(NAMED.read_text(encoding="utf-8")),
        licences=declared(packages),
    )
    return (json.dumps(listed, indent=1, ensure_ascii=False) + "\n").encode()


def main() -> None:
    """Write it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT)
    path = parser.parse_args().output
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sbom())
    print(path)


if __name__ == "__main__":
    main()
