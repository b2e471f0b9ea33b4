"""SQL conditions on the reasoning of a gesture, a JSON column that is evaluated in the database."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, cast, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col

from followup.domain.goodwill.policy.authority import PER_GESTURE
from followup.domain.goodwill.policy.policy_reason import Choice
from followup.store.tables import Gesture


class _LimitOfAuthority(FunctionElement[int]):
    """The limit per gesture in the limits of a reasoning, in minor units."""

    type = BigInteger()
    inherit_cache = True


@compiles(_LimitOfAuthority, "sqlite")
def _on_sqlite(element: _LimitOfAuthority, compiler: Any, **more: Any) -> str:
    limits: Any = func.json_each(*element.clauses, "$.limits").table_valued("value")
    name, limit = (func.json_extract(limits.c.value, f"$.{key}") for key in ("name", "limit"))
    return _from(limits, name, limit, compiler, more)


@compiles(_LimitOfAuthority, "postgresql")
def _on_postgresql(element: _LimitOfAuthority, compiler: Any, **more: Any) -> str:
    (reasoning,) = element.clauses
    limits: Any = func.json_array_elements(reasoning.op("->")("limits")).table_valued("value")
    name, limit = (limits.c.value.op("->>")(key) for key in ("name", "limit"))
    return _from(limits, name, limit, compiler, more)


def _from(limits: Any, name: Any, limit: Any, compiler: Any, more: Any) -> str:
    # An amount is stored as text with all decimals of its currency: without the point it is in minor units.
    in_minor_units = cast(func.replace(limit, ".", ""), BigInteger)
    query = select(in_minor_units).select_from(limits).where(name == PER_GESTURE)
    return str(compiler.process(query.scalar_subquery(), **more))


def authority_limit() -> ColumnElement[int]:
    """The most that the person who authorised a gesture could give in one gesture when it was requested, in
    minor units; NULL if unlimited or not recorded.
    """
    return _LimitOfAuthority(col(Gesture.reasoning))


def has_authority_limit() -> ColumnElement[bool]:
    """Whether `authority_limit` is known. It searches the text only, which is much faster."""
    # JSON escapes a quote inside a string, so an unescaped quote begins or ends a string.
    return cast(col(Gesture.reasoning), Text).contains(f'"{PER_GESTURE}"', autoescape=True)


def is_chosen() -> ColumnElement[bool]:
    """Whether the agent named the amount or the kind, within the policy's range or instead of its offer."""
    return col(Gesture.choice).in_((Choice.WITHIN_RANGE, Choice.INSTEAD))


def departs_from_policy() -> ColumnElement[bool]:
    """Whether the agent chose another amount or kind than the policy offered. A choice within its range does
    not count.
    """
    return col(Gesture.choice) == Choice.INSTEAD


def needs_a_second_look() -> ColumnElement[bool]:
    """Whether a sign of repetition required an approval."""
    return col(Gesture.looks_first).is_(True)


def is_bound() -> ColumnElement[bool]:
    """Whether a cap or guard reduced the rule's amount."""
    return func.json_array_length(col(Gesture.reasoning)["bound_by"]) > 0
