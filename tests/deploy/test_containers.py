"""Containers: programs of others have nothing against their files, and they start what exists."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest
import yaml

from operations.management.commands.serve import Command
from scripts.beside import installed_beside
from scripts.bootstrap import REQUIREMENTS, ROOT
from tests.architecture.rules import settings_read

DEPLOY = ROOT / "deploy"
DOCKERFILE, COMPOSE = DEPLOY / "container" / "Dockerfile", DEPLOY / "container" / "compose.yaml"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
KUBERNETES = "1.33"


@cache
def packages():
    folder = installed_beside(REQUIREMENTS / "verifiers.txt", ROOT / "var" / "test-verifiers" / "python")
    if folder is None:
        pytest.skip("the package index cannot be reached, and programs that look at containers come from it")
    return folder


def processes():
    """What `serve --only` starts."""
    [only] = [each for each in Command().create_parser("manage.py", "serve")._actions if each.dest == "only"]
    return list(only.choices)


def documents():
    return [each for path in MANIFESTS for each in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


def test_hadolint_has_nothing_against_the_dockerfile():
    said = subprocess.run([packages() / "bin" / "hadolint", DOCKERFILE], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stdout) == (0, "")


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_manifests_are_what_kubernetes_reads(path):
    said = subprocess.run(
        [sys.executable, "-m", "kubernetes_validate", "--strict", "-k", KUBERNETES, path],
        env={**os.environ, "PYTHONPATH": str(packages())}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.returncode == 0, said.stdout + said.stderr


def test_each_process_has_a_deployment_without_privileges():
    deployments = [each for each in documents() if each["kind"] in {"Deployment", "Job"}]
    started = [each["spec"]["template"]["spec"]["containers"][0] for each in deployments]

    assert sorted(each["args"][-1] for each in started) == sorted([*processes(), "prepare"])
    assert {json.dumps(each["securityContext"], sort_keys=True) for each in started} == {
        json.dumps(
            {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            },
            sort_keys=True,
        )
    }


def test_compose_starts_each_process_without_privileges():
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    ours = {name: each for name, each in services.items() if each["image"] == "academy"}

    assert {name: each["command"] for name, each in ours.items()} == {
        "prepare": ["prepare"],
        **{name: ["serve", "--only", name] for name in processes()},
    }
    assert all(each["read_only"] and each["cap_drop"] == ["ALL"] for each in ours.values())


def test_secrets_of_compose_come_neither_into_an_image_nor_into_git():
    compose = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    named = {*compose["x-academy"]["env_file"], *(each["file"] for each in compose["secrets"].values())}

    assert {name.partition("/")[0] for name in named} == {"secrets"}
    assert "secrets" in DOCKERFILE.with_name("Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_whoever_has_no_capabilities_need_not_become_another():
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    bare = {name: each for name, each in services.items() if "ALL" in each.get("cap_drop", [])}

    # Ours are the account of the Dockerfile.
    assert "\nUSER 10001:10001\n" in DOCKERFILE.read_text(encoding="utf-8")
    assert [name for name, each in bare.items() if each["image"] != "academy" and "user" not in each] == []


def test_settings_that_they_name_exist():
    named = set(yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["x-academy"]["environment"])
    named |= {name for each in documents() if each["kind"] == "ConfigMap" for name in each["data"]}

    assert {name.removesuffix("_FILE") for name in named} <= settings_read(ROOT)
