"""What people choose for themselves: language and clock, messages, and how pages are shown."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from audit.models import Event
from certificates.designs import contrast
from mail.permissions import stop_token
from people.models import Account, Erasure
from people.services import (
    PeopleError,
    choose_display,
    choose_language,
    choose_messages,
    erase_person,
    sections_of,
    switch_messages,
)
from tests.factories.home import make_home_with, make_logo, partner
from tests.factories.people import make_account, make_person

pytestmark = pytest.mark.django_db


def events(action):
    return list(Event.objects.filter(action=action).order_by("pk").values_list("before", "after"))


# --- Services -------------------------------------------------------------------------------------------------------
@pytest.mark.db
def test_language_and_clock_are_changed_once_and_noted_with_what_stood_there_before(account):
    person = account.person

    changed = [choose_language(person=person, language="be", time_zone="Asia/Tbilisi") for _time in range(2)]

    person.refresh_from_db()
    assert (changed, person.language, person.time_zone) == ([True, False], "be", "Asia/Tbilisi")
    before, after = {"language": "en", "time_zone": "Europe/Minsk"}, {"language": "be", "time_zone": "Asia/Tbilisi"}
    assert events("people.language_chosen") == [(before, after)]


@pytest.mark.parametrize(
    ("language", "zone"), [("de", "Europe/Minsk"), ("ru", "Europe/Nowhere"), ("ru", "../../etc/passwd"), ("ru", "")]
)
def test_a_language_or_zone_that_there_is_not_is_refused(account, language, zone):
    with pytest.raises(PeopleError, match="Choose one of"):
        choose_language(person=account.person, language=language, time_zone=zone)


@pytest.mark.db
def test_messages_are_stopped_and_come_again_and_each_change_is_noted_once(account):
    for wanted in (False, False, True):
        switch_messages(account=account, kind="reminders", wanted=wanted)

    account.refresh_from_db()
    assert account.muted_messages == []
    reminders = {"muted_messages": ["reminders"]}
    assert events("people.messages_chosen") == [
        ({"muted_messages": []}, reminders),
        (reminders, {"muted_messages": []}),
    ]


@pytest.mark.parametrize("kind", ["seats", "security", "certificates", "", "nothing"])
def test_what_is_needed_cannot_be_turned_off(account, kind):
    with pytest.raises(PeopleError, match="cannot be turned off"):
        choose_messages(account=account, muted=[kind])

    assert Account.objects.get(pk=account.pk).muted_messages == []


def test_the_trail_says_that_somebody_chose_how_pages_are_shown_and_not_how(account):
    choose_display(account=account, text_size="largest", less_motion=True, more_contrast=True)

    account.refresh_from_db()
    assert (account.text_size, account.less_motion, account.more_contrast) == ("largest", True, True)
    assert events("people.display_chosen") == [(None, None)]
    with pytest.raises(PeopleError, match="one of the sizes"):
        choose_display(account=account, text_size="huge", less_motion=True, more_contrast=True)


def test_own_data_show_what_was_chosen_in_words_and_an_erasure_forgets_it(account):
    choose_display(account=account, text_size="largest", less_motion=True, more_contrast=True)
    switch_messages(account=account, kind="reminders", wanted=False)

    [section] = [each for each in sections_of(account.person) if each.key == "people.account"]
    said = dict(zip(section.columns, section.rows[0], strict=True))
    assert (said["Size of text"], said["High contrast"], said["Messages not wanted"]) == ("largest", "yes", "Reminders")

    erase_person(person=account.person, ground=Erasure.Ground.ASKED, actor=make_account("administrator"))

    account.refresh_from_db()
    assert (account.text_size, account.less_motion, account.more_contrast) == ("normal", False, False)
    assert account.muted_messages == []


# --- Pages ----------------------------------------------------------------------------------------------------------
def page_of(client, name, *args):
    return unescape(client.get(reverse(name, args=args)).content.decode())


def test_the_account_says_what_stands_in_it_and_leads_to_every_page(client_of, account):
    page = page_of(client_of(account), "own_account")

    assert account.email in page
    assert account.person.full_name in page
    names = ("certificate_names", "own_language", "own_messages", "own_display", "mfa_index", "own_data")
    assert [name for name in names if f'href="{reverse(name)}"' not in page] == []


def test_an_account_that_no_person_belongs_to_still_has_its_page(client_of):
    alone = Account.objects.create_user("alone@example.org")

    page = page_of(client_of(alone), "own_account")

    assert ("alone@example.org" in page, reverse("own_language") in page, reverse("own_messages") in page) == (
        True,
        False,
        True,
    )


@pytest.mark.parametrize("name", ["own_account", "own_language", "own_messages", "own_display", "certificate_names"])
def test_pages_cost_the_same_whatever_was_chosen(client_of, account, name, django_assert_max_num_queries):
    client = client_of(account)
    with django_assert_max_num_queries(14):
        client.get(reverse(name))


def test_a_chosen_language_is_that_of_the_next_page_and_of_addresses_without_one(client_of, account):
    client = client_of(account)

    answer = client.post(reverse("own_language"), {"language": "be", "time_zone": "Europe/Warsaw"})

    assert answer["Location"] == "/be/account/"
    page = client.get("/be/account/").content.decode()
    assert '<html lang="be"' in page
    assert client.get("/")["Location"] == "/be/"


def test_a_zone_that_there_is_not_loses_nothing(client_of, account):
    answer = client_of(account).post(reverse("own_language"), {"language": "be", "time_zone": "Mars/Base"})

    assert answer.status_code == 200
    assert re.search(r'value="be"[^>]*checked', answer.content.decode())
    assert Event.objects.filter(action="people.language_chosen").count() == 0


def test_only_what_is_ticked_comes_and_what_one_is_never_sent_is_not_asked(client_of, account):
    client = client_of(account)
    assert 'value="monthly"' not in page_of(client, "own_messages")

    client.post(reverse("own_messages"), {"kinds_wanted": ["assignments"]})

    account.refresh_from_db()
    assert account.muted_messages == ["answers", "reminders"]
    page = page_of(client, "own_messages")
    assert re.search(r'value="assignments" checked', page)
    assert not re.search(r'value="reminders" checked', page)


def test_whoever_reads_reports_chooses_the_monthly_message_and_others_keep_what_they_chose_as_such(client_of):
    coordinator, learner = make_account("coordinator"), make_account()
    for each in (coordinator, learner):
        switch_messages(account=each, kind="monthly", wanted=False)

    assert 'value="monthly">' in page_of(client_of(coordinator), "own_messages")
    client_of(learner).post(reverse("own_messages"), {"kinds_wanted": ["reminders", "assignments", "answers"]})

    learner.refresh_from_db()
    assert learner.muted_messages == ["monthly"]


@pytest.mark.parametrize("kind", ["seats", "monthly", "nothing"])
def test_a_kind_that_is_not_offered_is_refused(client_of, account, kind):
    answer = client_of(account).post(reverse("own_messages"), {"kinds_wanted": [kind]})

    assert answer.status_code == 200
    account.refresh_from_db()
    assert account.muted_messages == []


def test_needed_messages_are_named(client_of, account):
    page = page_of(client_of(account), "own_messages")

    assert "Seats in workshops" in page.split("What always comes")[1]


# --- Without signing in ---------------------------------------------------------------------------------------------
@pytest.mark.db
def test_a_mail_program_stops_a_kind_with_one_click_and_looking_stops_nothing(client, account):
    address = reverse("messages_stop", args=[stop_token(account.person.pk, "reminders")])
    asked = client.get(address)
    account.refresh_from_db()
    assert (asked.status_code, account.muted_messages) == (200, [])
    assert account.person.family_name not in asked.content.decode()

    answers = [client.post(address, {"List-Unsubscribe": "One-Click"}).status_code for _time in range(2)]

    account.refresh_from_db()
    assert (answers, account.muted_messages) == ([200, 200], ["reminders"])
    assert len(events("people.messages_chosen")) == 1


def test_an_address_that_stops_nothing_is_not_found(client, account):
    nobody = make_person()
    for person, kind in [(account.person.pk, "seats"), (nobody.pk, "reminders"), (10**12, "reminders")]:
        address = reverse("messages_stop", args=[stop_token(person, kind)])
        assert client.post(address).status_code == 404


# --- How pages are shown --------------------------------------------------------------------------------------------
def classes(answer):
    found = re.search(r"<html [^>]*?class=\"([^\"]*)\"", answer.content.decode())
    return found.group(1) if found else ""


def test_every_page_is_shown_as_it_was_chosen_and_the_page_of_signing_in_afterwards(client_of, account):
    client = client_of(account)
    assert classes(client.get(reverse("front"))) == ""
    chosen = {"text_size": "large", "less_motion": "on", "more_contrast": "on"}

    client.post(reverse("own_display"), chosen)

    assert classes(client.get(reverse("front"))) == "text-large less-motion more-contrast"
    client.logout()
    # The browser itself remembers; signing out of a session forgets its own cookies only.
    client.cookies["display"] = "text-large less-motion more-contrast"
    assert classes(client.get(reverse("account_login"))) == "text-large less-motion more-contrast"


def test_a_browser_learns_it_where_somebody_signs_in_and_what_others_wrote_into_it_is_left_out(client_of, account):
    choose_display(account=account, text_size="largest", less_motion=False, more_contrast=False)

    cookie = client_of(account).get(reverse("front")).cookies["display"]

    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("text-largest", True, "Lax")


def test_a_cookie_that_we_never_wrote_does_nothing(client):
    client.cookies["display"] = 'x" onload="alert(1) text-large'

    assert classes(client.get(reverse("front"))) == "text-large"


def test_whoever_chose_text_only_reads_pictures_in_words_and_editors_see_what_they_write(client_of, account):
    logo = make_logo("Fund")
    make_home_with(partner("Fund", logo=logo.pk, alternative="A tree & a river"))
    client = client_of(account)
    assert "<img" in client.get(reverse("front")).content.decode()

    choose_display(account=account, text_size="normal", text_only=True)

    page = client.get(reverse("front")).content.decode()
    assert "<img" not in page
    assert '<span class="in-words">Picture: A tree &amp; a river</span>' in page


def test_whoever_is_not_signed_in_chooses_for_the_browser(client):
    assert classes(client.get(reverse("accessibility"))) == ""

    answer = client.post(reverse("accessibility"), {"text_size": "large", "text_only": "on"})

    assert (answer.status_code, client.cookies["display"].value) == (302, "text-large text-only")
    page = client.get(reverse("accessibility")).content.decode()
    assert classes(client.get(reverse("front"))) == "text-large text-only"
    assert re.search(r'name="text_only"[^>]*checked', page)
    assert re.search(r'value="large"[^>]*checked', page)


def test_a_size_that_there_is_not_is_not_remembered(client):
    answer = client.post(reverse("accessibility"), {"text_size": "huge"})

    assert answer.status_code == 200
    assert "display" not in client.cookies


def _palettes():
    """Every palette of high contrast: {name: colour}, by the words before it."""
    text = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    contrasting = text[text.index("@media screen and (prefers-contrast: more)") :]
    return [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r"\{([^{}]+)\}", contrasting)
    ]


def test_high_contrast_is_seven_to_one_for_all_words_by_day_and_by_night():
    palettes = _palettes()
    assert (palettes[0], palettes[1]) == (palettes[2], palettes[3])
    for palette in palettes[:2]:
        grounds = [palette[name] for name in ("paper", "sheet", "shade", "action-wash", "success-wash")]
        words = ["ink", "muted", "action", "action-strong", "legal", "social", "economic", "cultural"]
        words += ["success", "danger", "warning", "gold"]
        found = {(word, ground): contrast(palette[word], ground) for word in words for ground in grounds}
        assert {pair: ratio for pair, ratio in found.items() if ratio < 7} == {}
        assert contrast(palette["on-action"], palette["action"]) >= 7
        assert contrast(palette["line"], palette["paper"]) >= 7
