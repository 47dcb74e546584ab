from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from certificates.chain import Entry, digest_of, payload_hash, problems

NOW = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)

FACTS = st.dictionaries(st.sampled_from(["payload_hash", "pdf_sha256", "key"]), st.none() | st.text(max_size=8))
STEPS = st.lists(st.tuples(st.sampled_from(["sealed", "revoked", "erased"]), FACTS), min_size=2, max_size=8)


def chain_of(steps: list[tuple[str, dict]]) -> list[Entry]:
    entries: list[Entry] = []
    for number, (action, facts) in enumerate(steps, start=1):
        previous = entries[-1].digest if entries else ""
        entry = Entry(number, f"CODE{number}", action, NOW + timedelta(seconds=number), facts, previous)
        entries.append(replace(entry, digest=digest_of(entry)))
    return entries


@given(STEPS)
def test_a_chain_that_was_only_added_to_holds(steps):
    assert list(problems(chain_of(steps))) == []


def test_an_empty_chain_holds():
    assert list(problems([])) == []


@given(STEPS, st.data())
def test_a_change_of_anything_that_an_entry_says_is_seen(steps, data):
    entries = chain_of(steps)
    at = data.draw(st.integers(0, len(entries) - 1))
    change = data.draw(
        st.sampled_from([
            {"code": "OTHER"},
            {"action": "lifted"},
            {"at": NOW},
            {"facts": {**entries[at].facts, "more": "x"}},
            {"previous": "0" * 64},
            {"digest": "0" * 64},
            {"number": 99},
        ])
    )  # fmt: skip
    entries[at] = replace(entries[at], **change)

    assert list(problems(entries)) != []


@given(STEPS, st.data())
def test_a_changed_entry_with_a_new_digest_is_seen_at_the_one_after_it(steps, data):
    entries = chain_of(steps)
    at = data.draw(st.integers(0, len(entries) - 2))
    forged = replace(entries[at], code="OTHER")
    entries[at] = replace(forged, digest=digest_of(forged))

    assert list(problems(entries)) == [f"Entry {at + 2} of the log does not follow the one before it."]


@given(STEPS, st.data())
def test_an_entry_that_was_dropped_is_seen_unless_it_was_the_last(steps, data):
    entries = chain_of(steps)
    at = data.draw(st.integers(0, len(entries) - 2))
    del entries[at]

    assert list(problems(entries)) != []


@given(STEPS, st.data())
def test_entries_that_changed_places_are_seen(steps, data):
    entries = chain_of(steps)
    at = data.draw(st.integers(0, len(entries) - 2))
    entries[at], entries[at + 1] = entries[at + 1], entries[at]

    assert list(problems(entries)) != []


@given(STEPS, st.data())
def test_an_entry_that_was_put_in_between_is_seen(steps, data):
    entries = chain_of(steps)
    at = data.draw(st.integers(0, len(entries) - 1))
    before = entries[at - 1].digest if at else ""
    forged = Entry(at + 1, "FORGED", "sealed", NOW, {}, before)
    entries.insert(at, replace(forged, digest=digest_of(forged)))

    assert list(problems(entries)) != []


def test_a_long_chain_is_looked_at_one_entry_after_the_other():
    seen = 0

    def entries():
        nonlocal seen
        for number in range(1, 4):
            seen += 1
            yield Entry(number, "CODE", "sealed", NOW, {}, "", "")

    next(iter(problems(entries())))

    assert seen == 1


def test_the_digest_is_that_of_a_moment_and_not_of_its_zone():
    entry = Entry(1, "CODE", "sealed", NOW, {"b": 1, "a": "я"}, "")
    elsewhere = replace(entry, at=NOW.astimezone(timezone(timedelta(hours=3))), facts={"a": "я", "b": 1})

    assert digest_of(entry) == digest_of(elsewhere)
    # Written down, so that nobody changes what a digest is made of without seeing it: old logs would break.
    assert digest_of(entry) == "69470290fff0fbb3ee6c26d771b3aa8f890d29b94610908bcf928e7ec1d7b2e3"


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(-1000, 1000), max_size=4), st.text())
def test_the_hash_of_a_payload_depends_on_the_salt_and_not_on_the_order(payload, salt):
    turned = dict(reversed(payload.items()))

    assert payload_hash(payload, salt) == payload_hash(turned, salt)
    assert payload_hash(payload, salt) != payload_hash(payload, f"{salt}0")
