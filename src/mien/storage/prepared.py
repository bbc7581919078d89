"""Statements that every picture runs: compiled once, then given to the driver as they are.

SQLAlchemy compiles a statement once as well, but all that it does around each run takes several times as long
as SQLite takes to run it, the more so in a worker that has done something else meanwhile. Texts, types and
transactions are SQLAlchemy's here too; only the way from facts to the driver is shorter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Row, Select, Update
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Statement = Select[Any] | Insert | Update | Delete
Facts = Mapping[str, Any]
#: Turns a value of ours into the driver's, or the driver's into ours.
Turn = Callable[[Any], Any]
#: A row of any columns.
AnyRow = Row[*tuple[Any, ...]]


class Prepared:
    """A statement whose parameters are single values; threads and databases share it.

    Run it in `Database.writing`, `reading` or `looking`. It raises what SQLAlchemy does.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._columns = tuple(statement.exported_columns)
        self._names = SimpleResultMetaData([str(column.key) for column in self._columns])
        #: By dialect, and by the names of the facts: those of an insert are its columns.
        self._texts: dict[tuple[str, ...], _Text] = {}
        #: By dialect: what makes values of ours of those of a row, by its places.
        self._turns: dict[str, list[tuple[int, Turn]]] = {}

    def all(self, connection: Connection, facts: Facts) -> Sequence[AnyRow]:
        """Its rows."""
        cursor = self._run(connection, facts)
        try:
            found: list[Sequence[Any]] = cursor.fetchall()
            if not found:
                return ()
            turns = self._turns_of(connection.dialect, cursor.description)
        finally:
            cursor.close()
        return IteratorResult(self._names, iter([_turned(row, turns) for row in found])).all()

    def first(self, connection: Connection, facts: Facts) -> AnyRow | None:
        """The first of its rows; None when there is none."""
        return next(iter(self.all(connection, facts)), None)

    def change(self, connection: Connection, facts: Facts) -> int:
        """How many rows it has changed."""
        cursor = self._run(connection, facts)
        try:
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def _run(self, connection: Connection, facts: Facts) -> Any:
        text = self._text(connection.dialect, facts)
        return driven(connection, text.sql, text.filled(facts))

    def _text(self, dialect: Dialect, facts: Facts) -> "_Text":
        key = (dialect.name, *facts)
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = _compiled(self._statement, dialect, facts)
        return text

    def _turns_of(self, dialect: Dialect, described: Sequence[Any]) -> list[tuple[int, Turn]]:
        turns = self._turns.get(dialect.name)
        if turns is None:
            found = (
                (
                    place,
                    column.type.dialect_impl(dialect).result_processor(
                        dialect, described[place][1]
                    ),
                )
                for place, column in enumerate(self._columns)
            )
            turns = self._turns[dialect.name] = [(place, turn) for place, turn in found if turn]
        return turns


def _turned(row: Sequence[Any], turns: Sequence[tuple[int, Turn]]) -> tuple[Any, ...]:
    values = list(row)
    for place, turn in turns:
        values[place] = turn(values[place])
    return tuple(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A statement in the words of a database."""

    sql: str
    #: Its parameters in their order, by name, and what makes the driver's values of ours.
    order: tuple[tuple[str, Turn | None], ...]
    #: Values that stand in the statement itself, ready for the driver.
    fixed: dict[str, Any] = field(default_factory=dict)
    #: Whether the driver takes values by name.
    named: bool

    def filled(self, facts: Facts) -> Any:
        """What the driver is given."""
        fixed = self.fixed
        values = [
            fixed[name] if name in fixed else (turn(facts[name]) if turn else facts[name])
            for name, turn in self.order
        ]
        if not self.named:
            return values
        return dict(zip((name for name, _ in self.order), values, strict=True))


def driven(connection: Connection, sql: str, values: Any = ()) -> Any:
    """The driver's cursor after it has run ``sql``.

    Raises:
        DBAPIError: as SQLAlchemy wraps the driver's.
    """
    dialect = connection.dialect
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, values)
    except dialect.loaded_dbapi.Error as error:
        cursor.close()
        raise DBAPIError(sql, None, error) from error
    return cursor


def _compiled(statement: Statement, dialect: Dialect, facts: Facts) -> _Text:
    """``statement`` for facts of those names.

    Raises:
        ValueError: a fact is a list; its length would be a part of the text.
    """
    compiled = statement.compile(dialect=dialect, column_keys=list(facts))
    state = compiled.construct_expanded_state(dict(facts))
    if lists := sorted(set(state.parameter_expansion) & set(facts)):
        raise ValueError(f"a prepared statement takes single values, got {', '.join(lists)}")
    turns = _turns_of(compiled, dialect) | dict(state.processors)
    names = (state.positiontup or ()) if dialect.positional else tuple(state.parameters)
    fixed = {name: state.parameters[name] for name in names if name not in facts}
    return _Text(
        sql=state.statement,
        order=tuple((name, turns.get(name)) for name in names),
        fixed={
            name: turn(value) if (turn := turns.get(name)) else value
            for name, value in fixed.items()
        },
        named=not dialect.positional,
    )


def _turns_of(compiled: SQLCompiler, dialect: Dialect) -> dict[str, Turn | None]:
    """What makes the driver's values of ours, by parameter."""
    return {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for bind, name in compiled.bind_names.items()
    }
