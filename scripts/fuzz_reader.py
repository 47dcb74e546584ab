"""One reader of questions under atheris, in a process of its own; `scripts/fuzz.py` starts it.

    python scripts/fuzz_reader.py PACKAGES FORMAT FOLDER options of libFuzzer …

Seeds are the example that is offered for download in each language and the samples of the tests, whole and in pieces,
and every text that stands in the tests of the format. Packages and Excel tables are unpacked before they are changed
and packed again after, so that what is tried is more than a damaged ZIP.
"""

import ast
import io
import os
import random
import re
import sys
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests" / "assessments" / "formats"
# How what is tried becomes a file: gaps stand in a question of Moodle. All others are formats of their own.
CLOZE = '<quiz><question type="cloze"><questiontext format="html"><text>{}</text></questiontext></question></quiz>'
# The tests of the reader, and the samples beside them.
TESTED_IN = {
    "json": "test_[rt]*s*.py",
    "csv": "test_tables.py",
    "xlsx": "test_tables.py",
    "moodlexml": "test_moodle_xml.py",
    "docx": "test_word.py",
    "gift": "test_gift.py",
    "aiken": "test_aiken.py",
    "qti": "test_qti*.py",
    "qti12": "test_qti12.py",
    "cloze": "test_cloze.py",
}
PACKED = {"docx", "xlsx", "qti", "qti12"}
SAMPLES = {"moodlexml": "moodle*.xml", "qti12": "qti12*.xml"}
# Single questions of a sample, and what a file has around them: small files are tried faster.
QUESTION = {
    "moodlexml": (re.compile(r"<question .*?</question>", re.DOTALL), "<quiz>{}</quiz>"),
    "qti12": (re.compile(r"<item .*?</item>", re.DOTALL), "<questestinterop>{}</questestinterop>"),
}
# Names of elements and attributes, numbers, and signs with what is written around them.
WORTH_TRYING = re.compile(r'</?[\w:-]+|[\w:-]+="[^"<>]{0,40}"|"\w+":|\w+|[^\w\s]+')
LONGEST_SEED, LONGEST_SIGN = 100_000, 40  # bytes, characters
ONE_FILE_OF = 4  # in so many changes of a package, one changes the ZIP itself


def main() -> None:
    """Begin with the seeds and go on until libFuzzer ends it."""
    packages, name, folder, *options = sys.argv[1:]
    sys.path[:0] = [str(ROOT)]
    sys.path.append(packages)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import atheris
    import django

    with atheris.instrument_imports(include=["assessments.formats", "assessments.question_types", "core"]):
        django.setup()
        from assessments.formats.exchange import understood
    Path(folder, "signs.dict").write_text(_dictionary(name))
    for seed in _seeds(name):
        Path(folder, "seeds", sha256(seed).hexdigest()[:16]).write_bytes(seed)

    def read(content: bytes) -> None:
        if name == "cloze":
            understood("moodlexml", CLOZE.format(escape(content.decode(errors="replace"))).encode(), "ru")
        else:
            understood(name, content, "ru")

    def changed(content: bytes, longest: int, seed: int) -> bytes:
        return _changed(content, longest, random.Random(seed), atheris.Mutate)  # noqa: S311 - libFuzzer says the seed

    own = {"custom_mutator": changed} if name in PACKED else {}
    atheris.Setup([sys.argv[0], *options], read, **own)
    atheris.Fuzz()


def _seeds(name: str) -> list[bytes]:
    from assessments.formats.exchange import FORMATS
    from assessments.formats.format_guide import example_file, is_written

    found = [path.read_bytes() for path in sorted(TESTS.glob(f"samples/{SAMPLES.get(name, '')}")) if path.is_file()]
    if name in FORMATS and is_written(FORMATS[name]):
        found += [example_file(name, language) for language in ("en", "ru", "be")]
    found += [piece for sample in found[:] for piece in _pieces(name, sample)]
    found += [text.encode(errors="replace") for text in _texts(name) if name not in {"docx", "xlsx"}]
    found += _word_files() if name == "docx" else []
    return [each for each in found if len(each) <= LONGEST_SEED]


def _word_files() -> list[bytes]:
    """Word files with everything that their reader knows."""
    from tests.word_files import EXAMPLES

    return list(EXAMPLES)


def _pieces(name: str, sample: bytes) -> list[bytes]:
    """A file with each question or row of a sample alone, and what is packed in it; for QTI 1.2 a package as well."""
    if name == "csv":
        heading, *rows = sample.splitlines(keepends=True)
        return [heading + row for row in rows]
    if name == "qti":
        return list(_unpacked(sample).values())
    question, around = QUESTION.get(name, (None, ""))
    alone = [around.format(each).encode() for each in question.findall(sample.decode())] if question else []
    return [*alone, *(_packed({"imsmanifest.xml": b"<manifest/>", "q.xml": each}) for each in alone if name == "qti12")]


def _texts(name: str) -> list[str]:
    """Every text that stands in the tests of a format."""
    trees = [ast.parse(path.read_text()) for path in sorted(TESTS.glob(TESTED_IN[name]))]
    every = [each.value for tree in trees for each in ast.walk(tree) if isinstance(each, ast.Constant)]
    return list(dict.fromkeys(each for each in every if isinstance(each, str) and each.strip()))


def _dictionary(name: str) -> str:
    """The signs of a format as libFuzzer reads them: a text in quotation marks on each line."""
    signs = dict.fromkeys(
        sign for text in _texts(name) for sign in WORTH_TRYING.findall(text) if len(sign) <= LONGEST_SIGN
    )
    quoted = ("".join(f"\\x{byte:02x}" for byte in sign.encode(errors="replace")) for sign in signs)
    return "".join(f'"{each}"\n' for each in quoted)


def _changed(content: bytes, longest: int, chance: random.Random, mutate: Any) -> bytes:
    """The bytes with a small change; of a package most often in one of its files."""
    parts = _unpacked(content) if chance.randrange(ONE_FILE_OF) else {}
    if not parts:
        return mutate(content, longest)
    # The first files of a package are about the package itself; questions stand in the last ones.
    changing = chance.choice(sorted(parts, key=lambda each: len(parts[each]))[-3:])
    parts[changing] = mutate(parts[changing], longest)
    packed = _packed(parts)
    return packed if len(packed) <= longest else content


def _packed(parts: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, inside in parts.items():
            package.writestr(name, inside)
    return written.getvalue()


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return {each.filename: package.read(each) for each in package.infolist() if each.file_size < LONGEST_SEED}
    except Exception:  # noqa: BLE001 - whatever a damaged package raises, it is changed as bytes then
        return {}


if __name__ == "__main__":
    main()
