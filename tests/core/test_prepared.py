"""Queries that are translated once: the rows of the queryset each time, with other values, on another day, anywhere."""

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import CharField, Count, DateTimeField, F, Prefetch, Q, UUIDField
from django.utils import timezone, translation
from django.utils.translation import get_language

from core.prepared import FixedMomentError, Given, Nested, NestedExists, Prepared
from courses.models import Module, ModulePage
from people.models import Account, Agency, Membership, Person, RoleGrant
from tests.factories.courses import make_module
from tests.factories.people import make_account, make_agency, make_person


def accounts():
    return Account.objects.select_related("person").filter(pk=Given("pk"))


def people():
    return Person.objects.filter(given_name=Given("name", CharField())).order_by("pk").prefetch_related("memberships")


@pytest.mark.django_db
def test_a_prepared_query_finds_the_row_of_each_value(django_assert_num_queries):
    first, second = make_account(), make_account()
    query = Prepared(accounts)

    with django_assert_num_queries(3):
        found = [query.first(pk=first.pk), query.first(pk=str(second.pk)), query.first(pk=0)]
        names = [account.person.given_name for account in found[:2]]

    assert found == [first, second, None]
    assert names == [first.person.given_name, second.person.given_name]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, "9" * 400])
def test_a_number_that_no_database_counts_to_finds_nothing(number):
    make_account()

    assert Prepared(accounts).first(pk=number) is None


@pytest.mark.django_db
def test_its_rows_bring_what_was_prefetched(django_assert_num_queries):
    agency = make_agency()
    person = make_person(agency=agency)
    query = Prepared(people)

    with django_assert_num_queries(2):
        [found] = query.rows(name=person.given_name)
        agencies = [each.agency_id for each in found.memberships.all()]

    assert agencies == [agency.pk]


@pytest.mark.django_db
def test_plain_values_come_as_from_the_queryset():
    person = make_person()
    query = Prepared(lambda: people().values_list("pk", flat=True))

    assert query.rows(name=person.given_name) == [person.pk]


def test_rows_of_other_kinds_are_refused():
    with pytest.raises(TypeError, match="ValuesIterable"):
        Prepared(lambda: Agency.objects.values("code")).rows()


@pytest.mark.django_db
def test_what_others_point_to_is_put_to_them(django_assert_num_queries):
    """As Django would prefetch it, also to whoever has none."""
    with_two, with_none = make_person(agency=make_agency()), make_person()
    Membership.objects.create(person=with_two, agency=make_agency(), valid_from=timezone.localdate(), primary=False)
    memberships = Prepared(lambda: Membership.objects.filter(person__in=Given("owners", many=True)).order_by("pk"))
    people = [with_two, with_none]

    with django_assert_num_queries(1):
        memberships.put("memberships", "person_id", people)
        memberships.put("memberships", "person_id", [])
        found = [[each.agency_id for each in person.memberships.all()] for person in people]

    assert found == [list(with_two.memberships.order_by("pk").values_list("agency", flat=True)), []]
    assert len(found[0]) == 2


@pytest.mark.django_db
def test_what_a_query_reads_of_the_day_is_of_today():
    """A role that ends tonight is gone tomorrow, also in a process that asked yesterday."""
    account = make_account("editor")
    RoleGrant.objects.filter(account=account).update(valid_to=timezone.localdate())

    assert Account.objects.get(pk=account.pk).active_roles == {"editor"}
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert Account.objects.get(pk=account.pk).active_roles == frozenset()


@pytest.mark.django_db
def test_what_a_query_reads_of_the_language_is_of_this_one():
    agency = make_agency(name_en="Ministry", name_ru="Министерство", name_be="Міністэрства")
    agencies = Agency.objects.filter(pk=Given("pk"))
    query = Prepared(lambda: agencies.values_list(f"name_{get_language()}", flat=True))

    names = []
    for language in ("en", "ru", "be", "ru"):
        with translation.override(language):
            names += query.rows(pk=agency.pk)

    assert names == ["Ministry", "Министерство", "Міністэрства", "Министерство"]


@pytest.mark.django_db
def test_variants_are_kept_apart():
    first, second = make_person(given_name="Anna"), make_person(given_name="Anna")
    query = Prepared(lambda direction: people().order_by(f"{direction}pk"))

    assert query.rows("", name="Anna") == [first, second]
    assert query.rows("-", name="Anna") == [second, first]


@pytest.mark.django_db
def test_lists_of_any_length_are_given():
    made = [make_person() for _ in range(4)]
    query = Prepared(lambda: Person.objects.filter(pk__in=Given("people", many=True), sex=Given("sex", CharField())))

    sizes = (0, 1, 3, 4, 2)
    found = [set(query.rows(people=[each.pk for each in made[:size]], sex=made[0].sex)) for size in sizes]

    assert found == [{each for each in made[:size] if each.sex == made[0].sex} for size in sizes]


@pytest.mark.django_db
def test_a_list_of_rows_that_others_point_to_is_given():
    agencies = [make_agency(), make_agency()]
    people = [make_person(agency=agency) for agency in agencies]
    query = Prepared(lambda: Membership.objects.filter(agency__in=Given("agencies", many=True)).order_by("pk"))

    assert [each.person for each in query.rows(agencies=(each.pk for each in agencies))] == people


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only():
    person = make_person()
    query = Prepared(lambda: Person.objects.select_for_update().filter(pk=Given("pk")))
    with transaction.atomic():
        assert query.rows(pk=person.pk) == [person]

    with pytest.raises(transaction.TransactionManagementError):
        query.rows(pk=person.pk)


@pytest.mark.django_db
def test_moments_are_given():
    now = timezone.now()
    account = make_account()
    Account.objects.filter(pk=account.pk).update(created_at=now)
    query = Prepared(lambda: Account.objects.filter(created_at__lt=Given("moment", DateTimeField())))

    assert query.rows(moment=now) == []
    assert query.rows(moment=now + timedelta(seconds=1)) == [account]


@pytest.mark.django_db
@pytest.mark.parametrize("condition", [lambda: Q(created_at__lt=timezone.now()), lambda: Q(last_login=timezone.now())])
def test_a_query_with_a_moment_of_its_own_is_refused(condition):
    with pytest.raises(FixedMomentError):
        Prepared(lambda: Account.objects.filter(condition())).rows()


@pytest.mark.django_db
def test_what_it_prefetches_has_no_moment_of_its_own_either():
    held = Membership.objects.filter(person__created_at__lt=timezone.now())
    inner = Membership.objects.prefetch_related(Prefetch("person__memberships", held))

    for memberships in (held, inner):
        with pytest.raises(FixedMomentError):
            Prepared(lambda each=memberships: Person.objects.prefetch_related(Prefetch("memberships", each))).rows()


@pytest.mark.django_db
def test_nothing_is_left_of_rows_that_were_found_before():
    """No row of somebody is kept: what changed since is there, and rows are objects of their own."""
    account = make_account()
    query = Prepared(accounts)
    before = query.first(pk=account.pk)
    Account.objects.filter(pk=account.pk).update(email="new@example.org")

    after = query.first(pk=account.pk)

    assert (after.email, before.email != after.email, before is after) == ("new@example.org", True, False)


@pytest.mark.django_db(transaction=True)
def test_other_threads_ask_by_connections_of_their_own():
    account = make_account()
    query = Prepared(accounts)
    assert query.first(pk=account.pk) == account
    found = []

    def ask():
        found.append((query.first(pk=account.pk), connection.connection))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()

    assert found[0][0] == account
    assert found[0][1] is not connection.connection


# --- Subqueries -----------------------------------------------------------------------------------------------------
def live_pages():
    return ModulePage.objects.filter(translation_key=Given("key", UUIDField()), live=True)


def titles(language):
    pages = ModulePage.objects.filter(translation_key=Given("key", UUIDField()), locale__language_code=language)
    return pages.order_by("-live", "locale__language_code").values("title")[:1]


@pytest.mark.django_db
def test_a_nested_query_says_the_value_of_each_row():
    make_module(code="M1")
    make_module(code="M2")

    rows = Module.objects.annotate(
        **{code: Nested(titles, code, output_field=CharField(), key=F("translation_key")) for code in ("en", "ru")}
    )

    pages = {(page.translation_key, page.locale.language_code): page.title for page in ModulePage.objects.all()}
    said = {module.code: (module.en, module.ru) for module in rows}
    assert said == {
        module.code: tuple(pages.get((module.translation_key, code)) for code in ("en", "ru"))
        for module in Module.objects.all()
    }
    assert said["M1"][0]


@pytest.mark.db
@pytest.mark.django_db
def test_a_nested_query_is_translated_anew_each_day_only_if_it_reads_the_day():
    """A role that ends tonight is gone tomorrow; what no day changes is put together once."""
    account, built = make_account("editor"), []
    RoleGrant.objects.filter(account=account).update(valid_to=timezone.localdate())

    def in_force():
        built.append("in force")
        return RoleGrant.objects.filter(account=Given("account"), valid_to__gte=timezone.localdate())

    def ever():
        built.append("ever")
        return RoleGrant.objects.filter(account=Given("account"))

    def asked():
        return Account.objects.filter(pk=account.pk).values_list(
            NestedExists(in_force, account=F("pk")), NestedExists(ever, account=F("pk"))
        )

    today = [*asked(), *asked()]
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tomorrow = list(asked())

    assert (today, tomorrow) == ([(True, True), (True, True)], [(False, True)])
    assert built == ["in force", "ever", "in force"]


@pytest.mark.django_db
def test_nested_queries_stand_in_subqueries_of_the_same_tables():
    """What is inside is called by names that nothing around it has."""
    module = make_module(code="M1")
    live = NestedExists(live_pages, key=F("translation_key"))

    pages = ModulePage.objects.filter(translation_key__in=Module.objects.filter(live).values("translation_key"))
    same = ModulePage.objects.filter(live)

    assert {page.translation_key for page in pages} == {module.translation_key}
    assert set(same) == set(pages)
    ModulePage.objects.update(live=False)
    assert (pages.all().count(), same.all().count(), Module.objects.exclude(live).count()) == (0, 0, 1)


@pytest.mark.django_db
def test_rows_are_grouped_by_what_a_nested_query_takes():
    module = make_module(code="M1")
    title = Nested(titles, "en", output_field=CharField(), key=F("translation_key"))

    counted = Module.objects.annotate(title=title, links=Count("aspect_links")).values_list("title", "links")

    page = ModulePage.objects.get(translation_key=module.translation_key, locale__language_code="en")
    assert list(counted) == [(page.title, module.aspect_links.count())]
