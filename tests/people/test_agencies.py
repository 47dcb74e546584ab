"""Pages of agencies, and what is written about them."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from people.errors import PeopleError
from people.forms.fields import AgencyField
from people.models import Agency, AgencyDomain
from people.services import join_agency, set_domains
from tests.factories.people import make_account, make_agency, make_agency_tree, make_person

pytestmark = pytest.mark.django_db

SAID = {"name_en": "Clinic 1", "name_ru": "Клиника 1", "name_be": "Клініка 1", "kind": "education", "region": "brest"}


def listed(client, **asked) -> list[str]:
    return [each.code for each in client.get(reverse("agencies"), asked).context["page"]]


def test_managers_see_the_whole_tree_and_coordinators_the_own_subtree(client_of):
    tree = make_agency_tree()

    assert listed(client_of(make_account("manager", agency=tree.clinic))) == [
        "ministry",
        "department",
        "clinic",
        "unrelated",
    ]
    assert listed(client_of(make_account("coordinator", agency=tree.department))) == ["department", "clinic"]


def test_it_is_searched_in_every_language_whatever_the_case(client_of):
    client = client_of(make_account("manager", agency=make_agency(code="home")))
    make_agency(code="GOV-1", name_en="Ministry", name_ru="Министерство здоровья", name_be="Міністэрства здароўя")
    make_agency(code="GOV-2", kind="ngo")

    assert [listed(client, q=text) for text in ("министерство здоровья", "міністэрства", "gov", "nothing")] == [
        ["GOV-1"],
        ["GOV-1"],
        ["GOV-1", "GOV-2"],
        [],
    ]
    assert listed(client, kind="ngo") == ["GOV-2"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_tree_costs_the_same_however_many(client_of, django_assert_num_queries, rows):
    client = client_of(make_account("manager", agency=make_agency(code="home")))
    for _row in range(rows):
        make_account("coordinator", agency=make_agency())
    client.get(reverse("agencies"))

    # session, account, roles, how many, the rows, their coordinators, those left alone
    with django_assert_num_queries(7):
        client.get(reverse("agencies"))


@pytest.mark.parametrize("rows", [1, 3])
def test_an_agency_costs_the_same_however_many(client_of, django_assert_num_queries, rows):
    agency = make_agency(code="clinic")
    client = client_of(make_account("coordinator", agency=agency))
    for _row in range(rows):
        make_account("coordinator", agency=agency)
        make_agency(parent=agency)
    client.get(reverse("agency", args=["clinic"]))

    # session, account, roles, the agency, its coordinators and which of them end, domains, how many people, the people,
    # where it came from and went to, what is below, whether it may be delegated
    with django_assert_num_queries(14):
        client.get(reverse("agency", args=["clinic"]))


def test_a_manager_adds_and_corrects_an_agency(client_of):
    manager = make_account("manager", agency=make_agency(code="home"))
    client = client_of(manager)

    client.post(reverse("agency_new"), {**SAID, "code": "C-1", "parent": "home", "domains": "C1.example, @c2.example"})
    agency = Agency.objects.get(code="C-1")
    assert (agency.name_be, agency.region, agency.parent.code) == ("Клініка 1", "brest", "home")
    assert list(agency.domains.values_list("domain", flat=True)) == ["c1.example", "c2.example"]

    client.post(reverse("agency_edit", args=["C-1"]), {**SAID, "name_en": "Clinic One", "domains": "c2.example"})
    agency.refresh_from_db()
    assert (agency.name_en, list(agency.domains.values_list("domain", flat=True))) == ("Clinic One", ["c2.example"])
    changed = Event.objects.get(action="people.agency_changed")
    assert (changed.before, changed.after, changed.actor) == (
        {"name_en": "Clinic 1"},
        {"name_en": "Clinic One"},
        manager,
    )


@pytest.mark.parametrize(
    ("field", "value"), [("code", "new"), ("code", "HOME"), ("domains", "no domain"), ("region", "x")]
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(client_of, field, value):
    client = client_of(make_account("manager", agency=make_agency(code="home")))

    form = client.post(reverse("agency_new"), {**SAID, "code": "C-1", field: value}).context["form"]

    assert list(form.errors) == [field]
    assert form["name_ru"].value() == "Клиника 1"


def test_a_mail_domain_has_one_agency():
    one, two = make_agency(name_en="One"), make_agency()
    AgencyDomain.objects.create(agency=one, domain="one.example")

    with pytest.raises(PeopleError, match=r"one\.example is a mail domain of One"):
        set_domains(agency=two, domains=["ONE.example"])


def test_a_change_is_shown_before_it_is_made(client_of):
    manager = make_account("manager", agency=make_agency(code="home"))
    make_agency(code="clinic", name_en="Clinic")
    client, address = client_of(manager), reverse("agency_change", args=["clinic", "rename"])
    asked = {"on": "2026-06-01", "reason": "Order", "name_en": "Hospital", "code": ""}

    preview = client.post(address, {**asked, "step": "preview"})
    assert preview.templates[0].name == "people/agency_change_preview.html"
    assert Agency.objects.count() == 2

    client.post(address, {**asked, "step": "do"})
    assert list(Agency.objects.order_by("pk").values_list("code", "name_en")) == [
        ("home", "Agency home"),
        ("clinic", "Clinic"),
        ("clinic.2", "Hospital"),
    ]


def test_a_split_on_the_page_shares_out_people(client_of):
    client = client_of(make_account("manager", agency=make_agency(code="home")))
    whole = make_agency(code="whole")
    stays, goes = make_person(agency=whole), make_person(agency=whole)
    asked = {
        "on": "2026-06-01",
        "reason": "Order",
        "name_en_0": "A",
        "name_en_1": "B",
        "step": "do",
        f"goes_person_{stays.pk}": "0",
        f"goes_person_{goes.pk}": "1",
    }

    refused = client.post(reverse("agency_change", args=["whole", "split"]), {**asked, f"goes_person_{goes.pk}": "3"})
    assert refused.context["form"].non_field_errors() == ["Somebody was sent to a part that has no name."]
    client.post(reverse("agency_change", args=["whole", "split"]), asked)

    assert [each.memberships.get(valid_to=None).agency.name_en for each in (stays, goes)] == ["A", "B"]


def test_nothing_of_a_merger_is_lost_on_the_way_through_the_preview(client_of):
    client = client_of(make_account("manager", agency=make_agency(code="home")))
    make_account("coordinator", agency=make_agency(code="one"))
    address = reverse("agency_change", args=["one", "merge"])

    preview = client.post(address, {"on": "2026-06-01", "reason": "Order", "into": "home", "step": "preview"})
    again = {field.html_name: field.value() for field in preview.context["form"]}

    assert again == {"on": "2026-06-01", "reason": "Order", "into": "home", "keep_coordinators": False}
    assert '<input type="hidden" name="keep_coordinators" value="False"' in preview.content.decode()


def test_an_agency_with_a_last_day_is_offered_until_it_is_over(agency_tree):
    """Also by fields that were made before that day, and for a question that was asked already."""
    clinic, last = agency_tree.clinic, timezone.localdate() + timedelta(days=3)
    clinic.closed_on = last
    clinic.save()
    asked, field = Agency.objects.still_there(), AgencyField()
    offered = {}
    for days in (-1, 0, 1):
        with time_machine.travel(timezone.now() + timedelta(days=3 + days)):
            offered[days] = [clinic in each.all() for each in (asked, field.queryset)]

    assert offered == {-1: [True, True], 0: [True, True], 1: [False, False]}


def test_nobody_is_a_member_of_an_agency_for_longer_than_it_is_there(agency_tree):
    clinic, today = agency_tree.clinic, timezone.localdate()
    clinic.closed_on = today + timedelta(days=30)
    clinic.save()

    joined = join_agency(person=make_person(), agency=clinic, since=today)

    assert joined.valid_to == clinic.closed_on
