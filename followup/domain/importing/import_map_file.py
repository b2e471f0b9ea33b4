"""Parsing an import map: returns a checked map, or raises one error that lists every mistake with its
line.
"""

from collections.abc import Mapping

from followup.domain.importing.import_map import (
    INVALID_MAP,
    Constant,
    FileForm,
    FileFormat,
    ImportMap,
    MapField,
    fold,
)
from followup.domain.importing.import_map_rules import Noted, read_only_if, read_rules, read_texts
from followup.domain.importing.values import SHORTEST_CLIP, AmountForm, DateForms, Template, tidy
from followup.domain.people.customer_fields import IMPORTED_FIELDS
from followup.domain.shared.money import decimals
from followup.domain.shared.toml_file import Table, parse_toml
from followup.domain.shared.unreadable import UnreadableValue
from followup.errors import FollowupError

REQUIRED = ("external_id", "customer", "reason", "severity")
ANSWERS = (
    "external_id",
    "customer",
    "name",
    "reason",
    "severity",
    "responsibility",
    "feeling",
    "channel",
    "verbatim",
    "what_happened",
    "answer",
    "order",
    "order_value",
    "occurred_on",
    "promised",
    "currency",
)
"""The answers of a case, named like the flags of `case open`."""

CUSTOMER_REQUIRED = tuple(name for name, field in IMPORTED_FIELDS.items() if field.must_be_given)
CUSTOMER_ANSWERS = tuple(IMPORTED_FIELDS)
"""The answers of a customer, named like the flags of `customer add`."""

_FIELD_KEYS = (
    "column",
    "template",
    "missing",
    "table",
    "otherwise",
    "default",
    "date",
    "amount",
    "clip",
    "rule",
)


def load_customer_map(text: str, source: str) -> ImportMap:
    """Parse an import map for customers, who have no facts. Otherwise as `load_import_map`."""
    return _load(text, source, CUSTOMER_ANSWERS, CUSTOMER_REQUIRED, ())


def load_import_map(text: str, source: str) -> ImportMap:
    """Parse `text`, a TOML document, as an import map for cases. `source` is the file's name in messages.

    Raises InvalidFile with one line per mistake (source, line and table); the hint says how to mend the
    first.
    """
    return _load(text, source, ANSWERS, REQUIRED, ("facts",))


def _load(
    text: str, source: str, answers: tuple[str, ...], required: tuple[str, ...], more: tuple[str, ...]
) -> ImportMap:
    file = parse_toml(text, source, INVALID_MAP)
    top = Table(file, (), "", file.values)
    top.refuse_unknown_keys(("file", "only_if", "currency", *more, *answers))
    if not isinstance(top.values.get("currency"), dict):
        # It is that of all rows, not an answer of each.
        answers = tuple(name for name in answers if name != "currency")
    noted = Noted()
    form, currency, only_if = _file_form(top), _currency(top), read_only_if(top, noted)
    read = [
        _field(table, name, is_fact)
        for name, is_fact, table in (*_answers(top, answers, required), *_facts(top))
    ]
    file.raise_mistakes()
    return ImportMap(
        source=source,
        file=form,
        fields=tuple(one for one, _ in read),
        only_if=only_if,
        currency=currency,
        mentions=(*noted.mentions, *(mention for _, found in read for mention in found.mentions)),
        constants=tuple(
            Constant(one, written.value, written.line, written.where)
            for one, found in read
            for written in found.constants
        ),
        lines={
            one.heading: file.lines.at(("facts", one.name) if one.is_fact else (one.name,)) for one, _ in read
        },
    )


def _answers(
    top: Table, answers: tuple[str, ...], required: tuple[str, ...]
) -> list[tuple[str, bool, Table]]:
    for name in required:
        if name not in top.values:
            why = " Without it, importing twice would record every case twice."
            top.refuse(
                "",
                f"[{name}] is missing.{why if name == 'external_id' else ''}",
                f'Write [{name}] on a line, and below it column = "…".',
            )
    found = [(name, top.table(name, f"[{name}]")) for name in answers]
    return [(name, False, table) for name, table in found if table is not None]


def _facts(top: Table) -> list[tuple[str, bool, Table]]:
    facts = top.table("facts", "[facts]")
    found = [(name, facts.table(name, f"[facts.{name}]")) for name in facts.values] if facts else []
    return [(name, True, table) for name, table in found if table is not None]


def _file_form(top: Table) -> FileForm:
    table = top.table("file", "[file]")
    if table is None:
        return FileForm()
    table.refuse_unknown_keys(("format", "delimiter", "encoding", "header_has", "list"))
    return FileForm(
        format=table.word("format", FileFormat),
        delimiter=_delimiter(table),
        encoding=_encoding(table),
        header_has=tuple(tidy(name) for name in read_texts(table, "header_has")),
        list_path=tuple(table.text("list").split(".")) if "list" in table.values else (),
    )


def _delimiter(table: Table) -> str | None:
    written = table.values.get("delimiter")
    if written is None:
        return None
    mark = "\t" if written in ("tab", "\t") else written
    if not isinstance(mark, str) or len(mark) != 1 or mark in '" \r\n' or mark.isalnum():
        table.refuse(
            "delimiter",
            "delimiter must be one character, or tab.",
            'Write delimiter = ";" or delimiter = "tab".',
        )
        return None
    return mark


def _encoding(table: Table) -> str:
    written = table.text("encoding", "utf-8")
    try:
        if "a;\n".encode(written).decode(written) == "a;\n":
            return written
    except (LookupError, UnicodeError):
        pass
    table.refuse(
        "encoding",
        f"{written!r} is not an encoding.",
        'Write "utf-8", "utf-16", "windows-1252" or "iso-8859-1".',
    )
    return "utf-8"


def _currency(top: Table) -> str | None:
    if "currency" not in top.values or isinstance(top.values["currency"], dict):
        return None
    currency = top.text("currency", None)
    try:
        decimals(currency)
    except FollowupError as error:
        top.refuse("currency", error.message, error.hint)
    return currency


def _field(table: Table, name: str, is_fact: bool) -> tuple[MapField, Noted]:
    noted = Noted()
    table.refuse_unknown_keys(_FIELD_KEYS)
    if not table.values.keys() & {"column", "template", "default", "rule"}:
        table.refuse("", "it has no value.", 'Write column = "…", template = "…", default = "…" or rules.')
    clip = table.integer("clip", minimum=SHORTEST_CLIP) if "clip" in table.values else None
    field = MapField(
        name=name,
        is_fact=is_fact,
        source=_source(table, noted),
        missing=frozenset(fold(text) for text in read_texts(table, "missing")),
        table=_lookup(table, noted),
        otherwise=noted.constant(table, "otherwise"),
        default=_default(table, noted),
        form=_form(table),
        clip=clip,
        rules=read_rules(table, noted),
    )
    return field, noted


def _source(table: Table, noted: Noted) -> Template | None:
    if "column" in table.values and "template" in table.values:
        table.refuse("template", "it has a column and a template.", "Leave out one of them.")
    if "column" in table.values:
        column = tidy(table.text("column", None))
        noted.columns(table, "column", column)
        return Template.of_column(column)
    return _template(table, "template", noted) if "template" in table.values else None


def _template(table: Table, key: str, noted: Noted) -> Template | None:
    try:
        template = Template.read(table.text(key, None))
    except UnreadableValue as error:
        table.refuse(key, error.message, error.expected)
        return None
    noted.columns(table, key, *template.columns)
    return template


def _default(table: Table, noted: Noted) -> Template | None:
    written = table.values.get("default")
    if isinstance(written, str) and ("{" in written or "}" in written):
        return _template(table, "default", noted)
    constant = noted.constant(table, "default")
    return None if constant is None else Template((constant,), ())


def _lookup(table: Table, noted: Noted) -> Mapping[str, str] | None:
    values = table.table("table", f"{table.where[:-1]}.table]")
    if values is None:
        return None
    if not table.values.keys() & {"column", "template"}:
        table.refuse("table", "a table needs a column to look up.", 'Write column = "…" as well.')
    if table.values.keys() & {"date", "amount"}:
        table.refuse("table", "it has a table and a form.", "Leave out the table, or date and amount.")
    found: dict[str, str] = {}
    for key in values.values:
        if fold(key) in found:
            values.refuse(key, f"{key!r} stands there twice.", "Capital and small letters count as alike.")
        found[fold(key)] = noted.constant(values, key) or ""
    return found


def _form(table: Table) -> DateForms | AmountForm | None:
    if "date" in table.values and "amount" in table.values:
        table.refuse("amount", "it cannot be a date and an amount.", "Leave out one of them.")
    key = "date" if "date" in table.values else "amount"
    try:
        if "date" in table.values:
            return DateForms.read(read_texts(table, "date"))
        return AmountForm.read(table.text("amount", None)) if "amount" in table.values else None
    except UnreadableValue as error:
        table.refuse(key, error.message, error.expected)
        return None
