"""Queries of the hottest paths, whose SQL is composed once for each shape and not again for every call.

Composing the SQL of a wide row costs Django several times what the database needs to answer. A ``Prepared`` keeps it::

    _BY_ID = Prepared(lambda: Order.objects.select_for_update().filter(pk=Slot("id")))
    order = _BY_ID.first(id=12)

Rows come back as Django would build them: tuples from ``values_list``, else model instances. ``insert`` and
``change`` do the same for the writing of single rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError


class Slot(Expression):
    """A place in a prepared query that each call fills: with an int or a str, or with what ``field`` is the field of."""

    def __init__(self, name: str, field: models.Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=field or models.IntegerField())
        self.name = name
        self._field = field

    def value(self, values: dict[str, Any]) -> Any:
        value = values[self.name]
        return self._field.get_db_prep_value(value, connection) if self._field else value

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]

    @staticmethod
    def many(name: str, count: int) -> list[Any]:
        """For ``__in``: filled with the items of one list of that length."""
        return [Slot(f"{name}:{index}") for index in range(count)]


class _Composed:
    def __init__(self, rows: models.QuerySet[Any, Any]) -> None:
        query = rows.query
        compiler = query.get_compiler(connection=connection)
        self.sql, self.parameters = compiler.as_sql()
        self.is_locking = query.select_for_update and connection.features.has_select_for_update
        selected = [column for column, _, _ in compiler.select or []]
        self.converters = list(compiler.get_converters(selected).items())
        # Present on rows of values, too, where it means nothing.
        info: Any = compiler.klass_info if rows._fields is None else None  # type: ignore[attr-defined]
        self.model: Any = info["model"] if info else None
        self.names = [selected[index].target.attname for index in info["select_fields"]] if info else []
        # Django's own way of filling in what select_related brought along; it needs no query once composed.
        self.related = get_related_populators(info, compiler.select, connection.alias) if info else []  # type: ignore[call-arg]

    def run(self, values: dict[str, Any]) -> list[Any]:
        if self.is_locking and not connection.in_atomic_block:
            raise TransactionManagementError("a locking query cannot be used outside of a transaction")
        parameters = [part.value(values) if isinstance(part, Slot) else part for part in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows = cursor.fetchall()
        if self.converters:
            rows = [self._converted(row) for row in rows]
        if self.model is None:
            return [tuple(row) for row in rows]
        return [self._instance(row) for row in rows]

    def _instance(self, row: Any) -> models.Model:
        made: models.Model = self.model.from_db(connection.alias, self.names, row[: len(self.names)])
        for populator in self.related:
            populator.populate(row, made)
        return made

    def _converted(self, row: Iterable[Any]) -> list[Any]:
        cells = list(row)
        for index, (converters, column) in self.converters:
            value = cells[index]
            for convert in converters:
                value = convert(value, column, connection)
            cells[index] = value
        return cells


class Prepared:
    """``build`` makes the query set, with a ``Slot`` for each value that changes; ``count`` is its argument where it has
    a list (``Slot.many``)."""

    def __init__(self, build: Callable[..., models.QuerySet[Any, Any]]) -> None:
        self._build = build
        self._composed: dict[tuple[str, int], _Composed] = {}

    def all(self, **values: Any) -> list[Any]:
        """All rows. ``values`` fill the slots of those names."""
        return self._shape(-1).run(values)

    def first(self, **values: Any) -> Any | None:
        """The first row, or None. The query should be one that finds one row at most."""
        rows = self.all(**values)
        return rows[0] if rows else None

    def one(self, **values: Any) -> Any:
        """The first row. Raises ObjectDoesNotExist where there is none."""
        rows = self.all(**values)
        if not rows:
            raise ObjectDoesNotExist(f"no row for {values}")
        return rows[0]

    def of(self, name: str, items: Iterable[Any], **values: Any) -> list[Any]:
        """All rows for a list of items, which fill ``Slot.many(name, count)``. No query for none."""
        chosen = list(items)
        if not chosen:
            return []
        values.update((f"{name}:{index}", item) for index, item in enumerate(chosen))
        return self._shape(len(chosen)).run(values)

    def _shape(self, count: int) -> _Composed:
        key = connection.vendor, count
        composed = self._composed.get(key)
        if composed is None:
            composed = _Composed(self._build() if count < 0 else self._build(count))
            if len(self._composed) < 200:
                self._composed[key] = composed
        return composed


# Databases know a greatest number of parameters.
_ROWS_AT_ONCE = 500
_inserts: dict[tuple[type[models.Model], str], tuple[str, list[models.Field[Any, Any]]]] = {}


def insert(row: models.Model) -> None:
    """``row.save(force_insert=True)`` for a plain model with an automatic key and without anything that listens to saves."""
    model = type(row)
    key = model, connection.vendor
    if key not in _inserts:
        _inserts[key] = _insert_statement(model)
    statement, fields = _inserts[key]
    with connection.cursor() as cursor:
        cursor.execute(statement, _cells(row, fields))
        (row.pk,) = cursor.fetchone()
    row._state.adding = False
    row._state.db = connection.alias


def insert_all(rows: Iterable[models.Model]) -> None:
    """``insert`` for some rows of one model, in as few statements as may be. They do not learn their keys. Nothing happens
    for none."""
    rest = iter(rows)
    with connection.cursor() as cursor:
        while chosen := list(islice(rest, _ROWS_AT_ONCE)):
            statement, fields = _many_statement(type(chosen[0]), len(chosen), connection.vendor)
            cursor.execute(statement, [cell for row in chosen for cell in _cells(row, fields)])


def change(model: type[models.Model], where: dict[str, Any], **values: Any) -> int:
    """``filter(**where).update(**values)``, for plain values of the model's own columns; None matches null."""
    fields = _columns_by_name(model)
    nulls = tuple(name for name, value in where.items() if value is None)
    statement = _update_statement(model, tuple(values), tuple(where), nulls, connection.vendor)
    parameters = [fields[name].get_db_prep_save(value, connection) for name, value in values.items()]
    parameters += [
        fields[name].get_db_prep_value(value, connection) for name, value in where.items() if value is not None
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _cells(row: models.Model, fields: list[models.Field[Any, Any]]) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]


@lru_cache(maxsize=500)
def _columns_by_name(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    """By name and, for foreign keys, by attribute; ``pk`` too."""
    fields = model._meta.local_concrete_fields
    named = {field.name: field for field in fields} | {field.attname: field for field in fields}
    return named | {"pk": model._meta.pk}


@lru_cache(maxsize=500)
def _update_statement(
    model: type[models.Model], changed: tuple[str, ...], where: tuple[str, ...], nulls: tuple[str, ...], vendor: str
) -> str:
    quote, fields = connection.ops.quote_name, _columns_by_name(model)
    columns = {name: quote(str(fields[name].column)) for name in (*changed, *where)}
    sets = ", ".join(f"{columns[name]} = %s" for name in changed)
    conditions = " AND ".join(
        f"{columns[name]} IS NULL" if name in nulls else f"{columns[name]} = %s" for name in where
    )
    return f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {conditions}"  # noqa: S608 - names of ours


@lru_cache(maxsize=500)
def _many_statement(model: type[models.Model], count: int, vendor: str) -> tuple[str, list[models.Field[Any, Any]]]:
    return _insert_statement(model, count, returns_key=False)


def _insert_statement(
    model: type[models.Model], count: int = 1, *, returns_key: bool = True
) -> tuple[str, list[models.Field[Any, Any]]]:
    meta, quote = model._meta, connection.ops.quote_name
    if meta.parents or meta.auto_field is None:
        raise TypeError(f"{meta.label} is no plain model with an automatic key")
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * count)
    returning = f" RETURNING {quote(str(meta.auto_field.column))}" if returns_key else ""
    return f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES {places}{returning}", fields  # noqa: S608
