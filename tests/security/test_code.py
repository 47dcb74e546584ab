"""What no line of ours does, and the few places that may: found in the code itself."""

import ast
import re
from functools import cache

import pytest
from django.conf import settings

from tests.architecture.rules import APPS

ROOT = settings.BASE_DIR
TEMPLATES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")
}
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "static" / "js").glob("*.js")}

SQL_BY_HAND = {
    "operations/services/moving.py", "operations/services/scale.py", "reports/queries/counting.py",
    "operations/management/snapshots.py", "operations/management/growth.py", "core/plans.py", "core/prepared.py",
}  # fmt: skip


@cache
def trees() -> dict[str, ast.Module]:
    """Every file of our code, read once by whoever asks, and not by every process that only looks for tests."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for app in (*sorted(APPS), "config", "scripts")
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    }


@cache
def calls() -> list[tuple[str, str, ast.Call]]:
    """Every call of our code: the file, what is called as it is written, and the call."""
    return [
        (name, ast.unparse(node.func), node)
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]


def files_that_call(*names: str) -> set[str]:
    return {name for name, called, _ in calls() if called in names or called.rpartition(".")[2] in names}


@cache
def imported() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                modules = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules = {node.module or ""}
            else:
                continue
            for module in modules:
                found.setdefault(module.split(".")[0], set()).add(name)
    return found


def test_nothing_that_was_sent_is_run_or_unpacked_as_objects():
    direct = {name for name, called, _ in calls() if called in {"eval", "exec", "compile", "__import__", "os.system"}}
    shells = {name for name, _, call in calls() if any(word.arg == "shell" for word in call.keywords)}

    assert (direct, shells) == (set(), set())
    assert {"pickle", "marshal", "shelve", "dill", "memcache", "ldap", "telnetlib"} & set(imported()) == set()


def test_programs_are_started_by_commands_of_the_operator_only():
    assert {name for name in imported()["subprocess"] if not name.startswith(("operations/", "scripts/"))} == set()


def test_sql_is_written_by_hand_for_data_of_our_own_only():
    """Rows that `make_scale_data` makes up by the hundred thousand, counts around what Django has written, and names of
    tables of a database that moves; what PostgreSQL is asked before an upgrade or a measurement has no words of anybody
    in it; into what Django has translated the driver writes values that never differ (`tests/core/test_plans.py`), and
    all others travel beside it (`tests/core/test_prepared.py`)."""
    assert files_that_call("cursor", "raw", "RawSQL", "extra") - SQL_BY_HAND == set()


def test_html_comes_from_templates_and_from_the_cleaner_only():
    """Words of questions are cleaned where they are stored and where they are shown; a QR code is drawn from bits."""
    marked = files_that_call("mark_safe", "SafeString", "SafeText")
    unescaped = {name for name, text in TEMPLATES.items() if re.search(r"\|\s*safe\b|autoescape off", text)}

    assert {name for name in marked if not name.startswith(("assessments/question_types/", "core/qr"))} <= {
        "assessments/templatetags/assessment_tags.py", "courses/models/pages.py",
    }  # fmt: skip
    # Lessons are made of templates, kept as they were made, and put together here.
    assert unescaped <= {
        "templates/courses/lesson.html", "templates/courses/lesson_copy.html",
        "templates/courses/whole_module.html", "templates/django/forms/field.html",
    }  # fmt: skip


def test_templates_are_files_and_patterns_of_words_are_ours():
    """The page to take along stands in a file beside its script, and is filled in by names."""
    assert files_that_call("Template", "from_string") - {"certificates/services/offline.py"} == set()


def test_patterns_of_words_are_never_what_somebody_wrote():
    """`format` is called on words of ours alone: literals, or constants of a module."""
    patterns = {
        (name, ast.unparse(call.func.value))
        for name, _, call in calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"format", "format_map"}
        if not isinstance(call.func.value, ast.Constant)
    }
    ours = {pattern for name, pattern in patterns if not name.startswith("scripts/")}

    assert {pattern for pattern in ours if not pattern.isupper()} == {"pdfdoc"}


def test_the_cache_of_the_server_holds_what_the_page_says():
    page = (ROOT / "docs" / "security" / "data.md").read_text(encoding="utf-8")
    part = page.partition("\n## What lies in the cache\n")[2].partition("\n## ")[0]

    writing = files_that_call("cache.set", "cache.add", "cache.get_or_set", "cache.set_many", "cache.incr")
    assert writing == set(re.findall(r"`([\w/]+\.py)`", part))


def test_whoever_is_asked_outside_is_on_the_page():
    """Programs that ask others over the network: which of our files may, and which setting says whom."""
    page = (ROOT / "docs" / "security" / "surroundings.md").read_text(encoding="utf-8")
    part = page.partition("\n## What the Academy talks to\n")[2].partition("\n## ")[0]
    network = {"requests", "urllib3", "httpx", "aiohttp", "smtplib", "ftplib"}
    asking = {name for library in network for name in imported().get(library, ())}
    asking |= files_that_call("urlopen", "HTTPConnection", "HTTPSConnection", "create_connection", "HTTPTimeStamper")

    assert {name for name in asking if not name.startswith("scripts/")} == set(re.findall(r"`([\w/]+\.py)`", part))


def test_scripts_merge_no_objects_that_they_were_sent():
    """Nobody can give our scripts another prototype: keys of what was sent are never written into an object
    that is not new."""
    merging = re.compile(
        r"Object\.assign\((?!\{\}|request\()[^,]+,(?!\s*\{)|\[\s*key\s*\]\s*=(?!=)|for\s*\(\s*(?:const|let|var)\s+\w+\s+in\s"
    )

    assert {name for name, text in SCRIPTS.items() if merging.search(text)} == set()


def test_only_four_doors_take_a_form_without_a_token():
    """Two check a certificate, one stops messages by the link of a mail, one takes a signed answer of a ministry along;
    none asks who is signed in."""
    exempt = {
        name
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(alias.name == "csrf_exempt" for alias in node.names)
    }

    assert exempt <= {"certificates/views/verification.py", "people/views/own_account.py", "people/views/saml.py"}


def test_a_form_names_its_fields():
    """Nothing can be sent that the form does not show."""
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and any(ast.unparse(target) == "fields" for target in node.targets):
                assert ast.unparse(node.value) != "'__all__'", name


def test_weak_digests_protect_nothing():
    """PDF wants an MD5 of its attachments, and names of files are short; nothing is decided by them."""
    weak = [
        (name, ast.unparse(call))
        for name, called, call in calls()
        if called in {"hashlib.md5", "hashlib.sha1", "md5", "sha1", "hashes.MD5", "hashes.SHA1"}
    ]

    assert {name for name, text in weak if "usedforsecurity=False" not in text} == set()


def test_chance_that_protects_comes_from_the_system():
    """`random` makes up people of the demonstration, draws samples of statistics and shuffles by a seed."""
    users = {name.partition("/")[0] for name in imported()["random"]}

    assert {name for name in imported()["random"] if name.startswith(("people/", "audit/", "mail/"))} == set()
    assert users <= {"operations", "reports", "scripts", "assessments", "certificates"}


def test_scripts_put_words_into_a_page_as_words():
    dangerous = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|__proto__")

    assert {name for name, text in SCRIPTS.items() if dangerous.search(text)} == set()
    assert {name for name, text in SCRIPTS.items() if re.search(r"https?://", text)} <= {"worker.js"}


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_every_package_of_others_is_named_with_its_version_and_its_digest(path):
    text = path.read_text(encoding="utf-8")
    packages = re.findall(r"^([A-Za-z0-9._-]+(?:\[[^]]*\])?)(==| @ |>=|~=|<)?", text, re.MULTILINE)

    assert packages
    assert {name for name, pinned in packages if pinned != "=="} == set()
    assert len(packages) <= text.count("--hash=sha256:")
    assert "index-url" not in text
