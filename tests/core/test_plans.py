"""Plans that PostgreSQL keeps: one for a query, whatever it is given, and never one that is wrong by now."""

import pytest
from django.db import connection, transaction

from core.plans import MOST_PLANS
from core.prepared import Given, Prepared
from people.models import Agency, Person
from tests.factories.people import make_agency, make_person

pytestmark = [
    pytest.mark.db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="it is about plans of PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]


def plans():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return {words for (words,) in cursor.fetchall()}


def names():
    return Prepared(lambda: Agency.objects.filter(pk=Given("pk")).values_list("name_en", flat=True))


def widen(size):
    """As the next release does while this one goes on."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(f"ALTER TABLE people_agency ALTER COLUMN name_en TYPE varchar({size})")
    finally:
        other.close()


def test_a_query_has_one_plan_however_much_it_is_given():
    name = "100 %s of O'Neill's"
    made = [make_person(given_name=name) for _ in range(4)]
    query = Prepared(lambda: Person.objects.filter(pk__in=Given("people", many=True), given_name=name))

    before = plans()
    found = [set(query.rows(people=[each.pk for each in made[:size]])) for size in (4, 0, 1, 3)]

    assert found == [set(made), set(), set(made[:1]), set(made[:3])]
    [kept] = plans() - before
    assert "'100 %s of O''Neill''s'" in kept
    assert kept.count("$") == 1


@pytest.mark.parametrize("within", [False, True], ids=["by itself", "in a transaction"])
def test_a_column_that_is_wider_than_when_it_was_planned_is_read(within):
    """In a transaction that has begun nothing can be asked twice: it is given back, and the next one knows."""
    agency, query = make_agency(name_en="Ministry"), names()
    assert query.first(pk=agency.pk) == "Ministry"

    widen(210)
    try:
        if within:
            with pytest.raises(Exception, match="must not change result type"), transaction.atomic():
                query.first(pk=agency.pk)
        assert [query.first(pk=agency.pk) for _ in range(2)] == ["Ministry", "Ministry"]
    finally:
        widen(200)


def test_no_more_plans_are_kept_than_are_good_for_the_database():
    agency = make_agency(name_en="Ministry")
    asked = [
        Prepared(lambda n=n: Agency.objects.filter(pk=Given("pk"), pk__lt=10**9 + n)) for n in range(MOST_PLANS + 20)
    ]

    assert all(query.first(pk=agency.pk) == agency for query in asked)
    assert len(plans()) <= MOST_PLANS + 1


def test_without_connections_that_last_no_plan_is_made(settings):
    agency, options = make_agency(name_en="Ministry"), connection.settings_dict["OPTIONS"]
    connection.close()
    kept = options.pop("prepare_threshold")
    try:
        assert [names().first(pk=agency.pk) for _ in range(2)] == ["Ministry", "Ministry"]
        assert plans() == set()
    finally:
        options["prepare_threshold"] = kept
        connection.close()
