"""Configurations of proxies and of the database: programs that read them have nothing against them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from certificates.contents import MAX_ARCHIVE
from config.headers import POLICY
from core.middleware import SAVED
from library.views import NOT_BY_NAME

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NGINX, CADDY = DEPLOY / "nginx" / "academy.conf", DEPLOY / "caddy" / "Caddyfile"
INGRESS = DEPLOY / "kubernetes" / "web.yaml"
# What stands around a file in a form, and bytes that a line of 400 kbit/s takes in a second.
AROUND_IT, SLOW_LINE = 1_000_000, 50_000
HEADERS = DEPLOY / "nginx" / "academy-static.conf"
NGINX_UPLOADS, CADDY_UPLOADS = DEPLOY / "nginx" / "academy-uploads.conf", DEPLOY / "caddy" / "uploads.caddy"


@pytest.fixture
def nginx_home(tmp_path):
    """A folder with all that the configuration names, and a main file around it."""
    subject = ["-subj", "/CN=academy.example.org"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", *subject,
         "-keyout", tmp_path / "site.key", "-out", tmp_path / "site.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    moved = {"/etc/academy/tls": tmp_path, "/etc/nginx": HEADERS.parent, "/var/log/nginx": tmp_path}
    for name in ("pem", "key"):
        shutil.copy(tmp_path / f"site.{name}", tmp_path / f"uploads.{name}")
    text = NGINX.read_text(encoding="utf-8") + NGINX_UPLOADS.read_text(encoding="utf-8")
    for there, here in moved.items():
        text = text.replace(there, str(here))
    (tmp_path / "site.conf").write_text(text, encoding="utf-8")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\ninclude {tmp_path}/site.conf;\n}}\n", encoding="utf-8"
    )
    return tmp_path


@pytest.mark.skipif(shutil.which("nginx") is None, reason="there is no nginx: apt-get install nginx")
@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl to make a certificate")
def test_nginx_takes_its_configuration(nginx_home):
    said = subprocess.run(
        ["nginx", "-t", "-q", "-e", "stderr", "-p", nginx_home, "-c", nginx_home / "nginx.conf"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("caddy") is None, reason="there is no caddy: apt-get install caddy")
def test_caddy_takes_its_configuration(tmp_path):
    both = tmp_path / "Caddyfile"
    both.write_text(f"{CADDY.read_text(encoding='utf-8')}\nimport {CADDY_UPLOADS}\n", encoding="utf-8")

    said = subprocess.run(
        ["env", f"HOME={tmp_path}", "caddy", "validate", "--adapter", "caddyfile", "--config", both],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.returncode == 0, said.stderr
    assert '"level":"warn"' not in said.stderr


@pytest.mark.parametrize("path", [HEADERS, CADDY], ids=["nginx", "caddy"])
def test_files_get_the_headers_that_the_academy_gives_them(path):
    text = path.read_text(encoding="utf-8")

    assert f'Content-Security-Policy "{POLICY}"' in text
    for header in ("X-Content-Type-Options nosniff", f"Referrer-Policy {settings.SECURE_REFERRER_POLICY}"):
        assert header in text


@pytest.mark.parametrize("path", [NGINX, CADDY, INGRESS], ids=["nginx", "caddy", "ingress"])
def test_a_proxy_takes_the_largest_file_and_what_stands_around_it(path):
    said = re.findall(
        r"(?:client_max_body_size |\bmax_size |proxy-body-size: )(\d+)(m|MB)", path.read_text(encoding="utf-8")
    )
    [size] = [int(number) * {"m": 1024 * 1024, "MB": 1_000_000}[unit] for number, unit in said]

    assert MAX_ARCHIVE + AROUND_IT < size < 1.2 * MAX_ARCHIVE


def test_caddy_waits_for_the_largest_file_on_a_slow_line():
    """What it is told is for the whole request, however much of it has come."""
    [minutes] = re.findall(r"read_body (\d+)m", CADDY.read_text(encoding="utf-8"))

    assert int(minutes) * 60 * SLOW_LINE > MAX_ARCHIVE


def test_a_proxy_writes_down_none_of_the_addresses_that_are_keys():
    page = (DEPLOY.parent / "docs" / "security" / "surroundings.md").read_text(encoding="utf-8")
    [sentence] = re.findall(r"let it leave out (.*)\.$", page, re.MULTILINE)
    [pattern] = re.findall(r'"~(\^\S+)" "\$door…"', NGINX.read_text(encoding="utf-8"))
    doors = re.findall(r"`(/\S+/)`", sentence)

    assert len(doors) == 9
    for door in doors:
        for address in (f"{door}SECRET/", f"/ru{door}SECRET"):
            assert re.match(pattern, address)["door"] == address.partition("SECRET")[0]
    assert re.match(pattern, "/en/my/certificates/") is None


@pytest.mark.parametrize("path", [NGINX_UPLOADS, CADDY_UPLOADS], ids=["nginx", "caddy"])
def test_uploaded_files_get_the_headers_that_the_academy_gives_them(path):
    text = path.read_text(encoding="utf-8")

    said = {
        "Content-Security-Policy": f'"{SAVED}"',
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    }
    assert [name for name, value in said.items() if f"{name} {value}" not in text] == []


@pytest.mark.parametrize(
    ("nginx", "caddy"), [(NGINX, CADDY), (NGINX_UPLOADS, CADDY_UPLOADS)], ids=["the site", "the host of uploads"]
)
def test_a_proxy_hands_out_no_document_by_its_name(nginx, caddy):
    [pattern] = re.findall(r"location ~ (\^/media/\S+) \{\s+return 404;", nginx.read_text(encoding="utf-8"))
    folders = re.findall(r"handle /media/(\w+)/\* \{\s+respond 404", caddy.read_text(encoding="utf-8"))

    assert set(folders) == NOT_BY_NAME
    assert all(re.match(pattern, f"/media/{folder}/notes.pdf") for folder in NOT_BY_NAME)
    assert re.match(pattern, "/media/original_images/map.png") is None
