"""An address with filters that somebody shared: whoever has another scope finds nothing there, and it is noted."""

import json
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from tests.factories.workshops import make_workshop, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(agency_tree, attended):
    """A workshop of the unrelated agency alone, and one in which it took part with others."""
    other = make_workshop()
    register(other, agency=agency_tree.unrelated)
    return SimpleNamespace(attended=attended, other=other)


def refusals():
    return [(event.actor, event.after) for event in Event.objects.filter(action="reports.refused").order_by("pk")]


@pytest.mark.parametrize("file", ["", "csv", "xlsx", "json"])
@pytest.mark.parametrize("name", ["agencies", "participation", "counted"])
def test_a_shared_address_is_not_found_in_another_scope_and_noted(client, roles, shared, name, file):
    client.force_login(roles.coordinator)

    answer = client.get(f"/en/reports/{name}/?agency=unrelated&first_day=2026-01-01&format={file}")

    assert answer.status_code == 404
    asked = {"report": name, "agency": "unrelated", "first_day": "2026-01-01"}
    assert refusals() == [(roles.coordinator, asked)]


@pytest.mark.parametrize("page", ["attendance", "results"])
@pytest.mark.parametrize("query", ["", "&format=csv"])
def test_pages_of_their_own_note_it_as_well(client, roles, shared, page, query):
    client.force_login(roles.coordinator)

    answer = client.get(f"/en/reports/{page}/?agency=unrelated{query}")

    assert answer.status_code == 404
    assert [(actor, after["agency"]) for actor, after in refusals()] == [(roles.coordinator, "unrelated")]


def test_a_workshop_of_others_in_a_filter_is_noted(client, roles, shared):
    client.force_login(roles.coordinator)

    answers = [
        client.get(f"/en/reports/{page}/?workshop={shared.other.code}").status_code
        for page in ("attendance", "participation")
    ]

    assert answers == [404, 404]
    assert [after["workshop"] for _actor, after in refusals()] == [shared.other.code, shared.other.code]


def test_a_report_for_managers_is_not_found_by_a_coordinator_and_noted(client, roles, shared):
    client.force_login(roles.coordinator)

    assert client.get("/en/reports/results-matrix/").status_code == 404
    assert refusals() == [(roles.coordinator, {"report": "results-matrix"})]


def test_the_command_refuses_writes_nothing_and_notes_it(roles, shared, tmp_path):
    target = tmp_path / "report.json"

    with pytest.raises(CommandError):
        call_command("report", "agencies", "--agency", "unrelated", "--as", roles.coordinator.email, "-o", target)

    assert not target.exists()
    assert refusals() == [(roles.coordinator, {"report": "agencies", "agency": "unrelated"})]


def test_what_lies_in_the_own_scope_is_not_noted(client, roles, shared):
    client.force_login(roles.coordinator_above)

    answer = client.get("/en/reports/agencies/?agency=clinic&format=json")

    assert (answer.status_code, json.loads(answer.content)["filters"], refusals()) == (200, {"agency": "clinic"}, [])


def test_of_what_is_typed_only_the_beginning_is_noted(client, roles, shared):
    client.force_login(roles.coordinator)

    client.get(f"/en/reports/agencies/?agency={'x' * 3000}")

    assert refusals() == [(roles.coordinator, {"report": "agencies", "agency": "x" * 100})]
