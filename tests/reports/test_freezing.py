from dataclasses import replace
from datetime import date, timedelta

import pytest

from reports import freezing
from reports.columns import Column, Details, LazyRows, Report, Table

NAME, PEOPLE, RATE = Column("name", "Name", "text"), Column("people", "People", "integer"), Column("rate", "R", "share")


def report(*rows, totals=None, hidden=(), **fields):
    """A list of (name, people)."""
    values = [{"name": name, "people": people, "rate": None if people is None else 0.5} for name, people in rows]
    totals = totals or {"people": sum(people or 0 for _name, people in rows)}
    return Report("r", "Title", [NAME, PEOPLE, RATE], values, totals, {"rows": "A row."}, hidden=hidden, **fields)


def test_a_report_comes_back_from_text_as_it_was():
    day = date(2026, 3, 9)
    whole = Report(
        name="r",
        title="Отчёт",
        columns=[NAME, Column("day", "День", "date"), Column("interval", "I", "interval", of="share")],
        rows=[{"name": "Ёлка", "day": day, "interval": [0.25, 0.5]}, {"name": "", "day": None, "interval": None}],
        totals={"people": 2, "share": 1 / 3},
        definitions={"zeta": "last", "alpha": "first"},
        filters={"agency": "clinic"},
        period=(day, None),
        provisional=True,
        audience="programme",
        hidden=[(1, "interval")],
        codes={"status": {"present": "был"}},
        of_totals=[PEOPLE],
        tables=[Table("more", "Ещё", [PEOPLE], [{"people": 3}], about=["name"], note="Не все.", name=["people"])],
        unsigned=["Session 1"],
        notes=["Посчитано всё."],
        attention=[(1, "Мало."), (0, "Много.")],
        details=Details("По строкам", "people", "name", ["day"], ["interval"]),
    )

    assert freezing.from_text(freezing.to_text({"en": report(), "ru": whole}), "ru") == whole


# As the first release wrote it. A report that was frozen then has to be read for ever: this text is never changed.
FIRST = (
    '{"en":{"name":"r","title":"Title","columns":[{"key":"people","label":"People","type":"integer","counts":"",'
    '"unit":""},{"key":"day","label":"Day","type":"date","counts":"","unit":""}],"rows":[{"people":3,"day":{"$day":'
    '"2026-03-09"}}],"totals":{"people":3},"definitions":{"rows":"A row."},"filters":{"agency":"clinic"},"period":'
    '[{"$day":"2026-03-01"},null],"provisional":true,"audience":"programme","hidden":[[0,"rate"]],"codes":{"a":{"b":'
    '"c"}},"of_totals":[],"tables":[{"key":"more","title":"More","columns":[],"rows":[]}],"unsigned":["Session 1"],'
    '"a_field_of_the_past":1}}'
)


def test_what_an_earlier_release_froze_is_read_by_every_later_one():
    assert freezing.from_text(FIRST, "en") == Report(
        name="r",
        title="Title",
        columns=[Column("people", "People", "integer"), Column("day", "Day", "date")],
        rows=[{"people": 3, "day": date(2026, 3, 9)}],
        totals={"people": 3},
        definitions={"rows": "A row."},
        filters={"agency": "clinic"},
        period=(date(2026, 3, 1), None),
        provisional=True,
        audience="programme",
        hidden=[(0, "rate")],
        codes={"a": {"b": "c"}},
        of_totals=[],
        tables=[Table("more", "More", [], [])],
        unsigned=["Session 1"],
    )


def test_the_same_report_is_the_same_text_also_when_its_rows_are_made_when_asked_for():
    rows = [{"name": "a", "people": 1}, {"name": "b", "people": 2}]
    plain = Report("r", "R", [NAME, PEOPLE], rows, {}, {})
    lazy = Report("r", "R", [NAME, PEOPLE], LazyRows(2, rows.__getitem__), {}, {})

    assert freezing.to_text({"en": plain}) == freezing.to_text({"en": lazy})


def test_what_cannot_come_back_as_it_was_is_not_frozen():
    with pytest.raises(TypeError, match="cannot be frozen"):
        freezing.to_text({"en": Report("r", "R", [NAME], [{"name": {1, 2}}], {}, {})})


def test_words_and_their_order_are_no_figures():
    english, russian = report(("Clinic", 7), ("Ministry", 9)), report(("Министерство", 9), ("Поликлиника", 7))
    place = Column("place", "Place", "address")
    english, russian = (
        replace(each, columns=[*each.columns, place], rows=[row | {"place": f"/{language}/"} for row in each.rows])
        for language, each in (("en", english), ("ru", russian))
    )

    assert freezing.figures(english) == freezing.figures(russian)
    assert freezing.figures(report(("Clinic", 7))) != freezing.figures(report(("Clinic", 8)))


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ((1, 31), (31, 60), True),
        ((1, 30), (31, 60), False),
        ((31, 60), (1, 30), False),
        ((None, 30), (31, None), False),
        ((None, None), (31, 60), True),
        ((31, None), (None, 31), True),
    ],
)
def test_periods_overlap_when_they_have_a_day_in_common(one, other, common):
    one, other = (tuple(day and date.fromordinal(738000 + day) for day in days) for days in (one, other))

    assert freezing.overlap(one, other) is common
    assert freezing.overlap(other, one) is common


@pytest.mark.parametrize(
    ("earlier", "later", "told"),
    [
        ([("a", 20), ("b", 30)], [("a", 20), ("b", 30)], False),
        ([("a", 20), ("b", 30)], [("a", 30), ("b", 50)], False),
        ([("a", 20), ("b", 30)], [("a", 29), ("b", 50)], True),
        ([("a", 20), ("b", 30)], [("a", 19), ("b", 50)], True),
        ([("a", None), ("b", 30)], [("a", 12), ("b", 50)], True),
        ([("a", 12), ("b", 30)], [("a", None), ("b", 50)], True),
        ([("a", None), ("b", 30)], [("a", None), ("b", 50)], False),
        ([("a", 20)], [("a", 40), ("new", 3)], False),
    ],
)
def test_two_reports_tell_about_few_where_counts_differ_by_few_or_one_hides_what_the_other_shows(earlier, later, told):
    assert freezing.told_apart(report(*earlier), report(*later), 10) is told


def test_totals_and_further_tables_tell_as_much_as_rows():
    table = [Table("below", "Below", [NAME, PEOPLE], [{"name": "a", "people": people}]) for people in (20, 25)]
    one, other = (report(("a", 20), tables=[each]) for each in table)

    assert freezing.told_apart(one, other, 10)
    assert freezing.told_apart(report(totals={"people": 20}), report(totals={"people": 25}), 10)
    assert not freezing.told_apart(one, other, 5)


JANUARY, FEBRUARY, MARCH, MAY = (1, 31), (32, 59), (60, 90), (121, 151)
WINTER, QUARTER, FIRST_HALF, EVER = (1, 59), (1, 90), (1, 181), (None, None)


def of_days(first, last, people, **fields):
    """A report of days of 2026 in which so many people are counted; None is hidden."""
    period = tuple(None if day is None else date(2025, 12, 31) + timedelta(days=day) for day in (first, last))
    return report(("a", people), totals={"people": None}, period=period, **fields)


@pytest.mark.parametrize(
    ("earlier", "later", "told"),
    [
        ([(*JANUARY, 20), (*QUARTER, 53)], (*FEBRUARY, 30), True),
        ([(*JANUARY, 20), (*FEBRUARY, 30)], (*QUARTER, 53), True),
        ([(*QUARTER, 53), (*FEBRUARY, 30)], (*JANUARY, 20), True),
        ([(*JANUARY, 20), (*QUARTER, 60)], (*FEBRUARY, 30), False),
        # A difference below nothing says that people came in both periods: it tells about nobody.
        ([(*JANUARY, 20), (*QUARTER, 45)], (*FEBRUARY, 30), False),
        ([(*JANUARY, 20), (*QUARTER, 50)], (*FEBRUARY, 30), False),
        # What is hidden leads nowhere, and neither does a gap.
        ([(*JANUARY, None), (*QUARTER, 53)], (*FEBRUARY, 30), False),
        ([(*JANUARY, 20), (*QUARTER, 53)], (*MAY, 30), False),
        # Sums of published counts tell no more than they do, be these as small as they are.
        ([(*JANUARY, 2), (*FEBRUARY, 3)], (*MARCH, 4), False),
        # The further report tells what was known.
        ([(*JANUARY, 20), (*FEBRUARY, 30), (*MARCH, 3)], (*QUARTER, 53), False),
        # Four in a chain, and one without a beginning and an end.
        ([(*JANUARY, 20), (*FEBRUARY, 30), (*FIRST_HALF, 99)], (60, 181, 49), False),
        ([(*JANUARY, 20), (*FEBRUARY, 30), (60, 120, 40)], (*FIRST_HALF, 99), True),
        ([(*WINTER, 50), (None, 0, 10)], (*EVER, 69), True),
        ([(*WINTER, 50), (None, 0, 10), (60, None, 9)], (*EVER, 69), False),
        ([(None, 0, 10), (60, None, 12)], (*EVER, 80), False),
        ([(None, 0, 10), (60, None, 12)], (*EVER, 25), True),
    ],
)
def test_reports_tell_about_few_where_adding_and_taking_away_leaves_few(earlier, later, told):
    assert freezing.told_in_a_chain([of_days(*each) for each in earlier], of_days(*later), 10) is told


def test_chains_lead_through_totals_and_further_tables_as_well_and_through_each_thing_alone():
    def with_table(days, people):
        return of_days(*days, None, tables=[Table("t", "T", [NAME, PEOPLE], [{"name": "b", "people": people}])])

    def with_total(days, people):
        return replace(of_days(*days, None), totals={"people": people})

    for make in (with_table, with_total):
        chain = [make(JANUARY, 20), make(FEBRUARY, 30), make(QUARTER, 53)]
        assert freezing.told_in_a_chain(chain[:2], chain[2], 10)
        assert not freezing.told_in_a_chain(chain[:2], chain[2], 3)
    mixed = [with_table(JANUARY, 20), with_total(FEBRUARY, 30)]
    assert not freezing.told_in_a_chain(mixed, with_table(QUARTER, 53), 10)


def test_what_an_earlier_report_hid_stays_hidden_in_its_correction_wherever_the_row_stands_now():
    earlier = report(("a", None), ("b", 30), totals={"people": None}, hidden=[(0, "people")])
    later = report(("b", 31), ("new", 12), ("a", 11), totals={"people": 54})

    rows = [*later.rows[:2], {"name": "a", "people": None, "rate": 0.5}]
    hidden = replace(later, rows=rows, totals={"people": None}, hidden=[(2, "people")])
    assert freezing.still_hidden(earlier, later) == hidden
