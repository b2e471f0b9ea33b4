"""Flags for the fields of a customer, generated from `domain/people/customer_fields.py`."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from followup.domain.people.customer_fields import (
    CUSTOMER_FIELDS,
    IMPORTED_FIELDS,
    CustomerField,
    FieldForm,
)

Command = Callable[..., None]


def flags_of_a_new_customer(body: Command) -> Command:
    """Give a command one flag per field. Required fields have required flags."""
    return _with_flags(body, _flag_to_add)


def flags_of_a_change(body: Command) -> Command:
    """Give a command one optional flag per field."""
    return _with_flags(body, _flag_to_change)


def names_of_columns(body: Command) -> Command:
    """Insert the names of the fields into a command's help, for `{required}` and `{optional}`."""
    required = [field.name for field in CUSTOMER_FIELDS if field.must_be_given]
    optional = [name for name, field in IMPORTED_FIELDS.items() if not field.must_be_given]
    body.__doc__ = str(body.__doc__).format(required=" and ".join(required), optional=", ".join(optional))
    return body


def _with_flags(body: Command, flag: Callable[[CustomerField], inspect.Parameter]) -> Command:
    """Replace a command's `**told` by one flag per field, except for a field that it declares itself. A flag
    that is not given is passed as None."""
    signature = inspect.signature(body)
    own = [
        parameter
        for parameter in signature.parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD and parameter.name not in IMPORTED_FIELDS
    ]
    flags = [flag(field) for field in CUSTOMER_FIELDS]
    body.__signature__ = signature.replace(parameters=[*own, *flags])  # type: ignore[attr-defined]
    return body


def _flag_to_add(field: CustomerField) -> inspect.Parameter:
    if field.form is FieldForm.CONSENT:
        return _flag(field.name, list[str] | None, typer.Option(metavar="marketing", help=field.help))
    option = typer.Option(help=field.help)
    if field.must_be_given:
        return _flag(field.name, str, option, default=inspect.Parameter.empty)
    return _flag(field.name, str | None, option)


def _flag_to_change(field: CustomerField) -> inspect.Parameter:
    about = field.help_to_change or field.help
    metavar = "marketing|none" if field.form is FieldForm.CONSENT else None
    return _flag(field.name, str | None, typer.Option(metavar=metavar, help=about))


def _flag(name: str, kind: Any, option: Any, default: Any = None) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
    )
