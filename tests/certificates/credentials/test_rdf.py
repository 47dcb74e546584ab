from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld.jsonld import JsonLdError

from certificates.credentials import document, rdf, status
from tests.certificates.credentials import samples

LETTERS = st.characters(exclude_categories=["Cs"])
NAMES = st.text(LETTERS, min_size=1, max_size=60)


def renamed(native: str, latin: str, title: str) -> dict[str, Any]:
    return samples.bare(
        holder={"native": native, "latin": latin},
        subject={"kind": "module", "code": title[:6], "titles": {"be": title}},
    )


@settings(max_examples=500, deadline=None)
@given(NAMES, NAMES, NAMES)
def test_names_of_any_letters_give_what_pyld_gives(native, latin, title):
    made = renamed(native, latin, title)

    assert rdf.canonical(made) == rdf.thorough(made)


@pytest.mark.parametrize("language", ["en", "ru", "be"])
@pytest.mark.parametrize("kind", ["module", "workshop"])
@pytest.mark.parametrize("hours", [0, 2, 4.5, 120])
def test_each_kind_in_each_language_is_done_without_pyld(language, kind, hours, monkeypatch):
    made = document.credential(samples.payload(language, kind), samples.facts(hours=hours, expires_at=samples.MOMENT))
    expected = rdf.thorough(made)
    monkeypatch.setattr(rdf, "thorough", None)

    assert rdf.canonical(made) == expected


def test_a_status_list_and_the_options_of_a_proof_are_done_without_pyld(monkeypatch):
    listed = status.document("https://a.example/s/1", issuer="did:web:a.example", places=[1], moment=samples.MOMENT)
    expected = rdf.thorough(listed)
    monkeypatch.setattr(rdf, "thorough", None)

    assert rdf.canonical(listed) == expected


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"id": "relative/address"}, id="an address that is none"),
        pytest.param({"id": "https://a.example/<v>"}, id="an address with letters that none has"),
        pytest.param({"id": "urn:stand-in:3"}, id="what a stand-in is called"),
        pytest.param({"type": ["VerifiableCredential", "urn:stand-in:3"]}, id="a type that looks like a stand-in"),
        pytest.param({"name": {"@value": "назва", "@language": "be"}}, id="a text with its language"),
        pytest.param({"name": "tab\tand \x07 bell"}, id="control characters"),
        pytest.param({"name": 'back\\slash, "quotes",\nlines\r\n'}, id="what is escaped"),
        pytest.param({"unknown": "term"}, id="a term that no context knows"),
        pytest.param({"evidence": [{"type": ["Evidence"]}, {"type": ["Evidence"]}]}, id="nodes that are alike"),
        pytest.param({"issuer": "https://academy.example/v/7K3M9QXT2FZAY"}, id="two nodes of one address"),
    ],
)
def test_what_is_unusual_still_gives_what_pyld_gives(change):
    made = {**samples.bare(), **change}

    assert rdf.canonical(made) == rdf.thorough(made)


def test_the_same_name_twice_is_one_name():
    made = samples.bare(holder={"native": "Ann Lee", "latin": "Ann Lee"})

    assert len(made["credentialSubject"]["identifier"]) == 1
    assert rdf.canonical(made) == rdf.thorough(made)


def test_documents_of_one_shape_do_not_take_words_from_each_other():
    first, second = (renamed(name, "Latin", "Title") for name in ("Адна", "Другая"))
    rdf.canonical(first)

    assert "Адна" not in rdf.canonical(second)
    assert "Другая" in rdf.canonical(second)


def test_a_context_that_is_not_pinned_is_refused():
    with pytest.raises(JsonLdError):
        rdf.canonical({**samples.bare(), "@context": ["https://example.org/other"]})
