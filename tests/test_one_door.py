"""Signing in happens at allauth's pages only, where the second factor is asked for."""

import pytest
from allauth.account.models import EmailAddress

from tests.factories.people import make_account

PASSWORD = "a-password-of-the-test"
DOORS = ["/cms/login/", "/en/_util/login/", "/be/_util/login/", "/cms/password_reset/", "/cms/password_reset/done/"]


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
def test_the_doors_of_the_cms_lead_to_the_one_door(client, door):
    account = make_account("administrator")
    account.set_password(PASSWORD)
    account.save()

    response = client.post(door, {"username": account.email, "password": PASSWORD, "email": account.email})

    language = "be" if door.startswith("/be/") else "en"
    assert (response.status_code, response["Location"].split("?")[0]) == (302, f"/{language}/account/login/")
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/cms/users/", "/cms/users/1/", "/cms/groups/", "/cms/groups/edit/1/"])
def test_the_cms_has_no_screens_for_accounts_and_roles_even_for_administrators(client, address):
    account = make_account("administrator")
    client.force_login(account)

    assert client.get(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_nobody_claims_an_address_by_typing_it(client, language):
    account = make_account()
    client.force_login(account)

    asked = client.get(f"/{language}/account/email/")
    typed = client.post(f"/{language}/account/email/", {"email": "minister@example.org", "action_add": ""})

    assert (asked.status_code, typed.status_code) == (404, 404)
    assert not EmailAddress.objects.filter(email="minister@example.org").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "heading"),
    [("en", "Where I am signed in"), ("ru", "Где выполнен вход"), ("be", "Дзе выкананы ўваход")],
)
def test_the_pages_of_the_account_say_whose_they_are_and_where_one_is_signed_in(client, language, heading):
    account = make_account()
    client.force_login(account)

    page = client.get(f"/{language}/account/sessions/").content.decode()

    assert (f"<h1>{heading}</h1>" in page, heading in page.partition("</title>")[0]) == (True, True)
    assert f"<p>{account.get_full_name()} · {account.email}</p>" in page


@pytest.mark.django_db
def test_the_name_in_the_header_leads_to_the_pages_of_the_account(client):
    client.force_login(make_account(given_name="Ольга"))

    page = client.get("/en/account/2fa/").content.decode()

    assert '<a href="/en/account/">Ольга</a>' in page
    assert "/account/email/" not in page
