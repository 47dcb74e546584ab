"""Attack a demonstration with programs of others, as nobody and as each role; fail on whatever is more than a remark.

    scripts/scan_site.py                          a fresh demonstration, both programs, all roles
    scripts/scan_site.py --roles learner --only schemathesis --seconds 60

schemathesis sends to every address what no form would send and looks for errors of the server; it needs a description,
which is made here from the addresses and from the fields of their forms. wapiti looks for injections, redirects and
files that should not be there. Both stand beside .venv, in var/scanners. The demonstration is thrown away afterwards:
what the programs send is stored, erased and signed like what people send.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.beside import installed_beside  # noqa: E402

NOBODY = "nobody"
ROLES = (NOBODY, "learner", "facilitator", "coordinator", "manager", "editor", "admin")
CSRF = "c" * 32
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
FIELD = re.compile(r'<(?:input|select|textarea|button)\b[^>]*\bname="([^"]+)"')
# These end the session with which the program works, or make another one of it.
LEFT_ALONE = re.compile(r"logout|session|view_as|mfa_|_password|demo_")
# The rest asks services on the internet. Cookies and HSTS are those of production (tests/security/test_answers.py).
MODULES = "backup,crlf,csp,exec,file,htaccess,methods,permanentxss,redirect,sql,timesql,xss"
# How wapiti counts what is worth a remark and no more.
INFORMATIONAL = 0


# --- The description --------------------------------------------------------------------------------------------------
def describe(site: str, headers: dict[str, str], known: dict[str, list[Any]]) -> dict[str, Any]:
    """The addresses of ours as OpenAPI: parts of an address are known ones or anything, fields are anything."""
    from django.urls import get_resolver  # after django.setup()

    from operations.addresses import AUDIENCES, addresses

    paths: dict[str, dict[str, Any]] = {}
    for address in addresses(get_resolver().url_patterns):
        if address.name not in AUDIENCES or "(" in address.pattern or LEFT_ALONE.search(address.name):
            continue
        pattern = address.pattern.replace("<language>", "be")
        parameters = [_parameter(kind, name, known) for kind, name in PARAMETER.findall(pattern)]
        operations = paths.setdefault(PARAMETER.sub(r"{\2}", pattern), {"parameters": parameters})
        for method in {"GET", "POST"} & set(address.methods):
            operation: dict[str, Any] = {"operationId": f"{method}-{address.name}", "responses": {"default": {}}}
            operation["responses"]["default"]["description"] = "any answer but an error of the server"
            if method == "POST":
                fields = _fields(site + _example(pattern, known), headers)
                operation["requestBody"] = _body(fields, is_json=address.name.endswith("_save"))
            else:
                operation["parameters"] = [_query(name) for name in ("q", "page", "format", "agency", "from", "next")]
            operations[method.lower()] = operation
    return {"openapi": "3.1.0", "info": {"title": "Academy", "version": "1"}, "paths": paths}


def _parameter(kind: str, name: str, known: dict[str, list[Any]]) -> dict[str, Any]:
    free: dict[str, Any] = {"type": "integer"} if kind == "int" else {"type": "string", "minLength": 1}
    schema = {"anyOf": [{"enum": known["int" if kind == "int" else "str"]}, free]}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}


def _example(pattern: str, known: dict[str, list[Any]]) -> str:
    return PARAMETER.sub(lambda part: str(known["int" if part[1] == "int" else "str"][0]), pattern)


def _fields(address: str, headers: dict[str, str]) -> set[str]:
    """The names of the fields of the form at an address, if there is one."""
    try:
        with urlopen(Request(address, headers=headers), timeout=60) as answer:  # noqa: S310 - our own server
            return set(FIELD.findall(answer.read().decode(errors="replace"))) - {"csrfmiddlewaretoken"}
    except (HTTPError, OSError):
        return set()


def _body(fields: set[str], *, is_json: bool) -> dict[str, Any]:
    anything: dict[str, Any] = {} if is_json else {"type": "string"}
    schema = {"type": "object", "properties": dict.fromkeys(sorted(fields), anything)}
    return {"content": {"application/json" if is_json else "application/x-www-form-urlencoded": {"schema": schema}}}


def known_parts() -> dict[str, list[Any]]:
    """Some of what stands in addresses of the demonstration, so that not every request ends at "not found"."""
    from certificates.models import Certificate
    from courses.models import Lesson
    from people.models import Agency, Person
    from workshops.models import Workshop

    asked = [(Workshop, "code"), (Lesson, "code"), (Agency, "code"), (Person, "public_code"), (Certificate, "code")]
    found = [model._default_manager.values_list(name, flat=True)[:3] for model, name in asked]  # noqa: SLF001
    return {"int": [1, 2, 3], "str": [str(value) for values in found for value in values]}


# --- The programs -----------------------------------------------------------------------------------------------------
def _program(name: str) -> tuple[list[str], dict[str, str]]:
    packages = installed_beside(ROOT / "requirements" / f"{name}.txt", ROOT / "var" / "scanners")
    if packages is None:
        sys.exit(f"{name} cannot be fetched: the package index cannot be reached.")
    return [sys.executable, str(packages / "bin" / name)], {**os.environ, "PYTHONPATH": str(packages)}


def schemathesis(site: str, role: str, headers: dict[str, str], seconds: int, folder: Path) -> list[str]:
    """Return what schemathesis complains of: the operation and how to send it again."""
    description = folder / f"{role}.json"
    description.write_text(json.dumps(describe(site, headers, known_parts())))
    report = folder / f"{role}.xml"
    program, environment = _program("schemathesis")
    options = ["--url", site, "--checks", "not_a_server_error", "--max-time", str(seconds), "--continue-on-failure",
               "--request-timeout", "60", "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all",
               "--warnings", "off", "--report", "junit", "--report-junit-path", str(report)]  # fmt: skip
    for name, value in headers.items():
        options += ["--header", f"{name}: {value}"]
    subprocess.run([*program, "run", str(description), *options], cwd=folder, env=environment, check=False)
    return re.findall(r'<failure[^>]*message="([^"]*)"', report.read_text()) if report.exists() else ["no report"]


def wapiti(site: str, role: str, headers: dict[str, str], seconds: int, folder: Path) -> list[str]:
    """Return what wapiti found, apart from remarks: the kind, the address and the field."""
    report = folder / f"{role}-wapiti.json"
    program, environment = _program("wapiti")
    options = ["--url", f"{site}/en/", "--scope", "folder", "--module", MODULES, "--format", "json", "--output", report,
               "--max-scan-time", str(seconds // 2), "--max-attack-time", str(max(seconds // 20, 10)),
               "--max-links-per-page", "20", "--flush-session", "--store-session", folder, "--no-bugreport",
               "--exclude", f"{site}/en/account/logout/", "--verbose", "0"]  # fmt: skip
    for name, value in headers.items():
        options += ["--header", f"{name}: {value}"]
    subprocess.run([*program, *map(str, options)], cwd=folder, env=environment, check=False)
    if not report.exists():
        return ["no report"]
    told = json.loads(report.read_text())
    return [
        f"{kind}: {each['method']} {each['path']} {each['parameter']} {each['info']}"
        for kind, found in [*told["vulnerabilities"].items(), *told["anomalies"].items()]
        for each in found
        if each["level"] > INFORMATIONAL
    ]


PROGRAMS = {"schemathesis": schemathesis, "wapiti": wapiti}


# --- The demonstration ------------------------------------------------------------------------------------------------
def _demonstration(folder: Path) -> None:
    """Load a demonstration into an empty folder, and use it in this process."""
    os.environ["VAR_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    if not (folder / "academy.sqlite3").exists():
        for command in ("prepare", "load_demo"):
            subprocess.run([sys.executable, "manage.py", command], cwd=ROOT, check=True)
    import django

    django.setup()


def _headers(role: str) -> dict[str, str]:
    """What a browser sends that somebody of the role has signed in with."""
    from operations.demo.people import DOMAIN
    from operations.management.web import signed_in
    from people.models import Account

    cookies = {"csrftoken": CSRF}
    if role != NOBODY:
        key = signed_in(Account.objects.get(email=f"{role}@{DOMAIN}")).session_key
        cookies["sessionid"] = str(key)
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "X-CSRFToken": CSRF}


def scan(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Yield a line for everything that is more than a remark."""
    from operations.management.web import server

    with server(workers=2) as site:
        for role in options.roles:
            for name in options.only:
                for complaint in PROGRAMS[name](site, role, _headers(role), options.seconds, folder):
                    yield f"{name} as {role}: {complaint}"


def main() -> int:
    """Return 1 when a program found more than a remark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--roles", nargs="+", choices=ROLES, default=list(ROLES))
    parser.add_argument("--only", nargs="+", choices=list(PROGRAMS), default=list(PROGRAMS))
    parser.add_argument("--seconds", type=int, default=300, help="how long each program works as each role")
    parser.add_argument("--folder", type=Path, help="where the demonstration is kept, or lies already")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="academy-scan-"))
    try:
        _demonstration(folder)
        complaints = list(scan(options, folder))
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(complaints) or "Nothing above informational.")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
