"""Lists of people: what rows mean, taking them, undoing it, and taking people out."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from people.columns import RowError
from people.errors import PeopleError
from people.likeness import name_key
from people.lists import HEADINGS, ListRow
from people.models import Membership, PeopleImport, Person, RoleGrant, Transfer
from people.services import (
    MergePlan,
    apply_retention,
    confirm_transfer,
    correct_names,
    erase_person,
    grant_role,
    join_agency,
    merge_persons,
    revoke_role,
)
from people.services.people_lists import (
    ask_to_take,
    ask_to_undo,
    decide_rows,
    drop_list,
    export_people,
    import_people,
    open_sent_file,
    plan_list,
    read_again,
    send_list,
    take_people_list,
    undo_people_list,
)
from tests.factories.people import SINCE, make_account, make_person

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def manager(roles) -> Any:
    return roles.manager


def row(line: int = 2, **said: Any) -> ListRow:
    return ListRow(**{"line": line, "family_name": "Сокол", "given_name": "Ольга", **said})


def planned(*rows: ListRow, account: Any = None, **more: Any) -> Any:
    """The one entry, or the one objection, or what there is of both."""
    entries, errors = plan_list(rows=rows, agency=more.pop("agency", None), account=account, **more)
    if len(rows) == 1:
        return (entries + errors)[0]
    return entries, errors


def csv_of(*lines: str) -> bytes:
    return "\n".join(("code,family name,given name,patronymic,email,agency,post,since,until", *lines)).encode()


def sent(account: Any, *lines: str, commits: Any, agency: Any = None) -> PeopleImport:
    with commits(execute=True):
        source = send_list(content=csv_of(*lines), file_name="list.csv", agency=agency, actor=account)
    source.refresh_from_db()
    return source


def taken(account: Any, *lines: str, commits: Any, agency: Any = None) -> PeopleImport:
    source = sent(account, *lines, commits=commits, agency=agency)
    with commits(execute=True):
        ask_to_take(source=source, actor=account)
    source.refresh_from_db()
    assert (source.state, source.errors) == ("taken", [])
    return source


def undone(source: PeopleImport, account: Any, commits: Any) -> PeopleImport:
    with commits(execute=True):
        ask_to_undo(source=source, actor=account)
    source.refresh_from_db()
    return source


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


# --- What a row means -------------------------------------------------------------------------------------------------
def test_somebody_nobody_knows_is_new(agency_tree):
    entry = planned(row(agency="clinic"))

    assert (entry.verdict, entry.agency, entry.person, entry.changes) == ("new", agency_tree.clinic, None, {})


def test_the_same_email_is_the_same_person_and_what_differs_is_said(agency_tree):
    person = make_person(agency=agency_tree.clinic, given_name="Ольга", family_name="Сокол", email="o@example.org")

    entry = planned(row(email="o@example.org", family_name="Соколова", post="врач"))

    assert (entry.verdict, entry.person) == ("changed", person)
    assert entry.changes == {"family_name": ["Сокол", "Соколова"], "post": ["", "врач"]}


def test_an_empty_cell_leaves_what_is_there(agency_tree):
    make_person(
        agency=agency_tree.clinic, given_name="Ольга", family_name="Сокол", patronymic="Петровна", email="o@example.org"
    )

    assert planned(row(email="o@example.org")).verdict == "unchanged"


def test_the_code_means_whoever_has_it_even_with_another_email(agency_tree):
    person = make_person(agency=agency_tree.clinic, given_name="Ольга", family_name="Сокол", patronymic="")

    entry = planned(row(code=person.public_code, email="new@example.org"))

    assert entry.changes == {"email": [person.email, "new@example.org"]}


def test_who_signs_in_changes_the_email_alone(agency_tree):
    account = make_account(agency=agency_tree.clinic, given_name="Ольга", family_name="Сокол")

    objection = planned(row(code=account.person.public_code, email="new@example.org"))

    assert objection == RowError(
        2, "email", "Сокол Ольга signs in with another e-mail, and changes it on the own page."
    )


def test_the_whole_name_in_the_same_agency_is_the_person(agency_tree):
    person = make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга", patronymic="Петровна")

    same = planned(row(patronymic="Петровна", agency="clinic"))
    elsewhere = planned(row(patronymic="Петровна", agency="unrelated"))

    assert (same.verdict, same.person) == ("unchanged", person)
    assert (elsewhere.verdict, elsewhere.alike) == ("doubtful", (person,))


def test_two_of_the_same_name_in_one_agency_are_doubtful(agency_tree):
    two = [
        make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга", patronymic="") for _ in range(2)
    ]

    assert planned(row(agency="clinic")).alike == tuple(two)


def test_the_same_email_with_another_name_is_doubtful_and_never_new(agency_tree):
    person = make_person(agency=agency_tree.clinic, email="o@example.org", family_name="Иванов", given_name="Пётр")

    undecided = planned(row(email="o@example.org"))
    as_new = planned(row(email="o@example.org"), decisions={2: "new"})
    meant = planned(row(email="o@example.org"), decisions={2: person.public_code})

    assert (undecided.verdict, undecided.alike, undecided.does) == ("doubtful", (person,), "")
    assert as_new.does == ""
    assert (meant.does, meant.changes["family_name"]) == ("changed", ["Иванов", "Сокол"])


def test_the_same_name_twice_in_a_file_is_doubtful(agency_tree):
    entries, _errors = planned(row(agency="clinic"), row(3, agency="clinic"))

    assert [each.verdict for each in entries] == ["new", "doubtful"]


def test_two_rows_cannot_mean_one_person(agency_tree):
    person = make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга", email="o@example.org")

    _entries, errors = planned(row(code=person.public_code), row(3, email="o@example.org"))

    assert errors == [RowError(3, "", "Line 2 means the same person.")]


def test_a_record_that_was_merged_is_whoever_it_was_merged_into(agency_tree):
    kept = make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга", patronymic="")
    gone = make_person(merged_into=kept)

    assert planned(row(code=gone.public_code)).person == kept


def test_an_address_that_a_merged_record_had_makes_no_other_person_and_changes_none(agency_tree):
    kept = make_account(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга").person
    make_person(merged_into=kept, email="earlier@example.org")

    entry = planned(row(email="earlier@example.org"))

    assert (entry.verdict, entry.person, entry.changes) == ("unchanged", kept, {})


def test_a_move_says_from_where_to_where_and_when(agency_tree):
    person = make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга")

    entry = planned(row(code=person.public_code, agency="unrelated", post="врач"))

    assert entry.verdict == "moved"
    assert entry.changes == {
        "agency": ["clinic", "unrelated"],
        "since": ["", TODAY().isoformat()],
        "post": ["", "врач"],
    }


@pytest.mark.parametrize(
    ("said", "objection"),
    [
        ({"agency": "nowhere"}, ("agency", "There is no agency “nowhere”.")),
        ({}, ("agency", "The agency is missing.")),
        ({"code": "unknown"}, ("code", "Nobody has the code “unknown”.")),
        ({"agency": "clinic", "since": date(1900, 1, 1)}, ("since", "Write a day between 1950 and a year from now.")),
        (
            {"agency": "clinic", "since": date(2026, 2, 1), "until": date(2026, 1, 1)},
            ("until", "The last day lies before the first one."),
        ),
    ],
)
def test_what_a_row_cannot_mean(agency_tree, said, objection):
    found = planned(row(**said))

    assert (found.column, found.message) == objection


def test_dates_of_memberships_do_not_cross(agency_tree):
    person = make_person(agency=agency_tree.unrelated, family_name="Сокол", given_name="Ольга")
    join_agency(person=person, agency=agency_tree.clinic, since=date(2024, 1, 1))

    early = planned(row(code=person.public_code, since=date(2023, 12, 31)))
    fine = planned(row(code=person.public_code, since=date(2024, 2, 1)))
    backwards = planned(row(code=person.public_code, agency="unrelated", since=date(2023, 12, 31)))

    assert early.message.startswith("Сокол Ольга left Agency unrelated on")
    assert fine.changes == {"since": ["2024-01-01", "2024-02-01"]}
    assert backwards.message.startswith("Сокол Ольга came to Agency clinic on")


# --- Whose list it is -------------------------------------------------------------------------------------------------
def test_a_coordinator_brings_in_only_own_people(roles, agency_tree):
    objection = planned(row(agency="unrelated"), account=roles.coordinator)

    assert objection.message == "Agency unrelated is none of your agencies."


def test_a_coordinator_sees_no_namesakes_of_others(roles, agency_tree):
    make_person(agency=agency_tree.unrelated, family_name="Сокол", given_name="Ольга")

    assert planned(row(agency="clinic"), account=roles.coordinator).verdict == "new"
    assert planned(row(agency="clinic"), account=roles.manager).verdict == "doubtful"


def test_of_people_of_others_nothing_is_told_and_nothing_changed(roles, agency_tree):
    make_person(agency=agency_tree.unrelated, family_name="Сокол", given_name="Ольга", email="o@example.org")

    entry = planned(row(email="o@example.org", family_name="Соколова", agency="clinic"), account=roles.coordinator)
    stays = planned(row(email="o@example.org"), account=roles.coordinator)

    assert set(entry.changes) == {"agency", "since", "confirmation"}
    assert entry.changes["confirmation"] == ["", "unrelated"]
    assert stays.message == "Сокол Ольга is none of your people."


def test_an_address_tells_a_coordinator_no_names_of_others(roles, agency_tree):
    make_person(agency=agency_tree.unrelated, family_name="Чужы", given_name="Пётр", email="o@example.org")
    said = row(email="o@example.org", agency="clinic")

    assert planned(said, account=roles.coordinator) == RowError(
        2, "email", "This e-mail belongs to somebody who is none of your people. Ask a programme manager."
    )
    assert planned(said, account=roles.manager).verdict == "doubtful"


def test_who_belongs_nowhere_is_invited_by_a_coordinator(roles, agency_tree):
    make_person(family_name="Сокол", given_name="Ольга", email="o@example.org")

    objection = planned(row(email="o@example.org", agency="clinic"), account=roles.coordinator)

    assert objection.message == "Сокол Ольга belongs to no agency now. Send an invitation instead."


# --- Taking -----------------------------------------------------------------------------------------------------------
@pytest.mark.db
def test_a_list_is_read_taken_and_kept_with_its_file(manager, agency_tree, commits):
    person = make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга", patronymic="")
    source = sent(
        manager,
        ",Новы,Чалавек,,new@example.org,clinic,врач,2026-01-15,",
        f"{person.public_code},Соколова,Ольга,,,unrelated,,,",
        commits=commits,
    )
    assert (source.state, source.rows) == ("planned", 2)
    assert source.counts == {"new": 1, "changed": 0, "moved": 1, "unchanged": 0, "doubtful": 0}

    with commits(execute=True):
        ask_to_take(source=source, actor=manager)

    new = Person.objects.get(email="new@example.org")
    membership = new.memberships.get()
    assert (membership.agency, membership.post, membership.valid_from) == (
        agency_tree.clinic, "врач", date(2026, 1, 15),
    )  # fmt: skip
    person.refresh_from_db()
    assert (person.family_name, person.sort_name) == ("Соколова", "соколова ольга")
    assert person.name_key == name_key("Соколова", "Ольга")
    assert [(each.agency.code, each.valid_to) for each in person.memberships.order_by("valid_from")] == [
        ("clinic", TODAY() - timedelta(days=1)),
        ("unrelated", None),
    ]
    with open_sent_file(source=PeopleImport.objects.get(), actor=manager) as file:
        assert file.read().startswith(b"code,")
    said = Event.objects.get(action="people.list_taken")
    assert (said.actor, said.after) == (manager, {"rows": 2, "saved": 2})


def test_with_one_thing_to_mend_nothing_is_taken(manager, agency_tree, commits):
    source = sent(manager, ",Сокол,Ольга,,,clinic,,,", ",Сокол,,,,clinic,,,", commits=commits)

    assert (source.state, source.errors) == (
        "wrong",
        [{"line": 3, "column": "given_name", "message": "The name is missing."}],
    )
    with pytest.raises(PeopleError, match="cannot be taken now"):
        ask_to_take(source=source, actor=manager)


def test_a_doubtful_row_waits_for_a_decision_that_is_kept(manager, agency_tree, commits):
    person = make_person(agency=agency_tree.unrelated, family_name="Сокол", given_name="Ольга", patronymic="")
    source = sent(manager, ",Сокол,Ольга,,,clinic,,,", commits=commits)
    with pytest.raises(PeopleError, match="1 row waits for your decision"):
        ask_to_take(source=source, actor=manager)

    assert decide_rows(source=source, decisions={2: "nonsense"}, actor=manager) == 1
    assert decide_rows(source=source, decisions={2: person.public_code}, actor=manager) == 0
    with commits(execute=True):
        read_again(source=source, actor=manager)
    entry = source.entries.get()
    assert (entry.decision, entry.person, entry.changes["agency"]) == (
        person.public_code, person, ["unrelated", "clinic"],
    )  # fmt: skip
    with commits(execute=True):
        ask_to_take(source=source, actor=manager)

    assert person.memberships.current().get().agency == agency_tree.clinic


def test_doubtful_rows_become_new_people_or_are_left_out(manager, agency_tree, commits):
    make_person(agency=agency_tree.unrelated, family_name="Сокол", given_name="Ольга", patronymic="")
    source = sent(manager, ",Сокол,Ольга,,,clinic,,,", ",Сокол,Ольга,,,clinic,,,", commits=commits)
    decide_rows(source=source, decisions={2: "new", 3: "skip"}, actor=manager)

    with commits(execute=True):
        ask_to_take(source=source, actor=manager)

    assert Person.objects.filter(family_name="Сокол").count() == 2


def test_a_row_that_means_something_else_alone_is_left_out_with_the_other_decisions(manager, agency_tree, commits):
    other = make_person(agency=agency_tree.clinic, family_name="Иванов", given_name="Пётр", email="o@example.org")
    source = sent(
        manager,
        ",Сокол,Ольга,,,clinic,,,",
        ",Сокол,Ольга,,,,,,",
        ",Новы,Чалавек,,o@example.org,clinic,,,",
        commits=commits,
    )

    assert decide_rows(source=source, decisions={3: "skip", 4: other.public_code}, actor=manager) == 0
    with commits(execute=True):
        ask_to_take(source=source, actor=manager)

    source.refresh_from_db()
    assert (source.state, Person.objects.filter(family_name__in=["Сокол", "Новы"]).count()) == ("taken", 2)


@pytest.mark.db
def test_what_has_changed_since_is_shown_instead_of_taken(manager, agency_tree, commits):
    person = make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга", patronymic="")
    source = sent(manager, f"{person.public_code},Соколова,Ольга,,,,,,", commits=commits)
    correct_names(person=person, given_name="Алена")

    with commits(execute=True):
        ask_to_take(source=source, actor=manager)

    source.refresh_from_db()
    person.refresh_from_db()
    assert (source.state, source.counts["renewed"], person.family_name) == ("planned", 1, "Сокол")
    assert source.entries.get().changes == {"family_name": ["Сокол", "Соколова"], "given_name": ["Алена", "Ольга"]}


def test_a_second_click_and_a_second_job_change_nothing(manager, agency_tree, commits):
    source = taken(manager, ",Сокол,Ольга,,,clinic,,,", commits=commits)
    late = PeopleImport(pk=source.pk, state="taking")

    assert ask_to_take(source=source, actor=manager).state == "taken"
    take_people_list(source=late)

    assert Person.objects.filter(family_name="Сокол").count() == 1


def test_the_same_file_sent_twice_is_one_list(manager, agency_tree, commits):
    first = sent(manager, ",Сокол,Ольга,,,clinic,,,", commits=commits)

    assert sent(manager, ",Сокол,Ольга,,,clinic,,,", commits=commits) == first


def test_only_whoever_sent_a_list_takes_it(roles, agency_tree, commits):
    source = sent(roles.coordinator, ",Сокол,Ольга,,,clinic,,,", commits=commits)

    for act in (ask_to_take, drop_list, read_again):
        with pytest.raises(PeopleError, match="Whoever sent a list decides about it"):
            act(source=source, actor=roles.manager)
    with pytest.raises(PeopleError, match="coordinators and managers"):
        send_list(content=b"x", file_name="x.csv", agency=None, actor=roles.learner)


@pytest.mark.db
def test_a_coordinator_asks_for_a_transfer_and_the_other_side_agrees(roles, agency_tree, commits):
    person = make_person(agency=agency_tree.unrelated, family_name="Сокол", given_name="Ольга", email="o@example.org")
    source = taken(roles.coordinator, ",Сокол,Ольга,,o@example.org,clinic,,,", commits=commits)

    transfer = Transfer.objects.get()
    assert (transfer.state, transfer.gaining, transfer.asked_by) == ("asked", agency_tree.clinic, roles.coordinator)
    assert person.memberships.current().get().agency == agency_tree.unrelated

    undone(source, roles.coordinator, commits)
    transfer.refresh_from_db()
    assert transfer.state == "withdrawn"


def test_a_confirmed_transfer_stands_in_the_way_of_undoing(roles, agency_tree, commits):
    make_person(agency=agency_tree.unrelated, family_name="Сокол", given_name="Ольга", email="o@example.org")
    source = taken(roles.coordinator, ",Сокол,Ольга,,o@example.org,clinic,,,", commits=commits)
    confirm_transfer(transfer=Transfer.objects.get(), actor=roles.coordinator_elsewhere)

    assert (
        undone(source, roles.coordinator, commits).errors[0]["message"] == "The transfer of Сокол Ольга was confirmed."
    )


def test_a_coordinator_who_is_moved_coordinates_no_more_until_it_is_undone(roles, agency_tree, commits):
    code = roles.coordinator.person.public_code
    names = f"{roles.coordinator.person.family_name},{roles.coordinator.person.given_name}"
    source = taken(roles.manager, f"{code},{names},,,unrelated,,,", commits=commits)
    grant = RoleGrant.objects.get(account=roles.coordinator)
    assert grant.valid_to == TODAY() - timedelta(days=1)

    undone(source, roles.manager, commits)

    grant.refresh_from_db()
    assert grant.valid_to is None
    noted = Event.objects.filter(action="people.role_granted", object_id=str(grant.pk)).latest("pk")
    assert (noted.actor, noted.after) == (roles.manager, {"until": ""})


def test_a_role_that_was_given_anew_is_not_given_twice_when_a_list_is_undone(roles, agency_tree, commits):
    person = roles.coordinator.person
    names = f"{person.family_name},{person.given_name}"
    source = taken(roles.manager, f"{person.public_code},{names},,,unrelated,,,", commits=commits)
    grant_role(account=roles.coordinator, role="coordinator", agency=agency_tree.clinic)

    assert undone(source, roles.manager, commits).state == "undone"
    assert RoleGrant.objects.filter(account=roles.coordinator, valid_to=None).count() == 1


# --- Undoing ----------------------------------------------------------------------------------------------------------
def state() -> list[Any]:
    people = Person.objects.order_by("pk").values_list(
        "pk", "family_name", "given_name", "email", "search_text", "name_key"
    )
    memberships = Membership.objects.order_by("pk").values_list("pk", "agency", "valid_from", "valid_to", "post")
    return [*people, *memberships]


@pytest.mark.db
def test_undoing_puts_everything_back(manager, agency_tree, commits):
    person = make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга", patronymic="")
    other = make_person(agency=agency_tree.clinic, email="other@example.org", family_name="Иванов", given_name="Пётр")
    before = state()
    source = taken(
        manager,
        ",Новы,Чалавек,,new@example.org,clinic,врач,,",
        f"{person.public_code},Соколова,Ольга,,,unrelated,медсестра,,",
        f",Иванов,Петр,,other@example.org,,главный врач,2021-01-01,{TODAY() + timedelta(days=30)}",
        commits=commits,
    )
    assert state() != before
    other.refresh_from_db()
    assert other.given_name == "Петр"

    source = undone(source, manager, commits)

    assert (source.state, source.errors, source.undone_by) == ("undone", [], manager)
    assert state() == before
    undo_people_list(source=source)
    assert ask_to_undo(source=source, actor=manager).state == "undone"


@pytest.mark.db
def test_what_stands_on_a_list_is_in_the_way_and_named(manager, agency_tree, commits):
    person = make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга", patronymic="")
    source = taken(
        manager,
        ",Новы,Чалавек,,new@example.org,clinic,,,",
        f"{person.public_code},Соколова,Ольга,,,,,,",
        commits=commits,
    )
    make_account(person=Person.objects.get(email="new@example.org"))
    correct_names(person=Person.objects.get(pk=person.pk), family_name="Лисицына")

    source = undone(source, manager, commits)

    assert source.state == "taken"
    assert [each["line"] for each in source.errors] == [2, 3]
    assert source.errors[0]["message"].startswith("Новы Чалавек has something else by now: ")
    assert "accounts" in source.errors[0]["message"]
    assert source.errors[1]["message"] == "Соколова Ольга was changed since the list was taken."


@pytest.mark.db
def test_an_address_that_somebody_else_has_by_now_is_in_the_way(manager, agency_tree, commits):
    person = make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга", email="o@example.org")
    source = taken(manager, f"{person.public_code},Сокол,Ольга,,new@example.org,,,,", commits=commits)
    make_person(email="o@example.org")

    source = undone(source, manager, commits)

    assert (source.state, source.undone_by) == ("taken", None)
    assert source.errors == [
        {"line": 0, "column": "", "message": "Other records stand on what the list did."},
    ]


def test_why_a_list_is_not_undone_is_said(roles, agency_tree, commits):
    make_person(agency=agency_tree.unrelated, family_name="Сокол", given_name="Ольга", email="o@example.org")
    source = taken(roles.coordinator, ",Сокол,Ольга,,o@example.org,clinic,,,", commits=commits)
    ask_to_undo(source=source, actor=roles.manager)
    revoke_role(account=roles.manager, role="manager")
    source.refresh_from_db()

    undo_people_list(source=source)

    source.refresh_from_db()
    assert source.state == "taken"
    assert source.errors[0]["message"] == "Whoever asked for a transfer, or a manager, takes it back."


@pytest.mark.db
def test_somebody_new_who_was_merged_since_is_in_the_way(manager, agency_tree, commits):
    kept = make_person(family_name="Сокал", given_name="Вольга", email="")
    source = taken(manager, ",Сокол,Ольга,,o@example.org,clinic,,,", commits=commits)
    merge_persons(plan=MergePlan(kept, Person.objects.get(family_name="Сокол"), manager))

    source = undone(source, manager, commits)

    assert source.state == "taken"
    assert source.errors[0]["message"] == "Сокол Ольга was changed since the list was taken."


def test_of_new_people_who_are_gone_again_nothing_is_kept(manager, agency_tree, commits):
    source = undone(taken(manager, ",Сокол,Ольга,,,clinic,,,", commits=commits), manager, commits)

    entry = source.entries.get()
    assert (entry.person, entry.values, entry.changes, entry.alike) == (None, {}, {}, [])


def test_after_a_day_nothing_is_undone(manager, agency_tree, commits):
    source = taken(manager, ",Сокол,Ольга,,,clinic,,,", commits=commits)
    PeopleImport.objects.update(taken_at=timezone.now() - timedelta(hours=25))

    with pytest.raises(PeopleError, match="for 24 hours"):
        ask_to_undo(source=source, actor=manager)


@pytest.mark.db
def test_who_was_erased_stays_erased(manager, agency_tree, commits):
    source = taken(manager, ",Сокол,Ольга,,,clinic,,,", ",Новы,Чалавек,,,clinic,,,", commits=commits)
    erase_person(person=Person.objects.get(family_name="Сокол"), ground="asked")

    source = undone(source, manager, commits)

    assert (source.state, source.file.name) == ("undone", "")
    assert Person.objects.filter(family_name="Erased person").count() == 1
    assert not Person.objects.filter(family_name="Новы").exists()


def test_with_somebody_who_was_erased_a_list_that_was_not_taken_is_dropped(manager, agency_tree, commits):
    person = make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга", patronymic="")
    source = sent(manager, f"{person.public_code},Соколова,Ольга,,,,,,", commits=commits)

    erase_person(person=person, ground="asked")

    source.refresh_from_db()
    assert (source.state, source.file.name, source.entries.count()) == ("dropped", "", 0)


@pytest.mark.db
def test_after_some_months_lists_say_nothing_any_more(manager, agency_tree, commits):
    old = taken(manager, ",Сокол,Ольга,,,clinic,,,", commits=commits)
    waiting = sent(manager, ",Новы,Чалавек,,,clinic,,,", commits=commits)
    PeopleImport.objects.update(uploaded_at=timezone.now() - timedelta(days=100))
    # A file that has gone, as with somebody who was erased, leaves rows behind.
    PeopleImport.objects.filter(pk=old.pk).update(file="")

    assert apply_retention()["lists"] == 2
    assert apply_retention()["lists"] == 0

    entry = old.entries.get()
    assert (entry.values, entry.changes, entry.alike, entry.undo) == ({}, {}, [], None)
    assert entry.person.family_name == "Сокол"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.file.name, waiting.entries.count()) == ("dropped", "", 0)


def test_what_was_dropped_says_nothing_any_more(manager, agency_tree, commits):
    source = sent(manager, ",Сокол,Ольга,,,clinic,,,", commits=commits)
    path = source.file.path

    with commits(execute=True):
        drop_list(source=source, actor=manager)

    source.refresh_from_db()
    assert (source.state, source.file.name, source.entries.count()) == ("dropped", "", 0)
    with pytest.raises(FileNotFoundError), open(path, "rb"):  # noqa: PTH123
        pass


# --- Out and in again -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_what_goes_out_comes_back_unchanged(roles, agency_tree, file_format, language):
    make_person(agency=agency_tree.clinic, email="", sex="female", name_latin="Lis Olga")
    join_agency(
        person=make_person(family_name="-Дэфіс", email=""), agency=agency_tree.clinic, since=SINCE,
        until=TODAY() + timedelta(days=3), post="=врач",
    )  # fmt: skip

    content = export_people(account=roles.manager, agency=None, file_format=file_format, language=language)
    result = import_people(content=content, file_name=f"people.{file_format}")

    members = Membership.objects.current().count()
    assert (result.errors, result.as_json()["unchanged"], result.rows) == ([], members, members)


def test_an_export_holds_only_own_people_and_is_noted(roles, agency_tree):
    make_person(agency=agency_tree.unrelated, family_name="Чужы")

    content = export_people(account=roles.coordinator, agency=None, file_format="csv", language="be")

    assert content.startswith(b"\xef\xbb\xbf")
    assert "Чужы" not in content.decode()
    noted = Event.objects.get(action="people.people_exported")
    assert (noted.actor, noted.object_id) == (roles.coordinator, str(agency_tree.clinic.pk))
    with pytest.raises(PeopleError):
        export_people(account=roles.learner, agency=None, file_format="csv", language="be")


@pytest.mark.parametrize("known", [True, False])
def test_three_rows_cost_as_many_queries_as_one(agency_tree, known):
    rows = [row(line, family_name=f"Сокол{line}", agency="clinic", email=f"{line}@example.org") for line in range(3)]
    if known:
        for each in rows:
            make_person(agency=agency_tree.clinic, family_name=each.family_name, given_name="Ольга", email=each.email)

    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            plan_list(rows=rows[:count], agency=None, account=None)
        return len(captured)

    assert queries(1) == queries(3)


def test_headings_are_no_two_columns_at_once():
    words = [word for key, names in HEADINGS.items() for word in {key.replace("_", " "), *names}]

    assert len(words) == len(set(words))
