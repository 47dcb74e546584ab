import doctest
from typing import Any

import pytest
from django.utils.translation import override

from certificates import wording

MODULE = {"lessons": [6, 6], "mark": 1999, "max_mark": 2400, "pass_mark": 75, "attempt": 2}
WORKSHOP = {"sessions": [4, 5], "credited_minutes": 492, "planned_minutes": 600, "mark": None, "max_mark": None}


def payload(**changes: Any) -> dict[str, Any]:
    return {
        "holder": {"native": "Кавалёва Ганна", "latin": "Hanna Kavaliova"},
        "agency": {"en": "Clinic", "be": "Клініка"},
        "subject": {"kind": "module", "code": "M1", "titles": {"en": "Rights", "be": "Правы"}},
        "minutes": 210,
        "dates": {"from": "2026-03-09", "to": "2026-03-09", "issued": "2026-03-09", "expires": None},
        "result": MODULE,
        "issuer": {"en": "Academy"},
        "site": "academy.example.org",
        "address": "https://academy.example.org/v/7K3M9QXT2FZAY",
    } | changes


def held(first: str, last: str) -> dict[str, Any]:
    return payload(dates={"from": first, "to": last, "issued": last, "expires": None})


def workshop(**result: Any) -> dict[str, Any]:
    return payload(subject={"kind": "workshop", "code": "W1", "titles": {"en": "Together"}}, result=WORKSHOP | result)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_worked_examples_hold():
    assert doctest.testmod(wording).failed == 0


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, ""), (22, ""), (45, "1 academic hour"), (67, "1 academic hour"), (68, "1.5 academic hours"),
     (90, "2 academic hours"), (210, "4.5 academic hours")],
)  # fmt: skip
def test_hours_have_45_minutes_and_are_rounded_down_to_a_half(minutes, expected):
    assert wording.hours(payload(minutes=minutes)) == expected


def test_half_hours_have_the_decimal_comma_of_belarusian():
    with override("be"):
        assert wording.hours(payload()).startswith("4,5")


@pytest.mark.parametrize(
    ("first", "last", "language", "expected"),
    [
        ("2026-03-09", "2026-03-09", "en", "9 March 2026"),
        ("2026-03-09", "2026-03-10", "en", "9–10 March 2026"),
        ("2026-03-30", "2026-04-02", "en", "30 March – 2 April 2026"),
        ("2025-12-30", "2026-01-02", "en", "30 December 2025 – 2 January 2026"),
        ("2026-03-09", "2026-03-10", "ru", "9–10 марта 2026\N{NO-BREAK SPACE}г."),
        ("2026-03-30", "2026-04-02", "be", "30 сакавіка – 2 красавіка 2026\N{NO-BREAK SPACE}г."),
        ("2026-05-01", "2026-05-01", "be", "1 мая 2026\N{NO-BREAK SPACE}г."),
    ],
)
def test_days_are_written_as_each_language_writes_them(first, last, language, expected):
    with override(language):
        assert wording.period(held(first, last)) == expected


def test_the_result_of_a_module_is_its_final_test_rounded_down():
    assert plain(wording.result(payload())) == "final test 83 % (pass mark 75 %)"


def test_a_result_is_broken_only_after_a_comma_and_before_a_bracket():
    assert wording.result(payload()).split(" ") == ["final\xa0test\xa083\xa0%", "(pass\xa0mark\xa075\xa0%)"]
    assert wording.result(workshop()).split(" ") == ["4\xa0of\xa05\xa0sessions,", "82\xa0%\xa0of\xa0the\xa0hours"]


def test_the_result_of_a_module_without_a_test_is_its_lessons():
    result = MODULE | {"mark": None, "max_mark": None}

    assert plain(wording.result(payload(result=result))) == "6 of 6 lessons"


def test_the_result_of_a_workshop_is_its_attendance():
    assert plain(wording.result(workshop())) == "4 of 5 sessions, 82 % of the hours"


def test_the_result_of_a_workshop_with_a_test_names_it():
    assert plain(wording.result(workshop(mark=800, max_mark=1000))) == (
        "4 of 5 sessions, 82 % of the hours, test after 80 %"
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ("Hanna Kavaliova", "Кавалёва Ганна")), ("be", ("Кавалёва Ганна", "Hanna Kavaliova"))],
)
def test_the_name_in_the_script_of_the_language_comes_first(language, expected):
    with override(language):
        assert wording.names(payload()) == expected


def test_a_name_without_a_latin_form_stands_alone():
    assert wording.names(payload(holder={"native": "Кавалёва Ганна", "latin": ""})) == ("Кавалёва Ганна", "")


def test_a_text_that_is_missing_in_a_language_is_the_first_there_is():
    with override("ru"):
        assert wording.in_active_language({"en": "Clinic", "be": "Клініка"}) == "Clinic"


def test_everything_printed_on_a_certificate():
    assert wording.printed(payload()) == {
        "language": "en",
        "document_title": "Certificate of completion: Hanna Kavaliova",
        "document_subject": "Rights",
        "issuer": "Academy",
        "title": "Certificate of completion",
        "name": "Hanna Kavaliova",
        "other_name": "Кавалёва Ганна",
        "agency": "Clinic",
        "statement": "has completed the self-paced module",
        "subject": "Rights",
        "facts": [
            ("Duration", "4.5 academic hours"),
            ("Completed", "9 March 2026"),
            ("Result", wording.result(payload())),
        ],
        "issued": "Issued on 9 March 2026, academy.example.org",
        "note": "An academic hour is 45 minutes.",
        "verify": "Scan or type this code to see whether the certificate is valid.",
        "address": "https://academy.example.org/v/7K3M9QXT2FZAY",
        "printed_address": "academy.example.org/v/7K3M9QXT2FZAY",
        "seal_description": "Emblem of Academy: a ring of four arcs",
        "qr_description": "Check this certificate at https://academy.example.org/v/7K3M9QXT2FZAY",
        "extra": "",
        "signatories": [],
        "logos": [],
    }


def test_a_certificate_that_expires_says_until_when():
    dates = {"from": "2026-03-09", "to": "2026-03-09", "issued": "2026-03-09", "expires": "2028-03-09"}

    assert wording.printed(payload(dates=dates))["issued"] == (
        "Issued on 9 March 2026, academy.example.org. Valid until 9 March 2028."
    )
