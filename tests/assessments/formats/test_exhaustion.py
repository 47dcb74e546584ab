"""Files made to exhaust the machine are refused with a sentence."""

import pytest

from assessments.formats.exchange import understood

MB = 1024 * 1024
TOO_MANY = "The file has more than 20,000 questions. Split it into smaller ones."
TOO_DEEP = "The file has too many parts within each other."
NO_FRACTION = "The fraction of an answer must be a number."


def number(fraction: str) -> bytes:
    """A question whose answer earns this."""
    answer = f'{{"text": "1", "fraction": {fraction}}}'
    return f'[{{"type": "numerical", "stem": "How many?", "answers": [{answer}]}}]'.encode()


def answers(count: int) -> bytes:
    """A question with so many answers."""
    every = b",".join([b'{"text": "a", "fraction": 1}'] * count)
    return b'[{"type": "single_choice", "stem": "Which?", "answers": [' + every + b"]}]"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("json", b"[" + b"[]," * (2 * MB) + b"[]]", TOO_MANY),
        ("json", b'{"questions": [' + b"{}," * (5 * MB) + b"{}]}", TOO_MANY),
        ("json", b"[" * (10 * MB) + b"]" * (10 * MB - 1), TOO_DEEP),
        ("json", answers(500_000), "A question has at most 1,000 answers or pairs."),
        ("moodlexml", b"<a>" * (6 * MB), "The XML has too many elements within each other."),
        ("moodlexml", b"<quiz>" + b"<a/>" * (2 * MB) + b"</quiz>", "The XML has too many elements within each other."),
        ("moodlexml", b"<quiz>" + b"<question/>" * 100_000 + b"</quiz>", TOO_MANY),
        ("qti12", b"<questestinterop>" + b"<item/>" * 100_000 + b"</questestinterop>", TOO_MANY),
        ("qti", b"<a>" + b"<assessmentItem/>" * 100_000 + b"</a>", TOO_MANY),
        ("csv", b"," * MB, "The file is empty."),
        ("json", number("9" * MB), "A number in the file is too long."),
        ("json", number('"1e99999999"'), NO_FRACTION),
        ("json", number('"1e-99999999"'), NO_FRACTION),
        ("json", number("NaN"), NO_FRACTION),
    ],
    ids=[
        *("lists", "objects", "depth", "answers", "deep XML", "long XML", "questions of Moodle", "items of QTI 1.2"),
        *("items of QTI", "commas", "long number", "power", "root", "no number"),
    ],
)
def test_a_file_that_would_exhaust_the_machine_is_refused(name: str, content: bytes, sentence: str) -> None:
    understanding = understood(name, content, "ru")

    assert ([each.message for each in understanding.errors], understanding.questions) == ([sentence], [])
