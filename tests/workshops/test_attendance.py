"""What counts as attendance: precedence, credit, shares."""

import doctest
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workshops import attendance, rules
from workshops.attendance import Cell, Decision, Evidence, Plan, decide, made_up, stand
from workshops.models import AttendanceEvent, AttendanceStatus
from workshops.rules import is_met

START = datetime(2026, 3, 9, 9, tzinfo=UTC)
PLAN = Plan(START, START + timedelta(minutes=90), 90)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def mark(name, minute, status, *, source="facilitator", minutes=None, correction=False, server=None):
    return Evidence(name, "mark", source, at(minute), server or at(minute), status, minutes, correction)


def scan(name, minute, kind="in", source="qr"):
    return Evidence(name, kind, source, at(minute), at(minute))


def test_the_words_are_those_of_the_tables():
    assert set(attendance._RANKS) == set(AttendanceEvent.Source.values)
    assert {
        attendance.PRESENT,
        attendance.LATE,
        attendance.LEFT_EARLY,
        attendance.EXCUSED,
        attendance.ABSENT,
        attendance.NOT_RECORDED,
    } == set(AttendanceStatus.values)


@pytest.mark.parametrize("source", ["facilitator", "paper", "coordinator"])
def test_a_word_outweighs_a_later_scan(source):
    events = [mark("a", 5, "absent", source=source), scan("b", 30)]

    assert decide(events, PLAN) == Decision("absent", 0, "a", source)


@pytest.mark.parametrize("source", ["qr", "code", "badge"])
def test_a_scan_outweighs_a_later_online_log(source):
    log = Evidence("b", "import", "online", at(80), at(80), minutes=20)

    assert decide([scan("a", 0, source=source), log], PLAN) == Decision("present", 90, "a", source)


def test_an_online_log_alone_makes_present_with_its_minutes():
    log = Evidence("a", "import", "online", at(90), at(90), minutes=50)

    assert decide([log], PLAN) == Decision("present", 50, "a", "online")


def test_within_a_class_the_latest_device_time_decides_whatever_arrived_first():
    events = [mark("late", 40, "excused", server=at(41)), mark("early", 10, "absent", server=at(60))]

    assert decide(events, PLAN).decided_by == "late"


def test_of_two_at_the_same_device_time_the_one_that_the_server_got_later_decides():
    events = [mark("a", 10, "absent", server=at(20)), mark("b", 10, "present", server=at(30))]

    assert decide(events, PLAN) == Decision("present", 90, "b", "facilitator")


def test_a_correction_ranks_with_the_facilitators_marks_and_says_so():
    events = [mark("a", 10, "absent"), mark("b", 500, "late", minutes=60, correction=True)]

    assert decide(events, PLAN) == Decision("late", 70, "b", "correction")


def test_not_recorded_outweighs_nothing():
    events = [scan("a", 0), mark("b", 60, "not_recorded")]

    assert decide(events, PLAN) == Decision("present", 90, "a", "qr")


def test_not_recorded_alone_stays_not_recorded():
    assert decide([mark("a", 60, "not_recorded")], PLAN) == Decision("not_recorded", 0, "a", "")


@pytest.mark.parametrize(
    ("scans", "expected"),
    [
        ([("in", -20)], ("present", 90)),  # in without out: to the end
        ([("in", 10)], ("present", 90)),  # ten minutes are forgiven
        ([("in", 11)], ("late", 89)),
        ([("in", 40)], ("late", 60)),
        ([("out", 40)], ("left_early", 50)),  # out without in: from the start
        ([("out", 85)], ("present", 90)),
        ([("in", 20), ("out", 60)], ("left_early", 50)),
        ([("in", 30), ("out", 80)], ("late", 60)),
        ([("in", 0), ("out", 30), ("in", 60)], ("left_early", 70)),  # stepped out for half an hour
        ([("in", 0), ("in", 30)], ("present", 90)),
        ([("in", 0), ("out", 30), ("out", 60)], ("left_early", 40)),
    ],
)
def test_scans_are_read_together(scans, expected):
    events = [scan(str(place), minute, kind) for place, (kind, minute) in enumerate(scans)]

    decision = decide(events, PLAN)

    assert (decision.status, decision.credited) == expected


def test_a_scan_after_the_end_is_kept_and_decides_nothing():
    assert decide([scan("a", 95)], PLAN) == Decision()


def test_somebody_who_left_before_the_start_was_not_there():
    assert decide([scan("a", -30), scan("b", -10, "out")], PLAN) == Decision()


def test_joining_and_leaving_online_counts_the_union_and_forgives_nothing():
    events = [
        scan("a", -5, "in", "online"),
        scan("b", 30, "out", "online"),
        scan("c", 40, "in", "online"),
        scan("d", 70, "out", "online"),
    ]

    assert decide(events, PLAN) == Decision("present", 60, "d", "online")


def test_a_badge_in_the_facilitators_hand_is_the_facilitators_word():
    events = [scan("a", 30, "in", "facilitator"), scan("b", 0, "in", "qr")]

    assert decide(events, PLAN) == Decision("late", 70, "a", "facilitator")


@pytest.mark.parametrize(
    ("status", "minutes", "expected"),
    [
        ("present", None, 90),
        ("present", 30, 30),
        ("present", 120, 90),
        ("late", None, 72),
        ("late", 0, 10),
        ("late", 79, 89),
        ("late", 85, 90),
        ("left_early", None, 72),
        ("left_early", 45, 55),
        ("excused", None, 0),
        ("absent", 45, 0),
        ("not_recorded", None, 0),
    ],
)
def test_credit_follows_the_readings(status, minutes, expected):
    assert attendance.credit(status, minutes, 90, 80) == expected


@pytest.mark.parametrize(("planned", "share", "expected"), [(47, 80, 38), (85, 50, 43), (1, 50, 1), (90, 0, 0)])
def test_a_set_share_is_rounded_half_up_to_a_minute(planned, share, expected):
    assert attendance.credit("late", None, planned, share) == expected


minutes_around = st.integers(-120, 240)
evidence = st.builds(
    lambda number, kind, source, minute, server, status, minutes, correction: Evidence(
        number,
        kind,
        source,
        at(minute),
        at(server),
        status if kind in {"mark", "import"} else "",
        minutes,
        correction,
    ),
    st.integers(0, 10_000),
    st.sampled_from(AttendanceEvent.Kind.values),
    st.sampled_from(AttendanceEvent.Source.values),
    minutes_around,
    minutes_around,
    st.sampled_from(AttendanceStatus.values),
    st.none() | st.integers(0, 600),
    st.booleans(),
)
histories = st.lists(evidence, max_size=12, unique_by=lambda event: event.id)
plans = st.builds(
    lambda length, planned, partial: Plan(START, at(length), planned, partial),
    st.integers(1, 240),
    st.integers(1, 240),
    st.integers(0, 100),
)


@given(histories, plans, st.randoms())
def test_order_and_repetition_change_nothing(events, plan, random):
    replayed = events + [event for event in events if random.random() < 0.5]
    random.shuffle(replayed)

    assert decide(replayed, plan) == decide(events, plan)


@given(histories, plans)
def test_credit_lies_between_nothing_and_what_was_planned(events, plan):
    decision = decide(events, plan)

    assert 0 <= decision.credited <= plan.minutes


@given(histories, plans)
def test_a_decision_names_an_event_of_the_highest_rank_that_shows_somebody_there_or_says_so(events, plan):
    decision = decide(events, plan)

    deciding = [event for event in events if event.id == decision.decided_by]
    assert len(deciding) == (decision.decided_by is not None)
    assert all(event.status != "not_recorded" or decision.status == "not_recorded" for event in deciding)


def test_a_share_so_far_counts_what_was_held_since_the_person_was_confirmed():
    standing = stand(
        [
            Cell(60, expected=False),
            Cell(60, 48),
            Cell(60, 0),  # excused or absent: nothing above, all below
            Cell(90, held=False, recorded=False, final=False),
        ]
    )

    assert standing.so_far == 48 / 120
    assert standing.of_planned == 48 / 210
    assert standing.of_all == 48 / 270
    assert (standing.attended, standing.sessions) == (1, 4)


def test_a_walk_in_at_the_last_session_does_not_get_all_of_it():
    standing = stand([Cell(60, expected=False)] * 7 + [Cell(60, 60)])

    assert standing.so_far == 1
    assert not standing.has_reached(80)


def test_sessions_that_are_not_required_count_nowhere():
    assert stand([Cell(60, 60, required=False), Cell(60, 60)]) == stand([Cell(60, 60)])


def test_a_register_that_says_nothing_yet_can_still_bring_the_minutes():
    blank = Cell(60, recorded=False, final=False)

    assert stand([Cell(60, 60), blank]).can_reach(80)
    assert not stand([Cell(60, 60), Cell(60, recorded=False, final=True)]).can_reach(80)


def test_eighty_per_cent_is_reached_at_exactly_eighty():
    assert attendance.reaches(80, 100, 80)
    assert not attendance.reaches(7999, 10_000, 80)


def test_a_share_of_nothing_is_unknown_and_earns_nothing():
    standing = stand([])

    assert (standing.so_far, standing.of_planned, standing.of_all) == (None, None, None)
    assert not standing.has_reached(0)


@given(
    st.lists(
        st.builds(lambda planned, part: Cell(planned, planned * part // 100), st.integers(1, 300), st.integers(0, 100)),
        max_size=20,
    )
)
def test_shares_lie_between_zero_and_one(cells):
    standing = stand(cells)

    for part in (standing.so_far, standing.of_planned, standing.of_all):
        assert part is None or 0 <= part <= 1


def test_the_test_after_counts_only_when_the_rule_names_it():
    standing = stand([Cell(60, 60)])
    failed, passed = rules.TestResult(74, 100), rules.TestResult(75, 100)
    named, silent = rules.Rule(test_required=True), rules.Rule()

    assert is_met(rules.explain(standing, silent, failed))
    assert not is_met(rules.explain(standing, named, failed))
    assert not is_met(rules.explain(standing, named, None))
    assert is_met(rules.explain(standing, named, passed))


def test_the_explanation_holds_every_number_of_the_sentence():
    standing = stand([Cell(90, 90), Cell(90, 72), Cell(90, 90), Cell(90, 0), Cell(90, 90)])

    assert rules.explain(standing, rules.Rule(), rules.TestResult(800, 1000)) == {
        "sessions": [4, 5],
        "credited_minutes": 342,
        "planned_minutes": 450,
        "share": 0.76,
        "threshold": 80,
        "test_required": False,
        "pass_mark": 75,
        "mark": 800,
        "max_mark": 1000,
    }


minutes = st.integers(0, 120)
cells = st.builds(
    lambda planned, part, **flags: Cell(planned, min(planned, part), **flags),
    planned=st.integers(1, 120),
    part=minutes,
    expected=st.booleans(),
    recorded=st.booleans(),
    final=st.booleans(),
)


@settings(max_examples=50)
@given(missed=cells, make_ups=st.lists(cells, max_size=3))
def test_what_is_made_up_never_takes_away_and_never_exceeds_the_plan(missed, make_ups):
    whole = made_up(missed, make_ups)

    assert missed.credited <= whole.credited <= missed.planned
    assert missed.attainable <= whole.attainable <= missed.planned
    assert whole.credited <= whole.attainable
    assert made_up(missed, make_ups[::-1]) == whole


def test_a_make_up_of_which_somebody_is_not_expected_changes_nothing():
    assert made_up(Cell(60, 20), [Cell(60, expected=False)]) == Cell(60, 20)


def test_whoever_had_no_place_yet_is_expected_where_the_minutes_were_made_up():
    assert made_up(Cell(60, expected=False, recorded=False), [Cell(60, 60)]) == Cell(
        60, 60, expected=True, recorded=True, to_make_up=60
    )


def test_the_worked_examples_hold():
    assert doctest.testmod(attendance).failed == 0
