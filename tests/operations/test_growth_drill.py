"""Countries of different sizes: what may grow with them, and what of it is kept."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from operations.management.commands.growth_drill import put_into
from operations.timing import BATCH, EVERYBODY, ONE_AGENCY, Grown, outgrown


def _page(people: int, cpu_ms: float, *, scope: str = ONE_AGENCY) -> Grown:
    return Grown("R1", scope, people, 15 * people, cpu_ms, 20)


def test_a_page_about_one_agency_costs_the_same_where_agencies_are_alike():
    same = [_page(10_000, 100.0), _page(100_000, 110.0)]
    dearer = [_page(10_000, 100.0), _page(100_000, 130.0)]

    assert outgrown(same) == []
    assert outgrown(dearer) == [
        "R1, one agency: 1.3 times as dear for 100,000 people as for 10,000; at most 1.0 times was promised."
    ]


def test_agencies_of_small_countries_have_fewer_people_and_are_compared_with_nothing():
    assert outgrown([_page(1_000, 50.0), _page(10_000, 100.0)]) == []


def test_a_page_over_everybody_grows_with_the_records():
    rows = [_page(1_000, 50.0, scope=EVERYBODY), _page(10_000, 500.0, scope=EVERYBODY)]

    assert outgrown(rows) == []
    assert outgrown([*rows, _page(100_000, 7_000.0, scope=EVERYBODY)]) == [
        "R1, everybody: 14.0 times as dear for 100,000 people as for 10,000; at most 10.0 times was promised."
    ]


def test_what_nobody_waits_for_is_not_told():
    assert outgrown([_page(10_000, 2.0), _page(100_000, 6.0)]) == []


def test_a_batch_has_a_bound_of_memory():
    batch = Grown("certificates in one batch", BATCH, 10_000, 150_000, 12.0, 16, count=10_000, grown_mb=180.5)

    assert outgrown([batch]) == ["certificates in one batch: 180.5 MB for 10,000; at most 150 MB were promised."]


def test_figures_take_the_place_of_those_of_the_same_size_in_a_file_of_bench(tmp_path):
    path = tmp_path / "bench.json"
    path.write_text(json.dumps({"when": "2026-12-01"}), encoding="utf-8")
    put_into(path, [_page(1_000, 50.0), _page(100_000, 90.0)])

    together = put_into(path, [_page(1_000, 60.0)])

    assert together == [_page(1_000, 60.0), _page(100_000, 90.0)]
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["when"] == "2026-12-01"
    assert [Grown(**row) for row in kept["growth"]] == together


def test_a_country_without_a_whole_agency_is_refused():
    with pytest.raises(CommandError, match="250 people"):
        call_command("growth_drill", people=[200])


@pytest.mark.skipif(connection.vendor == "postgresql", reason="there it would be made")
def test_countries_need_a_postgresql():
    with pytest.raises(CommandError, match="must name a PostgreSQL"):
        call_command("growth_drill", people=[250])


@pytest.mark.db
@pytest.mark.deep
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a country of its own needs a PostgreSQL")
def test_pages_of_both_scopes_and_batches_are_measured_in_a_country_of_their_own(django_db_blocker):
    out = StringIO()

    with django_db_blocker.unblock():
        call_command("growth_drill", "--json", people=[250], stdout=out, stderr=StringIO())

    rows = [Grown(**row) for row in json.loads(out.getvalue())]
    assert {each.people for each in rows} == {250}
    assert {each.name for each in rows if each.scope == BATCH} == {
        "certificates in one batch", "list, read", "list, taken", "list, undone",
    }  # fmt: skip
    everybody = {each.name for each in rows if each.scope == EVERYBODY}
    assert {"R1 participation", "R4 agencies", "R8 learning-effect", "bank of questions", "audit trail"} <= everybody
    assert {"R2 agency-attendance", "coordinator's page"} <= {each.name for each in rows if each.scope == ONE_AGENCY}
    assert all(each.cpu_ms > 0 for each in rows)
