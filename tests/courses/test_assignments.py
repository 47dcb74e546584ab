"""Assigning, exempting, following agencies, reminders, and what people and those who look after them read."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from courses.duties import GRACE, State
from courses.models import Assignment, Enrolment, Exemption, LearningPath, Module, ModulePage
from courses.services import (
    CourseError,
    assign,
    assign_all,
    change_path,
    create_path,
    duties_of,
    enrol,
    exempt,
    plan_overdue_lists,
    plan_reminders,
    standings,
    withdraw_assignment,
    withdraw_exemption,
    withdraw_path,
)
from mail.models import Message
from mail.services import send_message
from people.models import Account, Agency, Person
from people.services import Change, ChangeKind, Part, agency_of, carry_out_change, erase_person, join_agency
from tests.factories.courses import make_enrolment, make_module
from tests.factories.people import make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def later(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


@pytest.fixture
def module() -> Module:
    return make_module("M1", lessons=1)


def assigned(roles: Any, module: Module, agency: Agency, due: int = 20, **fields: Any) -> Assignment:
    return assign(actor=roles.coordinator, module=module, agency=agency, due_on=day(due), **fields)


def owed(person: Person) -> list[tuple[str, date, State]]:
    return [(each.module.code, each.duty.due_on, each.state) for each in duties_of(person=person, language="en")]


def make_path(*modules: Module, actor: Account, **fields: Any) -> LearningPath:
    said = {"titles": {"title_en": "First steps"}, "agency_kind": "", "posts": "", **fields}
    return create_path(modules=modules, actor=actor, **said)


# --- Who has what -----------------------------------------------------------------------------------------------------


def test_what_is_assigned_to_an_agency_is_for_its_people_and_for_whoever_joins_later(roles, agency_tree, module):
    assigned(roles, module, agency_tree.department, days=30)
    newcomer = make_person(agency=None)
    join_agency(person=newcomer, agency=agency_tree.clinic, since=day(0))

    assert owed(roles.learner.person) == [("M1", day(20), State.NOT_BEGUN)]
    assert owed(newcomer) == [("M1", day(30), State.NOT_BEGUN)]
    assert owed(roles.coordinator_elsewhere.person) == []


def test_agencies_below_can_be_left_out(roles, agency_tree, module):
    assigned(roles, module, agency_tree.department, below=False)

    assert owed(roles.learner.person) == []


def test_a_path_is_for_the_kind_of_agency_and_the_posts_it_names(roles, agency_tree, module):
    path = make_path(module, actor=roles.manager, agency_kind="health_institution", posts="nurse, врач")
    assign(actor=roles.manager, path=path, agency=agency_tree.ministry, due_on=day(20))
    nurse, clerk = make_person(agency=agency_tree.clinic), make_person(agency=agency_tree.clinic)
    above = make_person(agency=agency_tree.ministry)
    for person, post in ((nurse, "Head nurse"), (clerk, "Clerk"), (above, "Врач")):
        person.memberships.update(post=post)

    assert [len(owed(person)) for person in (nurse, clerk, above)] == [1, 0, 0]


def test_a_completion_of_long_ago_counts_as_long_as_its_certificate_would(roles, agency_tree, module):
    person = roles.learner.person
    with time_machine.travel(later(-400)):
        make_enrolment(person, module, read=1)
    assigned(roles, module, agency_tree.clinic)

    assert [state for *_, state in owed(person)] == [State.DONE]
    Module.objects.update(certificate_months=12)
    assert [state for *_, state in owed(person)] == [State.UNDER_WAY]


def test_of_several_assignments_of_a_module_the_one_that_is_due_first_counts(roles, agency_tree, module):
    person = roles.learner.person
    assigned(roles, module, agency_tree.clinic, due=20)
    assign(actor=roles.manager, module=module, person=person, due_on=day(5))

    assert owed(person) == [("M1", day(5), State.NOT_BEGUN)]


def test_what_is_overdue_stands_first_and_a_module_taken_offline_is_asked_of_nobody(roles, agency_tree, module):
    late, gone = make_module("M2", lessons=1), make_module("M3", lessons=1)
    person = roles.learner.person
    assigned(roles, module, agency_tree.clinic, due=5)
    assigned(roles, gone, agency_tree.clinic, due=5)
    with time_machine.travel(later(-30)):
        assigned(roles, late, agency_tree.clinic, due=10)
    ModulePage.objects.filter(module_code="M3").update(live=False)

    assert [(code, state) for code, _due, state in owed(person)] == [("M2", State.OVERDUE), ("M1", State.NOT_BEGUN)]


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_the_same_cannot_be_assigned_to_the_same_twice(roles, agency_tree, module):
    first = assigned(roles, module, agency_tree.clinic)

    with pytest.raises(CourseError, match="“Module M1 en” is assigned already: Agency clinic"):
        assigned(roles, module, agency_tree.clinic, due=30)
    withdraw_assignment(assignment=first, actor=roles.coordinator)
    assigned(roles, module, agency_tree.clinic)


@pytest.mark.parametrize(("due", "days"), [(-1, 30), (5 * 400, 30), (5, 367), (5, -1)])
def test_impossible_days_are_refused(roles, agency_tree, module, due, days):
    with pytest.raises(CourseError):
        assigned(roles, module, agency_tree.clinic, due=due, days=days)


def test_several_things_are_assigned_together_or_not_at_all(roles, module):
    people = [roles.learner.person, roles.editor.person]
    assign(actor=roles.manager, module=module, person=people[1], due_on=day(5))

    with pytest.raises(CourseError):
        assign_all(actor=roles.manager, modules=[module], paths=[], people=people, agency=None, due_on=day(5))
    assert Assignment.objects.count() == 1


def test_a_path_that_was_withdrawn_is_not_assigned_any_more_and_a_change_holds_for_all(roles, agency_tree, module):
    second = make_module("M2", lessons=1)
    path = make_path(module, actor=roles.manager)
    assign(actor=roles.manager, path=path, agency=agency_tree.clinic, due_on=day(5))
    same = {"titles": {"title_en": "First"}, "agency_kind": "", "posts": "", "actor": roles.manager}
    change_path(path=path, modules=[second, module], **same)
    withdraw_path(path=path, actor=roles.manager)

    assert {code for code, *_ in owed(roles.learner.person)} == {"M1", "M2"}
    path.refresh_from_db()
    with pytest.raises(CourseError, match="withdrawn"):
        assign(actor=roles.manager, path=path, agency=agency_tree.ministry, due_on=day(5))
    with pytest.raises(CourseError, match="twice"):
        change_path(path=path, modules=[module, module], **same)
    assert make_path(module, actor=roles.manager).code == "first-steps-2"


def test_an_exemption_has_a_reason_and_can_be_taken_back(roles, agency_tree, module):
    person, made = roles.learner.person, assigned(roles, module, agency_tree.clinic)
    free = exempt(assignment=made, person=person, reason="Leave", actor=roles.coordinator)

    [each] = duties_of(person=person, language="en")
    assert (each.state, each.reason) == (State.EXEMPT, "Leave")
    with pytest.raises(CourseError, match="exempt already"):
        exempt(assignment=made, person=person, reason="Leave", actor=roles.coordinator)
    withdraw_exemption(exemption=free, actor=roles.coordinator)
    assert [state for *_, state in owed(person)] == [State.NOT_BEGUN]
    told = Event.objects.filter(subject=person, action__startswith="courses.").order_by("pk")
    assert [each.action for each in told] == ["courses.exempted", "courses.exemption_withdrawn"]


def test_nobody_exempts_oneself_or_from_what_was_not_assigned(roles, agency_tree, module):
    made = assigned(roles, module, agency_tree.clinic)

    with pytest.raises(CourseError, match="Somebody else"):
        exempt(assignment=made, person=roles.coordinator.person, reason="I", actor=roles.coordinator)
    other = make_module("M2", lessons=1)
    with pytest.raises(CourseError, match="not assigned"):
        exempt(assignment=made, person=roles.learner.person, module=other, reason="I", actor=roles.coordinator)


def test_nobody_takes_back_what_somebody_else_wants_of_them_or_what_a_manager_assigned(roles, module, agency_tree):
    coordinator = roles.coordinator
    asked = assign(actor=roles.coordinator_above, module=module, person=coordinator.person, due_on=day(5))
    ordered = assign(actor=roles.manager, module=module, agency=agency_tree.clinic, due_on=day(5))
    own = assign(actor=coordinator, module=make_module("M2", lessons=1), person=coordinator.person, due_on=day(5))

    with pytest.raises(CourseError, match="what you have to complete"):
        withdraw_assignment(assignment=asked, actor=coordinator)
    with pytest.raises(CourseError, match="only programme managers"):
        withdraw_assignment(assignment=ordered, actor=coordinator)
    withdraw_assignment(assignment=own, actor=coordinator)
    withdraw_assignment(assignment=ordered, actor=roles.administrator)
    assert set(Assignment.objects.standing()) == {asked}


# --- Agencies that change ---------------------------------------------------------------------------------------------


def test_a_new_name_takes_along_what_was_assigned_with_day_and_exemptions(roles, agency_tree, module):
    person = roles.learner.person
    made = assigned(roles, module, agency_tree.clinic)
    exempt(assignment=made, person=roles.editor.person, reason="Leave", actor=roles.coordinator)
    names = {"name_en": "New", "name_ru": "", "name_be": ""}
    change = Change(ChangeKind.RENAME, agency_tree.clinic, day(0), "Order 1", parts=[Part(names)])
    carry_out_change(change=change, actor=roles.manager)

    assert agency_of(person).name_en == "New"
    assert owed(person) == [("M1", day(20), State.NOT_BEGUN)]
    assert [state for *_, state in owed(roles.editor.person)] == [State.EXEMPT]
    assert [each.agency.name_en for each in Assignment.objects.visible_to(roles.coordinator).in_force()] == ["New"]


def test_a_merger_gives_the_people_who_were_there_before_the_time_of_new_members(roles, agency_tree, module):
    with time_machine.travel(later(-30)):
        assigned(roles, module, agency_tree.clinic, due=25)
    there = make_person(agency=agency_tree.unrelated)
    change = Change(ChangeKind.MERGE, agency_tree.clinic, day(0), "Order 1", into=agency_tree.unrelated)
    carry_out_change(change=change, actor=roles.manager)

    assert owed(there) == [("M1", day(30), State.NOT_BEGUN)]


def test_whoever_comes_with_a_merger_has_the_time_of_new_members_and_stays_exempt(roles, agency_tree, module):
    with time_machine.travel(later(-30)):
        here = assigned(roles, module, agency_tree.clinic, due=25)
        there = assigned(roles, module, agency_tree.unrelated, due=25)
    for each in (here, there):
        exempt(assignment=each, person=roles.editor.person, reason="Leave", actor=roles.coordinator)
    exempt(assignment=here, person=roles.facilitator.person, reason="Leave", actor=roles.coordinator)
    change = Change(ChangeKind.MERGE, agency_tree.clinic, day(0), "Order 1", into=agency_tree.unrelated)
    carry_out_change(change=change, actor=roles.manager)

    assert owed(roles.learner.person) == [("M1", day(30), State.NOT_BEGUN)]
    assert [state for *_, state in owed(roles.facilitator.person)] == [State.EXEMPT]
    assert there.exemptions.filter(withdrawn_at=None).count() == 2
    assert Assignment.objects.in_force().count() == 1


def test_what_was_assigned_in_person_ends_with_an_erasure(roles, module):
    person = roles.learner.person
    made = assign(actor=roles.manager, module=module, person=person, due_on=day(5), note="Anna, please")
    erase_person(person=person, ground="asked", actor=roles.administrator)
    made.refresh_from_db()

    assert (made.withdrawn_by, made.note) == (roles.administrator, "")


# --- Reminders --------------------------------------------------------------------------------------------------------


def letters() -> list[tuple[str, str]]:
    return list(
        Message.objects.filter(key__startswith="assignment").order_by("pk").values_list("recipient__email", "key")
    )


def test_each_step_of_the_ladder_is_mailed_once_and_what_is_done_is_not(roles, agency_tree, module):
    agency = make_agency()
    ann, bob = make_person(agency=agency), make_person(agency=agency)
    made = assign(actor=roles.manager, module=module, agency=agency, due_on=day(20))
    make_enrolment(bob, module, read=1)

    for days in (0, 0, 2, 5, 6, 7, 17, 20, 21, 22, 40):
        with time_machine.travel(later(days)):
            plan_reminders(today=timezone.localdate())

    rungs = [key.split(":")[3] for email, key in letters() if email == ann.email]
    assert rungs == ["told", "14", "3", "overdue"]
    assert {email for email, _key in letters()} == {ann.email}
    told = Message.objects.get(key__contains=":told:")
    assert (told.digest, "Module M1 en" in told.text) == ("assignments", True)
    withdraw_assignment(assignment=made, actor=roles.manager)
    assert not Message.objects.filter(key__startswith="assignment", state="planned").exists()


def test_a_new_name_mails_no_step_again_that_people_have_read(roles, agency_tree, module):
    agency = make_agency()
    ann = make_person(agency=agency)
    assign(actor=roles.manager, module=module, agency=agency, due_on=day(20))
    for days in (0, 6, 17):
        with time_machine.travel(later(days)):
            plan_reminders(today=timezone.localdate())
            if days == 6:
                parts = [Part({"name_en": "New", "name_ru": "", "name_be": ""})]
                change = Change(ChangeKind.RENAME, agency, timezone.localdate(), "Order 1", parts=parts)
                carry_out_change(change=change, actor=roles.manager)
                plan_reminders(today=timezone.localdate())

    assert [key.split(":")[3] for email, key in letters() if email == ann.email] == ["told", "14", "3"]


@pytest.mark.parametrize(("hour", "goes"), [(6, (0, 8)), (19, (0, 8)), (20, (1, 8)), (23, (1, 8))])
def test_reminders_that_are_planned_at_night_go_in_the_morning(roles, module, hour, goes):
    assign(actor=roles.manager, module=module, person=roles.learner.person, due_on=day(20))
    with time_machine.travel(timezone.localtime().replace(hour=hour), tick=False):
        plan_reminders(today=timezone.localdate())

    sent = timezone.localtime(Message.objects.get(key__startswith="assignment:").send_after)
    assert ((sent.date() - timezone.localdate()).days, sent.hour) == goes


def test_titles_of_a_list_are_read_once_for_all_its_readers(roles, agency_tree, module):
    monday = timezone.now() + timedelta(days=28 - timezone.localdate().weekday())
    assign(actor=roles.coordinator_above, module=module, agency=agency_tree.ministry, due_on=day(1))
    with time_machine.travel(monday), CaptureQueriesContext(connection) as captured:
        assert plan_overdue_lists(today=timezone.localdate()) == 2

    titled = [each for each in captured if "title_language" in each["sql"]]
    assert len(titled) == 3


def test_nobody_is_mailed_who_does_not_want_it_or_about_what_is_long_past(roles, module):
    quiet, late = make_account(), make_account()
    quiet.muted_messages = ["assignments"]
    quiet.save()
    assign(actor=roles.manager, module=module, person=quiet.person, due_on=day(3))
    with time_machine.travel(later(-60)):
        assign(actor=roles.manager, module=module, person=late.person, due_on=day(10))

    plan_reminders(today=timezone.localdate())
    for message in Message.objects.filter(key__startswith="assignment"):
        Message.objects.filter(pk=message.pk).update(send_after=timezone.now())
        send_message(message)

    assert [(each.recipient, each.state) for each in Message.objects.filter(key__startswith="assignment")] == [
        (quiet.person, "cancelled")
    ]


def test_coordinators_read_one_list_a_week_of_who_is_late_for_a_week(roles, agency_tree, module):
    monday = timezone.now() + timedelta(days=28 - timezone.localdate().weekday())
    agency = agency_tree.unrelated
    people = [make_person(agency=agency), make_person(agency=agency)]
    coordinator = roles.coordinator_elsewhere
    make_enrolment(coordinator.person, module, read=1)
    assign(actor=roles.manager, module=module, agency=agency, due_on=monday.date() - timedelta(days=8))
    with time_machine.travel(monday - timedelta(days=1)):
        assert plan_overdue_lists(today=timezone.localdate()) == 0
    with time_machine.travel(monday):
        assert plan_overdue_lists(today=timezone.localdate()) == 2
        plan_overdue_lists(today=timezone.localdate())

    lists = Message.objects.filter(key__startswith="assignments:overdue")
    assert sorted(lists.values_list("recipient", flat=True)) == sorted([coordinator.person.pk, roles.manager.person.pk])
    text = lists.get(recipient=coordinator.person).text
    assert f"– Module M1 en: {len(people)} people" in text
    assert not any(str(person) in text for person in people)


def test_a_list_waits_until_people_are_late_for_more_than_a_week(roles, agency_tree, module):
    monday = timezone.now() + timedelta(days=28 - timezone.localdate().weekday())
    assign(
        actor=roles.manager,
        module=module,
        agency=agency_tree.clinic,
        due_on=timezone.localdate(monday) - timedelta(days=7),
    )

    with time_machine.travel(monday):
        assert plan_overdue_lists(today=timezone.localdate()) == 0


# --- Pages ------------------------------------------------------------------------------------------------------------


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def queries(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_my_learning_says_what_is_due_and_one_button_enrols_and_begins(roles, agency_tree, module, client_of):
    client = client_of(roles.learner)
    quiet = queries(client, reverse("my_learning"))
    assigned(roles, module, agency_tree.clinic, note="Before the spring")
    one = queries(client, reverse("my_learning"))
    for code in ("M2", "M3"):
        assigned(roles, make_module(code, lessons=1), agency_tree.clinic)

    assert queries(client, reverse("my_learning")) == one
    assert one - quiet <= 8
    shown = words(client.get(reverse("my_learning")))
    assert "You are asked to complete “Module M1 en”" in shown
    assert "Before the spring" in shown
    assert "Begin the first lesson" in words(client.get(reverse("module", args=["M1"])))
    begun = client.post(reverse("enrol", args=["M1"]), {"start": "1"})
    assert begun["Location"] == reverse("lesson", args=["M1", "M1.1"])
    assert Enrolment.objects.filter(person=roles.learner.person, module=module).exists()


def test_whoever_may_not_enrol_yet_is_told_why(roles, agency_tree, module, client_of):
    before = make_module("M0", lessons=1)
    module.prerequisites.add(before)
    assigned(roles, module, agency_tree.clinic)
    client = client_of(roles.learner)

    answer = client.post(reverse("enrol", args=["M1"]), {"start": "1"}, follow=True)

    assert "Complete «Module M0 en» first." in words(answer)


def test_coordinators_see_their_people_late_a_week_after_these_themselves(roles, agency_tree, module, client_of):
    with time_machine.travel(later(-30)):
        made = assigned(roles, module, agency_tree.clinic, due=25)
    client = client_of(roles.coordinator)
    page = reverse("assignment", args=[made.pk])

    assert "overdue" in words(client_of(roles.learner).get(reverse("my_learning")))
    assert ">overdue</span>" not in words(client.get(page))
    with time_machine.travel(later(3)):
        assert ">overdue</span>" in words(client_of(roles.coordinator).get(page))


def test_a_page_says_who_else_takes_an_assignment_back(roles, agency_tree, module, client_of):
    made = assign(actor=roles.manager, module=module, agency=agency_tree.clinic, due_on=day(20))
    client, page = client_of(roles.coordinator), reverse("assignment", args=[made.pk])
    sentence = "A programme manager assigned this, and only programme managers take it back."

    assert sentence in words(client.get(page))
    assert "Take it back" not in words(client.get(page))
    assert "Take it back" in words(client_of(roles.manager).get(page))
    assert sentence in words(client.post(reverse("assignment_withdraw", args=[made.pk]), follow=True))
    assert Assignment.objects.standing().exists()


def test_coordinators_below_read_how_their_own_people_do_and_change_nothing(roles, agency_tree, module, client_of):
    made = assign(actor=roles.coordinator_above, module=module, agency=agency_tree.ministry, due_on=day(20))
    inside = make_person(agency=agency_tree.clinic, family_name="Inside")
    outside = make_person(agency=agency_tree.department, family_name="Outside")
    client, person = client_of(roles.coordinator), inside.public_code

    shown = words(client.get(reverse("assignment", args=[made.pk])))
    assert str(inside) in shown
    assert str(outside) not in shown
    assert "who also decides about exemptions" in shown
    assert client.post(reverse("assignment_withdraw", args=[made.pk])).status_code == 404
    assert client.get(reverse("exemption_new", args=[made.pk, person])).status_code == 404
    elsewhere = client_of(roles.coordinator_elsewhere)
    assert elsewhere.get(reverse("assignment", args=[made.pk])).status_code == 404


def test_a_coordinator_assigns_by_the_form_and_mistakes_lose_nothing(roles, agency_tree, module, client_of):
    client, address = client_of(roles.coordinator), reverse("assignment_new") + "?agency=clinic"
    said = {"whom": "some", "due_on": str(day(9)), "days": "30", "note": "Please"}

    shown = words(client.post(address, said))
    assert "Choose a path or a module at least." in shown
    assert "Choose somebody, or everybody of the agency." in shown
    assert "> Please</textarea>" in shown
    person = roles.learner.person
    sent = client.post(address, {**said, "modules": "M1", "people": person.public_code}, follow=True)
    assert "It reaches 1 person today." in words(sent)
    again = client.post(address, {**said, "modules": "M1", "people": person.public_code})
    assert "is assigned already" in words(again)
    stranger = make_person(agency=agency_tree.unrelated).public_code
    assert client.post(address, {**said, "modules": "M1", "people": stranger}).status_code == 200
    assert Assignment.objects.count() == 1
    assert client.get(reverse("assignment_new") + "?agency=unrelated").status_code == 404


def test_exemptions_by_the_form_and_the_list_as_a_file(roles, agency_tree, module, client_of):
    path = make_path(module, make_module("M2", lessons=1), actor=roles.manager)
    made = assign(actor=roles.coordinator, path=path, agency=agency_tree.clinic, due_on=day(20))
    client, person = client_of(roles.coordinator), roles.learner.person
    page = reverse("assignment", args=[made.pk])

    client.post(reverse("exemption_new", args=[made.pk, person.public_code]), {"module": "M2", "reason": "=Leave"})
    shown = words(client.get(page))
    assert f"<strong>{person}</strong>, Module M2 en: =Leave" in shown.replace("&#x27;", "'")
    table = client.get(reverse("assignment_file", args=[made.pk])).content.decode("utf-8-sig")
    assert table.splitlines()[0] == "Name,Agency,To be completed by,Module M1 en,Module M2 en"
    assert f"{person.full_name},Agency clinic," in table
    assert "not begun,exempt" in table
    client.post(reverse("exemption_withdraw", args=[made.pk, Exemption.objects.get().pk]))
    assert "=Leave" not in words(client.get(page))
    assert Event.objects.filter(action="courses.assignment_downloaded").count() == 1


def test_lists_cost_the_same_for_one_and_three(roles, agency_tree, module, client_of):
    client, made = client_of(roles.manager), assigned(roles, module, agency_tree.clinic)
    addresses = [reverse("assignments"), reverse("assignment", args=[made.pk])]
    before = [queries(client, address) for address in addresses]
    for code in ("M2", "M3"):
        path = make_path(make_module(code, lessons=1), actor=roles.manager)
        assign(actor=roles.manager, path=path, agency=agency_tree.ministry, due_on=day(20))
        make_person(agency=agency_tree.clinic)
    # A path costs the query for its modules.
    assert [queries(client, address) for address in addresses] == [before[0] + 1, before[1]]
    assert Event.objects.filter(action="courses.assignment_read", actor=roles.manager).count() == 2


def test_managers_make_paths_by_the_form(roles, module, client_of):
    client, second = client_of(roles.manager), make_module("M2", lessons=1)
    said = {"title_en": "New colleagues", "agency_kind": "ngo", "posts": "nurse"}

    assert "A path needs a module at least." in words(client.post(reverse("path_new"), said))
    twice = client.post(reverse("path_new"), {**said, "place_1": "M1", "place_4": "M1"})
    assert "A module stands on the path twice." in words(twice)
    client.post(reverse("path_new"), {**said, "place_1": "M2", "place_4": "M1"})
    path = LearningPath.objects.get()
    assert (path.code, [step.module for step in path.steps.all()]) == ("new-colleagues", [second, module])
    edit = reverse("path_edit", args=[path.code])
    assert 'value="New colleagues"' in words(client.get(edit))
    client.post(edit, {**said, "title_en": "Newcomers", "place_1": "M1"})
    client.post(reverse("path_withdraw", args=[path.code]))
    path.refresh_from_db()
    assert (path.title_en, path.withdrawn, path.steps.count()) == ("Newcomers", True, 1)


def test_everybody_can_be_read_and_the_grace_is_one_for_all(roles, agency_tree, module):
    made = assigned(roles, module, agency_tree.clinic)
    enrol(person=roles.learner.person, module=module, agency=agency_tree.clinic)
    found = standings(assignments=[made], grace=GRACE)[made.pk]

    assert {each.person: each.state for each in found}[roles.learner.person.pk] == State.UNDER_WAY
    assert len(found) == 6


def test_only_managers_exempt_from_what_a_manager_assigned(roles, agency_tree, module, client_of):
    ordered = assign(actor=roles.manager, module=module, agency=agency_tree.clinic, due_on=day(5))
    asked = {"assignment": ordered, "person": roles.learner.person, "reason": "Leave"}

    with pytest.raises(CourseError, match="only programme managers exempt"):
        exempt(actor=roles.coordinator, **asked)
    page = client_of(roles.coordinator).get(f"/en/assignments/{ordered.pk}/").content.decode()
    free = exempt(actor=roles.manager, **asked)
    with pytest.raises(CourseError, match="only programme managers exempt"):
        withdraw_exemption(exemption=free, actor=roles.coordinator)
    withdraw_exemption(exemption=free, actor=roles.administrator)

    assert "only programme managers exempt people from it" in page
    assert f"/en/assignments/{ordered.pk}/exempt" not in page
    assert owed(roles.learner.person)[0][-1] == State.NOT_BEGUN
