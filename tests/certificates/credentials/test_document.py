import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft201909Validator
from jsonschema.validators import validator_for

from certificates.credentials import document
from tests.certificates.credentials import samples

SCHEMA = Path(__file__).parent / "schemas" / "ob_v3p0_achievementcredential_schema.json"


@pytest.fixture(scope="module")
def schema():
    text = SCHEMA.read_bytes()
    assert hashlib.sha256(text).hexdigest() in (SCHEMA.parent / "README.md").read_text()
    read = json.loads(text)
    assert validator_for(read) is Draft201909Validator
    return Draft201909Validator(read, format_checker=Draft201909Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("language", ["en", "ru", "be"])
@pytest.mark.parametrize("kind", ["module", "workshop"])
def test_it_is_valid_against_the_schema_of_1edtech(schema, language, kind):
    expires_at = samples.MOMENT + timedelta(days=730)
    made = document.credential(samples.payload(language, kind), samples.facts(expires_at=expires_at))

    assert list(schema.iter_errors(samples.proven(made))) == []


@pytest.mark.parametrize("missing", ["@context", "id", "type", "credentialSubject", "issuer", "validFrom"])
def test_the_schema_would_see_what_is_missing(schema, missing):
    made = samples.proven()
    del made[missing]

    assert list(schema.iter_errors(made))


def test_it_says_what_is_printed_in_the_language_of_the_certificate():
    made = samples.bare("be")
    subject, printed = made["credentialSubject"], samples.payload("be")["printed"]

    assert (made["id"], made["issuer"]["id"]) == (
        f"https://academy.example/v/{samples.CODE}",
        "did:web:academy.example",
    )
    assert made["name"] == printed["title"]
    assert subject["achievement"]["name"] == "Дапамога"
    assert subject["achievement"]["inLanguage"] == "be"
    assert all(
        f"{label}: {value}" in subject["achievement"]["criteria"]["narrative"] for label, value in printed["facts"]
    )
    assert [each["identityHash"] for each in subject["identifier"]] == [
        "Ўладзіслаў Лук’яновіч",
        "Uladzislau Lukianovich",
    ]
    assert subject["creditsEarned"] == 4.5


def test_it_gives_the_result_with_what_was_needed():
    module = samples.bare(kind="module")["credentialSubject"]
    workshop = samples.bare(kind="workshop")["credentialSubject"]

    assert [each["value"] for each in module["result"]] == ["83"]
    assert [each["requiredValue"] for each in module["achievement"]["resultDescription"]] == ["75"]
    assert [each["value"] for each in workshop["result"]] == ["85", "75"]
    assert [each["requiredValue"] for each in workshop["achievement"]["resultDescription"]] == ["80", "75"]
    for subject in (module, workshop):
        described = [each["id"] for each in subject["achievement"]["resultDescription"]]
        assert [each["resultDescription"] for each in subject["result"]] == described


def test_what_was_not_counted_is_not_said():
    made = document.credential(samples.payload(result={"lessons": [2, 2], "mark": None}), samples.facts(hours=0))

    assert {"result", "creditsEarned"}.isdisjoint(made["credentialSubject"])
    assert "validUntil" not in made


def test_it_names_nobody_by_anything_but_the_name():
    text = json.dumps(samples.proven(), ensure_ascii=False)

    assert "@" not in text.replace('"@context"', "")
    assert "City polyclinic" not in text
