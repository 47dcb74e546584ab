"""The files of a release: the same bytes each time, a list of packages that others can read, one number."""

import hashlib
import io
import json
import subprocess
import tarfile
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource

from scripts import release, sbom, update
from scripts.beside import installed_beside
from scripts.bootstrap import REQUIREMENTS, ROOT

LOCKED = "django==5.2.19 \\\n    --hash=sha256:00\nPyLD==3.3.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"
FACTS = {
    "version": "1.4.0",
    "moment": "2027-03-01T10:00:00Z",
    "named": ["Django"],
    "licences": {"django": "BSD-3-Clause"},
}
GOOD = "# Changelog\n\n## Unreleased\n\n## 1.4.0 (2027-03-01)\n\n* More.\n\n## 1.3.0 (2027-01-01)\n\n* Less.\n"


# --- The archive ------------------------------------------------------------------------------------------------------
needs_a_clone = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a release is made from a clone")


@needs_a_clone
def test_two_runs_give_the_same_bytes(tmp_path):
    first, second = (release.build("9.9.9", tmp_path / name) for name in ("first", "second"))

    assert first == second
    for line in first.splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / "first" / name).read_bytes()).hexdigest() == digest
    assert [line.split("  ")[1] for line in first.splitlines()] == [
        "academy-9.9.9.sbom.cdx.json",
        "academy-9.9.9.tar.gz",
    ]


@needs_a_clone
def test_the_archive_holds_what_is_committed_and_what_is_made_of_it():
    with tarfile.open(fileobj=io.BytesIO(release.archive("academy-9.9.9", b"{}", 1_800_000_000))) as tar:
        found = tar.getmembers()

    names = [each.name.removeprefix("academy-9.9.9/") for each in found]
    committed = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "-z", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    catalogues = {name.replace(".po", ".mo") for name in committed if name.endswith(".po")}
    assert names == sorted({*committed[:-1], *catalogues, "sbom.cdx.json"})
    assert {(each.uid, each.gid, each.mtime, oct(each.mode)) for each in found} == {
        (0, 0, 1_800_000_000, "0o644"),
        (0, 0, 1_800_000_000, "0o755"),
    }


# --- Its number -------------------------------------------------------------------------------------------------------
def test_a_release_that_everybody_knows_may_be_made():
    assert release.complaints("1.4.0", GOOD, changed="", tags=["v1.4.0"]) == []


@pytest.mark.parametrize(
    ("version", "changelog", "changed", "tags", "complaint"),
    [
        ("1.4.0", GOOD, " M README.md", ["v1.4.0"], "Commit or undo first"),
        ("1.5.0", GOOD, "", ["v1.5.0"], "CHANGELOG.md must say “## 1.5.0 (day)”"),
        ("1.3.0", GOOD, "", ["v1.3.0"], "CHANGELOG.md must say “## 1.3.0 (day)”"),
        ("1.4.0", GOOD.replace(" (2027-03-01)", ""), "", ["v1.4.0"], "CHANGELOG.md must say"),
        (
            "1.4.0",
            GOOD.replace("Unreleased\n", "Unreleased\n\n* New.\n"),
            "",
            ["v1.4.0"],
            "CHANGELOG.md has lines under",
        ),
        ("1.4.0", GOOD, "", ["v1.3.0"], "This commit has no tag v1.4.0"),
    ],
)
def test_one_about_which_they_disagree_is_refused(version, changelog, changed, tags, complaint):
    [words] = release.complaints(version, changelog, changed=changed, tags=tags)

    assert words.startswith(complaint)


# --- The list of packages ---------------------------------------------------------------------------------------------
def test_the_list_names_every_package_once_with_its_version():
    packages = sbom.locked((REQUIREMENTS / "base.txt").read_text(encoding="utf-8"))
    listed = json.loads(sbom.sbom()) if (ROOT / ".git").exists() else pytest.skip("the moment is that of a commit")

    assert len(packages) == len({each.address for each in packages}) > 50
    assert [each["purl"] for each in listed["components"]] == [
        each.address for each in sorted(packages, key=lambda each: each.name)
    ]
    assert {each.name for each in packages} >= {"django", "wagtail", "pillow"}
    assert set(listed["dependencies"][0]["dependsOn"]) < {each.address for each in packages}
    assert listed["metadata"]["component"]["version"] == sbom.version_of_release()


def test_a_package_says_where_it_is_installed_and_under_which_licence():
    listed = sbom.bill(sbom.locked(LOCKED), **FACTS)

    assert listed["components"] == [
        {
            "type": "library", "bom-ref": "pkg:pypi/django@5.2.19", "name": "django", "version": "5.2.19",
            "purl": "pkg:pypi/django@5.2.19", "scope": "required", "licenses": [{"expression": "BSD-3-Clause"}],
        },
        {
            "type": "library", "bom-ref": "pkg:pypi/pyld@3.3.0", "name": "pyld", "version": "3.3.0",
            "purl": "pkg:pypi/pyld@3.3.0", "scope": "optional",
            "properties": [{"name": "academy:installed-where", "value": "sys_platform == 'win32'"}],
        },
    ]  # fmt: skip
    assert listed["dependencies"][0]["dependsOn"] == ["pkg:pypi/django@5.2.19"]


def test_the_list_is_what_the_standard_says():
    packages = installed_beside(REQUIREMENTS / "verifiers.txt", ROOT / "var" / "test-verifiers" / "python")
    if packages is None:
        pytest.skip("the package index cannot be reached, and the schema of CycloneDX comes from it")
    schemas = {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in Path(packages, "cyclonedx", "schema", "_res").glob("*.schema.json")
    }
    known = [(schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()]
    listed = sbom.bill(sbom.locked(LOCKED), **FACTS)
    validator = Draft7Validator(schemas["bom-1.6.SNAPSHOT.schema.json"], registry=Registry().with_resources(known))

    assert [error.message for error in validator.iter_errors(listed)] == []
    assert [error.message for error in validator.iter_errors(listed | {"components": [{"type": "book"}]})] != []
    if (ROOT / ".git").exists():
        assert [error.message for error in validator.iter_errors(json.loads(sbom.sbom()))] == []


# --- Newer packages ---------------------------------------------------------------------------------------------------
def test_what_changed_is_said_in_words_the_greatest_first():
    before = {"a": "1.2.0", "b": "1.0", "c": "2.0.1", "e": "3.1", "f": "3.1", "g": "1.0"}
    after = {"a": "1.2.1", "b": "2.0", "d": "0.1", "e": "3.2", "f": "3.0", "g": "1.0"}

    assert list(update.changes(before, after)) == [
        "b 1.0 → 2.0: a new generation, read its notes",
        "f 3.1 → 3.0: older than before, find out why",
        "d 0.1 is new here: look at its health",
        "c 2.0.1 is needed no longer",
        "e 3.1 → 3.2: something new",
        "a 1.2.0 → 1.2.1: a repair",
    ]


def test_the_report_names_the_files_in_which_something_changed():
    before = {"base": update.versions(LOCKED), "dev": {"ruff": "0.17.1"}}

    assert (
        update.report(before, {**before, "dev": {"ruff": "0.17.2"}}) == "## dev\n\n* ruff 0.17.1 → 0.17.2: a repair\n"
    )
    assert update.report(before, before) == "Nothing newer is allowed by requirements/*.in.\n"


def test_every_locked_file_of_ours_is_read():
    assert {name for name, found in update.locked().items() if not found} == set()
    assert update.locked()["base"]["django"].startswith("5.2.")
