"""Helpers of a workshop: what each of the narrow rights opens, and that it opens nothing else, nor for ever."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from people.models import Account, Person
from people.services import who_sees
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_session, make_workshop, mark, open_session, register
from workshops.errors import WorkshopError
from workshops.models import Facilitation, Registration, Workshop
from workshops.services import add_facilitator, change_workshop, remove_facilitator, set_right

pytestmark = [pytest.mark.django_db, pytest.mark.db]
Right = Facilitation.Right
NARROW = [Right.APPROVE, Right.CHECK_IN, Right.EDIT_PEOPLE]
# Which of the rights opens an address. Whoever may do everything opens all.
ADDRESSES = {
    ("GET", "participants"): set(NARROW),
    ("POST", "participants_invite"): {Right.APPROVE},
    ("POST", "participant_confirm"): {Right.APPROVE},
    ("GET", "participant_add"): {Right.EDIT_PEOPLE},
    ("GET", "roster_import"): {Right.EDIT_PEOPLE},
    ("GET", "participant_names"): {Right.EDIT_PEOPLE},
    ("GET", "register"): {Right.CHECK_IN},
    ("POST", "register"): {Right.CHECK_IN},
    ("POST", "register_mark"): {Right.CHECK_IN},
    ("POST", "register_all_present"): {Right.CHECK_IN},
    ("GET", "walk_in"): {Right.CHECK_IN},
    ("GET", "check_in_screen"): {Right.CHECK_IN},
    ("GET", "badge"): {Right.CHECK_IN},
    ("GET", "badges"): {Right.CHECK_IN},
    ("GET", "sign_in_sheet"): {Right.CHECK_IN},
    ("GET", "offline_register"): {Right.CHECK_IN},
    ("GET", "offline_roster"): {Right.CHECK_IN},
    **{
        ("GET", name): set()
        for name in (
            "sign_off", "record_correct", "paper_register", "register_pdf", "online_logs", "session_edit",
            "workshop_edit", "workshop_shift", "workshop_copy", "registration_withdraw", "threshold", "materials",
            "outcomes", "evaluation", "workshop_messages", "workshop_needs", "workshop_now", "record_changes",
            "attendance_import",
        )
    },
    ("POST", "seats"): set(),
    ("POST", "facilitator_add"): set(),
    ("POST", "facilitator_right"): set(),
    ("POST", "facilitator_remove"): set(),
    ("POST", "workshop_publish"): set(),
}  # fmt: skip
OF_A_SESSION = {
    "register", "register_mark", "register_all_present", "walk_in", "check_in_screen", "sign_in_sheet", "sign_off",
    "paper_register", "register_pdf", "online_logs", "session_edit",
}  # fmt: skip
OF_A_PERSON = {
    "participant_confirm", "participant_names", "registration_withdraw", "facilitator_right", "facilitator_remove",
}  # fmt: skip


@pytest.fixture
def workshop() -> Workshop:
    workshop = make_workshop()
    register(workshop, make_person(agency=make_agency(code="clinic"), family_name="Sidorova", given_name="Vera"))
    open_session(workshop)
    # Its sessions were held in spring; the rights of helpers are counted from the last day.
    today = timezone.localdate()
    Workshop.objects.filter(pk=workshop.pk).update(starts_on=today, ends_on=today)
    workshop.refresh_from_db()
    return workshop


@pytest.fixture
def participant(workshop) -> Registration:
    return workshop.registrations.select_related("person").get()


def helper(workshop: Workshop, right: str) -> Account:
    account = make_account()
    add_facilitator(workshop=workshop, person=account.person, right=right)
    return account


def ask(client: Client, workshop: Workshop, method: str, name: str) -> int:
    someone = workshop.registrations.select_related("person").get()
    args: list[object] = [workshop.code]
    if name == "badge":
        args = [someone.pass_code]
    elif name == "record_correct":
        args += [1, someone.person.public_code]
    elif name in OF_A_SESSION:
        args += [1]
    elif name in OF_A_PERSON:
        args += [someone.person.public_code]
    data = {"mark": f"{someone.person.public_code}:present"} if name == "register_mark" else {}
    return getattr(client, method.lower())(reverse(name, args=args), data).status_code


@pytest.mark.parametrize("right", NARROW)
def test_each_right_opens_its_own_pages_and_no_other(client_of, workshop, right):
    client = client_of(helper(workshop, right))

    opened = {key for key in ADDRESSES if ask(client, workshop, *key) != 404}

    assert opened == {key for key, rights in ADDRESSES.items() if right in rights}


def test_whoever_may_do_everything_is_a_facilitator(client_of, workshop):
    client = client_of(helper(workshop, Right.EVERYTHING))
    unlike = {("POST", "facilitator_right"), ("POST", "facilitator_remove")}  # of a person who is none

    assert {key for key in ADDRESSES if ask(client, workshop, *key) == 404} == unlike


@pytest.mark.parametrize("right", NARROW)
def test_a_helper_elsewhere_opens_nothing_here(client_of, workshop, right):
    client = client_of(helper(make_workshop(), right))

    assert {ask(client, workshop, *key) for key in ADDRESSES} == {404}


@pytest.mark.parametrize("right", NARROW)
def test_a_right_ends_two_weeks_after_the_workshop_and_with_a_refusal(client_of, workshop, participant, right):
    account = helper(workshop, right)
    client, today = client_of(account), timezone.localdate()
    first = today - timedelta(days=20)
    seen = Person.objects.visible_to(account).filter(pk=participant.person_id)

    Workshop.objects.update(starts_on=first, ends_on=today - timedelta(days=14))
    on_the_last_day = (ask(client, workshop, "GET", "participants"), seen.exists())
    Workshop.objects.update(ends_on=today - timedelta(days=15))
    afterwards = (ask(client, workshop, "GET", "participants"), seen.exists())
    Workshop.objects.update(ends_on=today)
    Facilitation.objects.filter(person=account.person).update(state="declined")

    assert (on_the_last_day, afterwards) == ((200, True), (404, False))
    assert (ask(client, workshop, "GET", "participants"), seen.exists()) == (404, False)


@pytest.mark.parametrize("right", NARROW)
def test_who_sees_a_person_names_helpers_and_what_they_may(workshop, participant, right):
    account = helper(workshop, right)

    [reason] = [each.reason for each in who_sees(person=participant.person) if each.account == account]

    assert reason == f"Helper in the workshop “{workshop.title}”, who may: {Right(right).label}"


def test_a_helper_checks_in_and_does_not_sign(client_of, workshop, participant):
    client = client_of(helper(workshop, Right.CHECK_IN))
    page = client.get(reverse("register", args=[workshop.code, 1])).content.decode()

    sent = {"mark": f"{participant.person.public_code}:present"}
    client.post(reverse("register_mark", args=[workshop.code, 1]), sent)

    assert workshop.sessions.get(number=1).records.get().status == "present"
    assert "Sign the register" not in page
    assert "When everybody is recorded, a facilitator signs the register." in page


@pytest.mark.parametrize("right", NARROW)
def test_the_list_of_participants_offers_what_can_be_done(client_of, workshop, participant, right):
    Registration.objects.update(state="nominated")
    page = client_of(helper(workshop, right)).get(reverse("participants", args=[workshop.code])).content.decode()

    offered = {
        name
        for name in ("participant_add", "participant_names", "participants_invite", "badges", "registration_withdraw")
        if reverse(name, args=[workshop.code, participant.person.public_code][: 2 if name in OF_A_PERSON else 1])
        in page
    }

    assert (
        offered
        == {
            Right.APPROVE: {"participants_invite"},
            Right.CHECK_IN: {"badges"},
            Right.EDIT_PEOPLE: {"participant_add", "participant_names"},
        }[right]
    )


def test_a_helper_approves_where_managers_must_agree_and_nobody_about_oneself(client_of, workshop, participant):
    account, manager = make_account(), make_account("manager")
    Workshop.objects.update(approval=Workshop.Approval.PROGRAMME)
    Registration.objects.update(state="pending", confirmed_at=None)
    add_facilitator(workshop=workshop, person=account.person, right=Right.APPROVE, actor=manager)
    address = reverse("registration_approval", args=[workshop.code, participant.person.public_code])

    response = client_of(account).post(address, {"step": "approve"})

    participant.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, reverse("participants", args=[workshop.code]))
    assert (participant.state, participant.approved_by) == ("confirmed", account)


@pytest.mark.parametrize("right", [Right.CHECK_IN, Right.EDIT_PEOPLE])
def test_no_other_helper_approves(client_of, workshop, participant, right):
    Workshop.objects.update(approval=Workshop.Approval.PROGRAMME)
    Registration.objects.update(state="pending", confirmed_at=None)
    address = reverse("registration_approval", args=[workshop.code, participant.person.public_code])

    assert client_of(helper(workshop, right)).post(address, {"step": "approve"}).status_code in {403, 404}


def test_where_an_agency_must_agree_no_helper_does_it_for_its_coordinator(client_of, workshop, participant):
    Workshop.objects.update(approval=Workshop.Approval.AGENCY)
    Registration.objects.update(state="pending", confirmed_at=None)
    address = reverse("registration_approval", args=[workshop.code, participant.person.public_code])

    assert client_of(helper(workshop, Right.APPROVE)).post(address, {"step": "approve"}).status_code == 404


def test_only_managers_hand_on_what_only_managers_may(workshop):
    facilitator = Account.objects.get(person__facilitations__workshop=workshop)
    Workshop.objects.update(approval=Workshop.Approval.PROGRAMME)
    workshop.refresh_from_db()
    person = make_account().person

    with pytest.raises(WorkshopError, match="only they let somebody else do it"):
        add_facilitator(workshop=workshop, person=person, right=Right.APPROVE, actor=facilitator)
    add_facilitator(workshop=workshop, person=person, right=Right.CHECK_IN, actor=facilitator)
    with pytest.raises(WorkshopError, match="only they let somebody else do it"):
        set_right(workshop=workshop, person=person, right=Right.APPROVE, actor=facilitator)


def test_a_name_is_corrected_and_noted(client_of, workshop, participant):
    account = helper(workshop, Right.EDIT_PEOPLE)
    address = reverse("participant_names", args=[workshop.code, participant.person.public_code])
    names = {"family_name": "Sidarava", "given_name": "Viera", "patronymic": "", "name_latin": "Viera Sidarava"}

    empty = client_of(account).post(address, {**names, "family_name": " "})
    saved = client_of(account).post(address, names)

    participant.person.refresh_from_db()
    event = Event.objects.get(action="people.person_changed")
    assert ("This field is required." in empty.content.decode(), saved.status_code) == (True, 302)
    assert participant.person.full_name == "Sidarava Viera"
    assert (event.actor, event.subject, event.before["family_name"]) == (account, participant.person, "Sidorova")


def test_whoever_has_signed_in_is_not_renamed_by_others(client_of, workshop, participant):
    account = make_account(person=participant.person)
    Account.objects.filter(pk=account.pk).update(last_login=timezone.now())
    address = reverse("participant_names", args=[workshop.code, participant.person.public_code])

    page = client_of(helper(workshop, Right.EDIT_PEOPLE)).post(address, {"family_name": "Other", "given_name": "Name"})

    participant.person.refresh_from_db()
    assert (page.status_code, participant.person.family_name) == (200, "Sidorova")
    assert "This person has signed in" in page.content.decode()


def test_a_published_workshop_keeps_somebody_who_runs_it(workshop):
    [facilitator] = Person.objects.filter(facilitations__workshop=workshop)
    actor = helper(workshop, Right.CHECK_IN)

    with pytest.raises(WorkshopError, match="Name another facilitator first"):
        set_right(workshop=workshop, person=facilitator, right=Right.CHECK_IN, actor=actor)
    with pytest.raises(WorkshopError, match="Name another facilitator first"):
        remove_facilitator(workshop=workshop, person=facilitator)


def test_rights_are_given_and_changed_on_the_page_of_the_workshop(client_of, workshop):
    facilitator = Account.objects.get(person__facilitations__workshop=workshop)
    client, account = client_of(facilitator), make_account()

    client.post(
        reverse("facilitator_add", args=[workshop.code]),
        {"person": account.person.public_code, "right": "check_in"},
    )
    first = account.person.facilitations.get().right
    client.post(
        reverse("facilitator_right", args=[workshop.code, account.person.public_code]), {"right": "edit_people"}
    )
    nonsense = client.post(
        reverse("facilitator_right", args=[workshop.code, account.person.public_code]), {"right": "boss"}, follow=True
    )

    assert (first, account.person.facilitations.get().right) == ("check_in", "edit_people")
    assert "boss is not one of the available choices" in nonsense.content.decode()
    event = Event.objects.get(action="workshops.facilitator_right_set")
    assert (event.before, event.after) == ({"right": "check_in"}, {"right": "edit_people"})


@pytest.mark.parametrize("right", NARROW)
def test_the_page_of_a_helper_leads_to_what_can_be_done(client_of, workshop, right):
    client = client_of(helper(workshop, right))

    led = client.get(reverse("workshop_manage", args=[workshop.code]), follow=True)
    public = client.get(reverse("workshop", args=[workshop.code])).content.decode()

    assert led.redirect_chain == [(reverse("workshop_help", args=[workshop.code]), 302)]
    assert str(Right(right).label) in led.content.decode()
    assert (reverse("register", args=[workshop.code, 1]) in led.content.decode()) == (right == Right.CHECK_IN)
    assert "Help with this workshop" in public


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_helper_costs_the_same_however_many_sessions(
    client_of, workshop, rows, django_assert_num_queries
):
    client = client_of(helper(workshop, Right.CHECK_IN))
    for number in range(rows):
        make_session(workshop, slot=number + 3)
    address = reverse("workshop_help", args=[workshop.code])
    client.get(address)

    with django_assert_num_queries(6):
        client.get(address)


def test_a_helper_takes_no_part_and_reads_only_what_the_right_needs(workshop, participant):
    mark(workshop.sessions.get(number=1), participant.person)
    approves, checks_in = helper(workshop, Right.APPROVE), helper(workshop, Right.CHECK_IN)
    records = workshop.sessions.get(number=1).records.model.objects

    assert [records.visible_to(each).count() for each in (approves, checks_in)] == [0, 1]
    assert [Registration.objects.visible_to(each).count() for each in (approves, checks_in)] == [1, 1]


def test_managers_approve_only_once_helpers_have_given_back_the_right(workshop):
    facilitator = Account.objects.get(person__facilitations__workshop=workshop)
    account, declined = make_account(), make_account()
    add_facilitator(workshop=workshop, person=account.person, right=Right.APPROVE, actor=facilitator)
    add_facilitator(workshop=workshop, person=declined.person, right=Right.APPROVE, actor=facilitator)
    Facilitation.objects.filter(person=declined.person).update(state="declined")

    with pytest.raises(WorkshopError, match="Take the right to approve from the helpers first"):
        change_workshop(workshop=workshop, actor=facilitator, approval="programme")
    set_right(workshop=workshop, person=account.person, right=Right.CHECK_IN, actor=facilitator)

    assert change_workshop(workshop=workshop, actor=facilitator, approval="programme").approval == "programme"
    add_facilitator(workshop=workshop, person=make_person(), right=Right.APPROVE, actor=make_account("manager"))
    assert (
        change_workshop(workshop=workshop, actor=facilitator, approval="programme", place_en="Brest").place == "Brest"
    )


def test_whoever_takes_part_keeps_the_place_and_becomes_no_helper(workshop, participant):
    facilitator = Account.objects.get(person__facilitations__workshop=workshop)

    with pytest.raises(WorkshopError, match=r"takes part in this workshop\. Withdraw the registration first"):
        add_facilitator(workshop=workshop, person=participant.person, right=Right.CHECK_IN, actor=facilitator)
    still = Registration.objects.ever_confirmed().filter(pk=participant.pk).exists()
    Registration.objects.filter(pk=participant.pk).update(state="withdrawn", ended_at=timezone.now())
    named = add_facilitator(workshop=workshop, person=participant.person, right=Right.CHECK_IN, actor=facilitator)

    assert (still, named.right) == (True, "check_in")


def test_whoever_gives_up_the_own_rights_with_two_clicks_is_told_so(client_of, workshop):
    facilitator = Account.objects.get(person__facilitations__workshop=workshop)
    helper(workshop, Right.EVERYTHING)
    client, address = (
        client_of(facilitator),
        reverse("facilitator_right", args=[workshop.code, facilitator.person.public_code]),
    )
    client.post(address, {"right": "check_in"})

    again = client.post(address, {"right": "check_in"}, follow=True)

    assert again.redirect_chain == [(reverse("workshop_help", args=[workshop.code]), 302)]
    assert "You help with this workshop now." in again.content.decode()
