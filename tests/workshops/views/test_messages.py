"""The page on which those who run a workshop see what its participants are told."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from audit.models import Event
from mail.models import Message
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_quiet_facilitator, make_workshop, mark, open_session, register
from workshops.models import Registration
from workshops.services import cancel_workshop, plan_messages

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _before_the_workshop(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def facilitator():
    return make_quiet_facilitator()


@pytest.fixture
def workshop(facilitator):
    return make_workshop(code="W1", facilitator=facilitator)


@pytest.fixture
def client(facilitator, client_of):
    return client_of(facilitator)


def reminder():
    return Message.objects.filter(key__contains=":reminder:").earliest("send_after")


def page_of(client, address="/en/workshops/W1/messages/"):
    return unescape(client.get(address).content.decode())


@pytest.mark.parametrize("address", ["/en/workshops/W1/messages/", "/en/workshops/W1/manage/"])
def test_what_is_planned_is_listed_with_person_time_subject_and_state(client, workshop, address):
    person = register(workshop).person

    page = page_of(client, address)

    message = reminder()
    shown = [
        str(person), "06.03.2026 09:00", "reminder", "confirmation", message.subject, "planned",
        f"/messages/{message.pk}/stop/", f'/messages/{message.pk}/"',
    ]  # fmt: skip
    assert [words for words in shown if words not in page.replace("\N{NO-BREAK SPACE}", " ")] == []
    assert "3 messages are planned." in page


def test_without_messages_the_page_says_when_there_will_be_some(client, workshop):
    assert "No message yet" in page_of(client)


def test_what_waits_comes_first_in_the_order_in_which_it_goes(client, workshop):
    register(workshop)
    cancel_workshop(workshop=workshop, reason="The hall is closed")
    cancelled = Message.objects.filter(state="cancelled")

    rows = page_of(client).split("<tr>")[2:]

    # To the participant; a confirmation and two reminders are cancelled.
    assert ["Cancelled: Workshop 1" in row for row in rows] == [True, False, False, False]
    assert cancelled.count() == 3


def test_a_facilitator_stops_one_and_reads_so(client, workshop):
    register(workshop)
    message = reminder()

    answer = client.post(f"/en/workshops/W1/messages/{message.pk}/stop/", follow=True)

    message.refresh_from_db()
    assert (message.state, message.stopped_at) == ("cancelled", NOW)
    page = unescape(answer.content.decode())
    assert f"{message.recipient} will not receive this message." in page
    assert "stopped" in page
    assert f"/messages/{message.pk}/stop/" not in page


def test_one_that_has_gone_cannot_be_stopped_any_more(client, workshop):
    register(workshop)
    message = reminder()
    Message.objects.filter(pk=message.pk).update(state="sent", sent_at=NOW)

    answer = client.post(f"/en/workshops/W1/messages/{message.pk}/stop/", follow=True)

    assert "This message has gone already." in unescape(answer.content.decode())


def test_messages_of_other_workshops_and_of_other_things_are_out_of_reach(client, client_of, workshop):
    other = make_workshop(code="W11", facilitator=make_quiet_facilitator())
    register(other)
    foreign = reminder()
    alike = Message.objects.get(pk=foreign.pk)
    alike.pk, alike.key = None, f"workshop:{workshop.pk}1:reminder:1:1"
    alike.save(force_insert=True)

    assert str(foreign.recipient) not in page_of(client)
    for message in (foreign, alike):
        for page in ("", "stop/", "send/"):
            assert client.post(f"/en/workshops/W1/messages/{message.pk}/{page}").status_code == 404
            assert client.post(f"/en/workshops/W11/messages/{message.pk}/{page}").status_code == 404
    assert client_of(make_account()).get("/en/workshops/W1/messages/").status_code == 404
    assert set(Message.objects.values_list("state", flat=True)) == {"planned"}


@pytest.mark.parametrize("people", [1, 30])
def test_a_long_list_comes_in_pages_and_costs_the_same(client, workshop, django_assert_max_num_queries, people):
    for _each in range(people):
        register(workshop)
    Message.objects.filter(state="planned").update(send_after=NOW + timedelta(days=1))

    with django_assert_max_num_queries(8):
        page = page_of(client)

    assert page.count("/stop/") == min(3 * people, 50)
    assert len(page.encode()) < 100_000


# --- One message -----------------------------------------------------------------------------------------------------
def test_one_message_is_shown_with_its_words_and_without_the_links_of_its_reader(client, workshop):
    registration = register(workshop)
    Registration.objects.update(state="invited", confirmed_at=None)
    plan_messages(workshop=workshop)
    message = Message.objects.get(key__contains=":invited:")

    page = page_of(client, f"/en/workshops/W1/messages/{message.pk}/")

    shown = [str(registration.person), message.address, "invitation", "You are invited to take part.", "[[yes]]"]
    assert [words for words in shown if words not in page] == []
    assert "answer=yes" not in page


def test_a_facilitator_writes_the_words_anew_and_reads_what_follows_and_what_stays(client, workshop):
    register(workshop)
    address = f"/en/workshops/W1/messages/{reminder().pk}/"

    answer = client.post(address, {"subject": "Come!", "text": "Room 12.\r\nSecond floor."}, follow=True)

    message = reminder()
    assert (message.subject, message.text, message.edited_at) == ("Come!", "Room 12.\nSecond floor.\n", NOW)
    page = unescape(answer.content.decode())
    assert "The words are saved." in page
    assert "They stay as they are when plans change" in page


def test_saving_what_nobody_changed_leaves_the_message_to_the_plans(client, workshop):
    register(workshop)
    message = reminder()

    client.post(f"/en/workshops/W1/messages/{message.pk}/", {"subject": message.subject, "text": message.text})

    assert reminder().edited_at is None


@pytest.mark.parametrize(("state", "words"), [("sent", "does not wait any more"), ("cancelled", "does not wait")])
def test_words_of_what_does_not_wait_are_refused(client, workshop, state, words):
    register(workshop)
    message = reminder()
    Message.objects.filter(pk=message.pk).update(state=state, sent_at=NOW)

    answer = client.post(f"/en/workshops/W1/messages/{message.pk}/", {"subject": "A", "text": "B"})

    assert words in unescape(answer.content.decode())
    assert reminder().text == message.text


def test_an_invitation_keeps_the_places_of_its_links(client, workshop):
    register(workshop)
    Message.objects.filter(pk=reminder().pk).update(links={"[[yes]]": "https://a.example"})

    answer = client.post(f"/en/workshops/W1/messages/{reminder().pk}/", {"subject": "A", "text": "B"})

    assert "Keep [[yes]] in the text" in unescape(answer.content.decode())


def test_a_message_goes_now_when_the_facilitator_says_so(client, workshop, django_capture_on_commit_callbacks):
    register(workshop)
    message = reminder()

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/en/workshops/W1/messages/{message.pk}/send/", follow=True)

    assert "The message goes now." in unescape(answer.content.decode())
    assert reminder().send_after == NOW


def test_what_came_back_says_why_on_its_page_and_in_the_list(client, workshop):
    register(workshop)
    message = reminder()
    Message.objects.filter(pk=message.pk).update(
        state="sent", sent_at=NOW, bounced_at=NOW, bounce="a@b.example: 550 <b>unknown</b>"
    )

    page = client.get(f"/en/workshops/W1/messages/{message.pk}/").content.decode()

    assert "550 &lt;b&gt;unknown&lt;/b&gt;" in page
    listed = page_of(client)
    assert "came back" in listed
    assert "1 came back: look at the address of the person." in listed


# --- To a group ------------------------------------------------------------------------------------------------------
def words(group="confirmed", **more):
    return {
        "group": group, "language": "en", "subject": "Room", "text": "We meet in room 12.",
        "token": "6c1b0b8e-8d6c-4f0e-9f8f-0a8b5f1f3c11", **more,
    }  # fmt: skip


def written():
    return Message.objects.filter(key__contains=":written:").order_by("recipient__sort_name")


WRITE = "/en/workshops/W1/messages/write/"


def test_a_message_to_a_group_is_looked_at_before_it_goes_and_a_second_click_sends_nothing_more(client, workshop):
    first, second = sorted([register(workshop).person, register(workshop).person], key=lambda one: one.sort_name)
    register(workshop, make_person(agency=make_agency(), email=""))

    preview = unescape(client.post(WRITE, words(step="preview")).content.decode())
    assert not written().exists()
    for said in ("It goes to 2 people", "1 person of this group has no e-mail", f"To: {first}, {first.email}",
                 "We meet in room 12."):  # fmt: skip
        assert said in preview
    answers = [client.post(WRITE, words(step="send"), follow=True) for _click in range(2)]

    assert all("The message goes to 2 people." in unescape(answer.content.decode()) for answer in answers)
    assert [(each.recipient, each.subject, each.text, each.send_after) for each in written()] == [
        (person, "Room", "We meet in room 12.\n", NOW) for person in (first, second)
    ]
    assert Event.objects.filter(action="workshops.message_written").count() == 1


def test_whoever_changes_their_mind_finds_the_words_again(client, workshop):
    register(workshop)

    page = unescape(client.post(WRITE, words(step="change")).content.decode())

    assert "We meet in room 12.</textarea>" in page
    assert not written().exists()


@pytest.mark.parametrize("group", ["confirmed", "pending", "invited", "waitlisted", "nominated"])
def test_a_group_is_those_of_a_state(client, workshop, group):
    states = ["confirmed", "pending", "invited", "waitlisted", "nominated", "withdrawn"]
    people = {state: register(workshop) for state in states}
    for state, registration in people.items():
        Registration.objects.filter(pk=registration.pk).update(state=state)

    client.post(WRITE, words(group, step="send"))

    assert [each.recipient for each in written()] == [people[group].person]


def test_everybody_is_everybody_who_is_still_on_the_list(client, workshop):
    stays, gone = register(workshop), register(workshop)
    Registration.objects.filter(pk=gone.pk).update(state="withdrawn")

    client.post(WRITE, words("everybody", step="send"))

    assert [each.recipient for each in written()] == [stays.person]


def test_those_whom_a_register_misses_are_a_group_of_their_own(client, workshop, time_machine):
    here, absent, unknown = (register(workshop) for _each in range(3))
    session = workshop.sessions.get(number=1)
    time_machine.move_to(session.starts_at, tick=False)
    client.get(WRITE)
    open_session(workshop)
    mark(session, here.person)
    mark(session, absent.person, "absent")

    assert "Absent or not recorded: 1. Session 1" in page_of(client, WRITE)
    client.post(WRITE, words("absent-1", step="send"))

    assert {each.recipient for each in written()} == {absent.person, unknown.person}


def test_a_group_that_nobody_belongs_to_and_a_draft_get_a_sentence(client, facilitator, workshop):
    assert "Nobody of this group has an e-mail address." in unescape(client.post(WRITE, words()).content.decode())
    register(make_workshop(code="W2", facilitator=facilitator, published=False))

    answer = client.post("/en/workshops/W2/messages/write/", words(step="send"))

    assert "This is a draft of which nobody has heard." in unescape(answer.content.decode())
    assert not written().exists()


@pytest.mark.parametrize("people", [1, 3])
def test_the_preview_costs_the_same_for_any_number_of_people(client, workshop, django_assert_max_num_queries, people):
    for _each in range(people):
        register(workshop)

    with django_assert_max_num_queries(10):
        client.post(WRITE, words(step="preview"))


def test_participants_whom_mail_does_not_reach_are_marked_in_their_list(client, workshop):
    register(workshop)
    lost = register(workshop).person
    Message.objects.filter(recipient=lost, key__contains=":confirmed:").update(
        state="sent", sent_at=NOW, bounced_at=NOW, bounce="Unknown"
    )

    assert page_of(client, "/en/workshops/W1/participants/").count("mail does not arrive") == 1
