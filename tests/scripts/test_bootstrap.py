"""The bootstrap: an old Python can read it, trouble gets a sentence, nothing is installed twice."""

import ast
import sys
from pathlib import Path

import pytest

from scripts import bootstrap
from scripts.beside import BASE_PYTHON


def test_an_old_python_can_read_it_far_enough_to_be_refused():
    tree = ast.parse(Path(bootstrap.__file__).read_text(encoding="utf-8"), feature_version=(3, 6))

    refusal = next(place for place, node in enumerate(tree.body) if isinstance(node, ast.If))
    before = {type(node) for node in tree.body[:refusal]}
    assert before == {ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.FunctionDef}
    assert ast.unparse(tree.body[refusal].test) == "sys.version_info < OLDEST"


@pytest.mark.parametrize(
    "message",
    [
        "error: Failed to fetch: `https://index.example/simple/django/`\n  Caused by: dns error: failed to lookup",
        "WARNING: Retrying … NewConnectionError: Failed to establish a new connection: [Errno 101]",
        "ERROR: … Temporary failure in name resolution",
        "error: operation timed out",
    ],
)
def test_without_a_network_one_sentence_says_so(message):
    with pytest.raises(SystemExit, match="The package index cannot be reached: connect this machine"):
        bootstrap.stop_if_hopeless(bootstrap.StepFailedError(message))


def test_without_pip_one_sentence_says_so():
    with pytest.raises(SystemExit, match="has no pip: install it first"):
        bootstrap.stop_if_hopeless(bootstrap.StepFailedError("/usr/bin/python3: No module named pip"))


def test_other_trouble_is_left_to_the_slower_way():
    bootstrap.stop_if_hopeless(bootstrap.StepFailedError("error: hash mismatch"))


def test_a_password_of_an_index_reaches_uv_and_no_log(tmp_path, monkeypatch):
    address = "https://name:secret@index.example/simple"
    monkeypatch.setenv("PIP_INDEX_URL", address)
    monkeypatch.setattr(sys, "executable", str(BASE_PYTHON))
    monkeypatch.setattr(bootstrap, "LOG", tmp_path / "bootstrap.log")

    assert bootstrap.environment()["UV_DEFAULT_INDEX"] == address
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_was_cut_short_is_a_step_that_failed(tmp_path):
    cut_short = tmp_path / "uv"
    cut_short.write_bytes(b"\x7fELF")
    cut_short.chmod(0o755)

    with pytest.raises(bootstrap.StepFailedError, match="Exec format error"):
        bootstrap.run([str(cut_short)], {})


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An environment in which the packages for development were installed."""
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for name in ("base.txt", "dev.txt"):
        (requirements / name).write_text("django==5.2\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    for name, value in {"REQUIREMENTS": requirements, "VENV": tmp_path / ".venv", "VENV_PYTHON": python}.items():
        monkeypatch.setattr(bootstrap, name, value)
    (tmp_path / ".venv" / ".installed-dev").write_text(bootstrap.fingerprint("dev"))
    return requirements


def test_what_serves_development_serves_the_product(installed):
    assert (bootstrap.is_current("dev"), bootstrap.is_current("base")) == (True, True)


def test_a_changed_requirement_is_installed(installed):
    (installed / "base.txt").write_text("django==5.3\n")

    assert (bootstrap.is_current("dev"), bootstrap.is_current("base")) == (False, False)
