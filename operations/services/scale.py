"""Writes a world to measure with (`operations/scale/`) into a database that holds nobody real."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from operations.demo.people import DOMAIN as DEMO
from operations.scale import DOMAIN, Asked, Form, Shape, Size, generate, rows
from people.models import Account, Person
from programmes.models import Programme
from workshops.models import EvaluationForm, EvaluationQuestion, WaveKind

# So many rows are written at a time.
AT_ONCE = 100_000
_APPS = ("people", "assessments", "courses", "workshops", "programmes", "certificates")
_LINKS: Mapping[type[NamedTuple], type[models.Model]] = {
    rows.ProgrammeModule: Programme.modules.through,
    rows.ProgrammeWorkshop: Programme.workshops.through,
}
# What every driver takes as it is.
_PLAIN = (
    models.CharField, models.TextField, models.IntegerField, models.AutoField, models.BooleanField, models.FloatField,
)  # fmt: skip


def load_scale(*, people: int, workshops: int, told: Callable[[int], None] = lambda _rows: None) -> int:
    """Write so many people and workshops with all that belongs to them, as of today; return the number of rows.

    Needs the forms of the evaluation. Written in parts, each a transaction; `told` hears how many rows there are so
    far. Raises DomainError where anybody is who does not belong to the demonstration, or where it was done already.
    """
    _refuse_others()
    shape = Shape(Size(people, workshops), timezone.localdate(), _highest_key(), _forms())
    number = _write(generate(shape), told)
    _settle()
    return number


def _refuse_others() -> None:
    if Account.objects.filter(email__endswith=f"@{DOMAIN}").exists():
        raise DomainError(_("These people are here already. Take an empty database for another size."))
    if Person.objects.exists() and not Account.objects.filter(email=f"learner@{DEMO}").exists():
        raise DomainError(_("There are people here who are not of the demonstration. Take an empty database."))


def _highest_key() -> int:
    """The highest key of all tables that are written to: no new row has a key of an old one."""
    found = [
        models.QuerySet(table).aggregate(highest=Max("pk"))["highest"]
        for table in _tables().values()
        if isinstance(table._meta.pk, models.AutoField)
    ]
    return max(filter(None, found), default=0)


def _forms() -> Mapping[str, Form]:
    current = EvaluationForm.objects.filter(current=True).prefetch_related("questions")
    found = {each.kind: Form(each.pk, list(_asked(each.questions.all()))) for each in current}
    if not {WaveKind.END, WaveKind.MONTHS_3} <= found.keys():
        raise DomainError(_("Load the forms of the evaluation first."))
    return found


def _asked(questions: Iterable[EvaluationQuestion]) -> Iterable[Asked]:
    for each in questions:
        if each.kind == EvaluationQuestion.Kind.SCALE:
            yield Asked(each.pk, each.values, [])
        elif each.kind != EvaluationQuestion.Kind.OPEN:
            yield Asked(each.pk, [], list(each.labels))


# --- Writing --------------------------------------------------------------------------------------------------------


def _tables() -> Mapping[type[NamedTuple], type[models.Model]]:
    """The model of each class of rows: the one of the same name."""
    named = {model.__name__: model for app in _APPS for model in apps.get_app_config(app).get_models()}
    classes = [each for each in vars(rows).values() if isinstance(each, type) and hasattr(each, "_fields")]
    return {each: _LINKS.get(each) or named[each.__name__] for each in classes}


def _write(found: Iterable[NamedTuple], told: Callable[[int], None]) -> int:
    writers = {rows_of: _Writer(model, rows_of) for rows_of, model in _tables().items()}
    waiting: dict[type[NamedTuple], list[NamedTuple]] = defaultdict(list)
    number = 0
    for number, row in enumerate(found, start=1):
        waiting[type(row)].append(row)
        if number % AT_ONCE == 0:
            _flush(waiting, writers)
            told(number)
    _flush(waiting, writers)
    return number


@transaction.atomic
def _flush(waiting: dict[type[NamedTuple], list[NamedTuple]], writers: Mapping[type[NamedTuple], "_Writer"]) -> None:
    for rows_of, found in waiting.items():
        writers[rows_of].write(found)
    waiting.clear()


class _Writer:
    """Puts rows of one class into their table; columns that they do not have get the default of the model."""

    def __init__(self, model: type[models.Model], rows_of: type[NamedTuple]) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        own = [fields.pop(name) for name in rows_of._fields]
        # Moments that are set on saving would be those of the measurement.
        self._rest = tuple(_prepared(field, field.get_default()) for field in fields.values())
        self._changed = [(place, field) for place, field in enumerate(own) if not isinstance(field, _PLAIN)]
        quote = connection.ops.quote_name
        self._table = quote(model._meta.db_table)
        self._columns = ", ".join(quote(str(field.column)) for field in [*own, *fields.values()])
        self._width = len(own) + len(self._rest)

    def write(self, found: Iterable[NamedTuple]) -> None:
        values = map(self._values, found)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self._table} ({self._columns}) FROM STDIN") as copy:
                    for row in values:
                        copy.write_row(row)
                return
            places = ", ".join(["%s"] * self._width)
            # Names of tables and columns come from the models.
            statement = f"INSERT INTO {self._table} ({self._columns}) VALUES ({places})"  # noqa: S608
            cursor.executemany(statement, list(values))

    def _values(self, row: NamedTuple) -> tuple[Any, ...]:
        values: list[Any] = [*row, *self._rest]
        for place, field in self._changed:
            values[place] = _prepared(field, values[place])
        return tuple(values)


def _prepared(field: models.Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _settle() -> None:
    """Let keys go on after the new ones, and the database look at what it has."""
    tables = list(_tables().values())
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
        # A vacuum cannot run within a transaction, as tests are.
        vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
        cursor.execute("VACUUM ANALYZE" if vacuum else "ANALYZE")
