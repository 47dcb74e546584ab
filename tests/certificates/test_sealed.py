"""Certificates of the services before the eyes of everybody else's programs: every language, case, turn and state.

veraPDF, qpdf, poppler, OpenSSL, pyHanko, two readers of codes, two verifiers of credentials.
"""

import copy
import io
import json
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
import zxingcpp
from django.db import transaction
from PIL import Image, ImageFilter
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from certificates.signatures import inspect
from tests.certificates.pages import LANGUAGES, joined, reading_order, structure
from tests.certificates.sealed import ORIENTATIONS, SEALED_CASES, STATES, Register, Sealed, make_register
from tests.certificates.verifiers.programs import by_javascript, by_python, by_verapdf
from tests.certificates.verifiers.signatures import by_openssl, by_pdfsig, by_pyhanko

pytestmark = pytest.mark.deep

LIMIT = 80_000
TOOLS = ("openssl", "pdfdetach", "pdffonts", "pdfinfo", "pdfsig", "pdftoppm", "pdftotext", "qpdf")
PLACES = [
    (language, name, orientation) for language in LANGUAGES for name in SEALED_CASES for orientation in ORIENTATIONS
]
FILES = [(place, state) for place in PLACES for state in STATES]
every_certificate = pytest.mark.parametrize("place", PLACES, ids=map(", ".join, PLACES))
every_file = pytest.mark.parametrize(
    ("place", "state"), FILES, ids=[", ".join([*place, state]) for place, state in FILES]
)


@pytest.fixture(scope="module")
def register(django_db_setup, django_db_blocker, tmp_path_factory) -> Register:
    """What the services issued; the tables are as they were before."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.fail(f"These tests need poppler-utils, qpdf and openssl; missing: {', '.join(missing)}")
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_register(tmp_path_factory.mktemp("sealed"))
        transaction.set_rollback(True)
    return made


@pytest.fixture
def sealed(register, place) -> Sealed:
    return register.certificates[place]


@pytest.fixture
def file(sealed, state) -> Path:
    return sealed.files[state]


def run(*command: object) -> str:
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    return result.stdout + result.stderr


def spoken(file: Path) -> list[tuple[str, str]]:
    """(kind of element, its text without spaces) as poppler finds them in the structure tree."""
    elements: list[tuple[str, str]] = []
    for line in run("pdfinfo", "-struct-text", file).splitlines():
        if begins := re.match(r"  (\w+)(?: \(|:)", line):
            elements.append((begins[1], ""))
        elif said := re.fullmatch(r'\s+"(.*)"', line):
            kind, before = elements.pop()
            elements.append((kind, before + "".join(said[1].split())))
    return elements


def bad(page: Path, blur: float) -> Image.Image:
    """The picture of a page as a bad camera takes it: blurred, turned by 4 degrees, full of traces of JPEG."""
    buffer = io.BytesIO()
    with Image.open(page) as sharp:
        blurred = sharp.convert("L").filter(ImageFilter.GaussianBlur(blur))
    blurred.rotate(4, Image.Resampling.BICUBIC, expand=True, fillcolor=255).save(buffer, "JPEG", quality=35)
    return Image.open(buffer)


# --- The file and its page ------------------------------------------------------------------------------------------
def test_verapdf_finds_nothing_in_any_file(register):
    files = [file for sealed in register.certificates.values() for file in sealed.files.values()]

    found = by_verapdf(files, ["3a", "ua1"])

    assert [each for each in found if each.broken] == []
    assert [(each.file, each.standard) for each in found] == [(file, each) for file in files for each in ("3a", "ua1")]
    assert min(each.tried for each in found) > 1000


def test_verapdf_names_what_is_broken(register, tmp_path):
    file = next(iter(register.certificates.values())).files["signed"]
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(file.read_bytes().replace(b"/MarkInfo", b"/MerkInfo"))

    found = by_verapdf([broken], ["3a", "ua1"])

    assert [each.broken.partition(":")[0] for each in found] == ["6.7.2.2-1", "6.2-1"]


@every_file
def test_qpdf_finds_nothing(file):
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", file)


@every_file
def test_every_font_is_embedded_a_subset_and_maps_back_to_letters(file):
    rows = [line.split() for line in run("pdffonts", file).splitlines()[2:]]

    assert len(rows) >= 4
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows)


@every_file
def test_what_is_read_is_in_the_golden_order(file, sealed):
    order = reading_order(sealed.words)

    assert spoken(file) == [(kind, "" if kind == "Figure" else "".join(text.split())) for kind, text in order]
    figures = [alternative for kind, alternative, _language in structure(file.read_bytes()) if kind == "/Figure"]
    assert figures == [text for kind, text in order if kind == "Figure"]


@every_file
def test_names_are_copied_letter_by_letter_in_composed_letters(file, sealed):
    text = run("pdftotext", "-raw", file, "-")

    assert unicodedata.is_normalized("NFC", text)
    said = " ".join(joined(text))
    assert [name for name in (sealed.words.name, sealed.words.other_name, sealed.words.code) if name not in said] == []


@every_certificate
def test_a_signed_file_is_light(sealed):
    assert sealed.files["signed"].stat().st_size <= LIMIT


@every_certificate
def test_a_bad_picture_of_the_code_is_read_by_two_readers(sealed, tmp_path):
    zbar = pytest.importorskip("pyzbar.pyzbar", reason="the other reader is missing: apt-get install libzbar0")
    run("pdftoppm", "-r", "100", "-png", "-singlefile", sealed.files["signed"], tmp_path / "page")

    # zbar, the older one, needs a picture that is a little less blurred.
    assert [code.text for code in zxingcpp.read_barcodes(bad(tmp_path / "page.png", 1.0))] == [sealed.words.address]
    codes = zbar.decode(bad(tmp_path / "page.png", 0.6))
    assert [code.data.decode() for code in codes] == [sealed.words.address]


# --- The signature --------------------------------------------------------------------------------------------------
@every_file
def test_everybody_finds_the_signature_valid(file, place, state, register, tmp_path):
    data = file.read_bytes()
    signed = state == "signed"

    verdict = by_pyhanko(data, register.roots, register.revocations)
    assert (verdict.bottom_line, verdict.docmdp_ok) == (True, True)
    assert verdict.modification_level == (ModificationLevel.NONE if signed else ModificationLevel.LTA_UPDATES)
    assert by_openssl(data, register.roots, tmp_path) == (0, "CMS Verification successful")
    assert by_pdfsig(file) == ("Signature is Valid.", signed)
    found = inspect(data, [verdict.signing_cert.dump()])
    assert (found.intact, found.trusted, found.covers_whole_file) == (True, True, signed)


@every_certificate
def test_a_time_stamp_holds_where_there_is_one(sealed, place, register):
    stamps = PdfFileReader(io.BytesIO(sealed.files["long-term"].read_bytes())).embedded_timestamp_signatures

    verdicts = [validate_pdf_timestamp(stamp, ValidationContext(trust_roots=[register.timestamps])) for stamp in stamps]

    assert [(each.intact, each.trusted) for each in verdicts] == [(True, True)] * (place[2] == "portrait")


@every_file
def test_a_flipped_byte_is_reported_by_everybody(file, register, tmp_path):
    changed = bytearray(file.read_bytes())
    changed[changed.index(b"stream") + 100] ^= 1
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(changed)

    assert not by_pyhanko(bytes(changed), register.roots, register.revocations).bottom_line
    assert by_openssl(bytes(changed), register.roots, tmp_path)[0] != 0
    assert by_pdfsig(altered)[0] == "Digest Mismatch."
    assert not inspect(bytes(changed), []).intact


@every_file
def test_a_later_edit_is_reported_by_everybody(file, register, tmp_path):
    writer = IncrementalPdfFileWriter(io.BytesIO(file.read_bytes()))
    writer.root["/Lang"] = writer.root["/Metadata"]
    writer.update_root()
    edited = tmp_path / "edited.pdf"
    with edited.open("wb") as output:
        writer.write(output)

    verdict = by_pyhanko(edited.read_bytes(), register.roots, register.revocations)
    assert (verdict.intact, verdict.docmdp_ok, verdict.bottom_line) == (True, False, False)
    assert by_pdfsig(edited) == ("Signature is Valid.", False)
    assert not inspect(edited.read_bytes(), []).covers_whole_file


# --- The credential -------------------------------------------------------------------------------------------------
@every_file
def test_the_credential_comes_out_as_it_was_stored(file, sealed, tmp_path):
    run("pdfdetach", "-save", "1", "-o", tmp_path / "credential.json", file)

    assert (tmp_path / "credential.json").read_text(encoding="utf-8") == sealed.credential


@pytest.fixture(scope="module")
def credentials(register, tmp_path_factory) -> list[dict]:
    """All of them, out of the files of which they are a part."""
    out = tmp_path_factory.mktemp("credentials") / "credential.json"
    found = []
    for sealed in register.certificates.values():
        run("pdfdetach", "-save", "1", "-o", out, sealed.files["long-term"])
        found.append(json.loads(out.read_text(encoding="utf-8")))
    return found


HOLDS = {"eddsa-rdfc-2022": "", "eddsa-jcs-2022": ""}


def test_verifiers_of_others_accept_every_credential(register, credentials):
    javascript = by_javascript(credentials, register.documents)
    python = by_python(credentials, register.documents)

    assert {(each["verified"], each["error"], *each["status"]) for each in javascript} == {(True, "", False)}
    assert min(each["safe"] for each in javascript) > 40
    assert [each for each in python if each != {"proofs": HOLDS, "out_of_force": False}] == []
    assert len(credentials) == len(PLACES)


def test_verifiers_of_others_refuse_every_credential_that_was_tampered_with(register, credentials):
    tampered = copy.deepcopy(credentials)
    for credential in tampered:
        credential["credentialSubject"]["achievement"]["name"] += " with distinction"

    assert {each["verified"] for each in by_javascript(tampered, register.documents)} == {False}
    assert all(all(each["proofs"].values()) for each in by_python(tampered, register.documents))


def test_verifiers_of_others_read_that_every_certificate_was_revoked(register, credentials):
    javascript = by_javascript(credentials, register.documents_later)
    python = by_python(credentials, register.documents_later)

    assert {(each["verified"], *each["status"]) for each in javascript} == {(True, True)}
    assert [each for each in python if each != {"proofs": HOLDS, "out_of_force": True}] == []
