import pytest

from followup.domain.importing.import_map import FileForm, FileFormat
from followup.domain.importing.import_map_file import load_import_map
from followup.errors import InvalidFile

GOOD = """\
[external_id]
column = "Ticket"
[customer]
column = "Email"
[reason]
column = "Category"
[severity]
default = "minor"
"""


def mistakes(text: str) -> list[str]:
    """The lines of the error, the mend of the first at the end."""
    with pytest.raises(InvalidFile) as refusal:
        load_import_map(text, "map.toml")
    assert refusal.value.exit_code == 5
    assert refusal.value.hint
    return [*refusal.value.message.split("\n"), refusal.value.hint]


def test_what_is_left_out_has_a_default() -> None:
    found = load_import_map(GOOD, "map.toml")
    assert found.file == FileForm(format=None, delimiter=None, encoding="utf-8", header_has=(), list_path=())
    assert (found.only_if, found.currency) == ((), None)
    assert [mention.column for mention in found.mentions] == ["Ticket", "Email", "Category"]


def test_the_file_is_described_once() -> None:
    head = """
    currency = "JPY"
    [file]
    format = "json"
    list = "data.tickets"
    encoding = "utf-16"
    delimiter = "tab"
    header_has = ["A  B"]
    """
    found = load_import_map(head + GOOD, "map.toml")
    assert found.currency == "JPY"
    assert found.file == FileForm(
        format=FileFormat.JSON,
        delimiter="\t",
        encoding="utf-16",
        header_has=("A B",),
        list_path=("data", "tickets"),
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[seveirty]\ncolumn = "X"', 9, "unknown key 'seveirty'"),
        ('[order]\ncolum = "X"', 10, "unknown key 'colum'"),
        ("[order]", 9, "[order]: it has no value"),
        ('[order]\ncolumn = "A"\ntemplate = "{B}"', 11, "a column and a template"),
        ('[order]\ntemplate = "{A"', 10, "has a brace that is alone"),
        ('[order]\ndefault = "a}"', 10, "has a brace that is alone"),
        ("[order]\ncolumn = 7", 10, "column must be a text"),
        ("[order]\ndefault = 7.5", 10, "default must be a text"),
        ('[order]\ncolumn = "A"\nclip = 3', 11, "clip must be a whole number"),
        ('[order_value]\ncolumn = "A"\namount = "12"', 11, "does not show how amounts are written"),
        ('[occurred_on]\ncolumn = "A"\ndate = "MM/YYYY"', 11, "is not a form of dates"),
        ('[occurred_on]\ncolumn = "A"\ndate = "D/M/YYYY"\namount = "1234"', 12, "a date and an amount"),
        ('[order]\ndefault = "x"\n[order.table]\nA = "b"', 11, "a table needs a column"),
        ('[order]\ncolumn = "x"\n[order.table]\nA = "b"\na = "c"', 13, "'a' stands there twice"),
        ('[order]\ncolumn = "x"\ndate = "D/M/YYYY"\n[order.table]\nA = "b"', 12, "a table and a form"),
        ('[[order.rule]]\ncolumn = "A"\nis = "x"', 9, "a condition needs a test"),
        ('[[order.rule]]\ncolumn = "A"\nequals = "a"\ncontains = "b"\nis = "x"', 9, "one test only"),
        ('[[order.rule]]\nequals = "a"\nis = "x"', 9, "it names no column"),
        ('[[order.rule]]\ncolumn = "A"\nequals = "a"', 9, "it has no answer"),
        ('[[order.rule]]\ncolumn = "A"\nequals = 7\nis = "x"', 11, "must be a text or a list"),
        ('[[order.rule]]\ncolumn = "A"\nfilled = "yes"\nis = "x"', 11, "filled must be true or false"),
        ('[[order.rule]]\ncolumn = "A"\nmatches = \'(a+)+\'\nis = "x"', 11, "repeats a bracket"),
        ('[[order.rule]]\ncolumn = "A"\nequals = "a"\nis = { group = 1 }', 12, "the rule needs a pattern"),
        ("[[order.rule]]\ncolumn = \"A\"\nmatches = '(a)'\nis = { group = 2 }", 12, "no group 2"),
        ("[[order.rule]]\ncolumn = \"A\"\nmatches = '(a)'\nis = { group = true }", 12, "no group True"),
        ('[order]\ncolumn = "A"\n[[order.rule]]\nif = "x"', 12, "unknown key 'if'"),
        ('[file]\nformat = "xlsx"', 10, "unknown format 'xlsx'"),
        ('[file]\ndelimiter = ", "', 10, "delimiter must be one character"),
        ('[file]\nencoding = "rot13"', 10, "is not an encoding"),
        ('[file]\nencoding = "nonsense"', 10, "is not an encoding"),
        ('[only_if]\ncolumn = "A"', 9, "a condition needs a test"),
        ('[[only_if]]\ncolumn = "A"\nis = "x"', 11, "unknown key 'is'"),
        ("[facts]\ndays_late = 3", 10, "days_late must be a table"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, said: str) -> None:
    found = mistakes(f"{GOOD}{text}\n")
    assert any(one.startswith(f"map.toml, line {line}: ") and said in one for one in found), found


def test_a_map_without_an_external_id_is_refused_because_twice_would_be_double() -> None:
    found = mistakes(GOOD.partition("[customer]")[2].join(("[customer]", "")))
    assert "every case twice" in found[0]


@pytest.mark.parametrize("name", ["customer", "reason", "severity"])
def test_what_every_case_needs_must_be_in_the_map(name: str) -> None:
    assert f"[{name}] is missing" in mistakes(GOOD.replace(f"[{name}]", "[name]"))[0]


def test_a_currency_that_does_not_exist_is_refused() -> None:
    assert "'DOLLAR' is not a currency" in mistakes(f'currency = "DOLLAR"\n{GOOD}')[0]


def test_all_mistakes_are_named_at_once() -> None:
    found = mistakes(GOOD.replace("column", "colum"))
    assert [one.split(":")[0] for one in found if "unknown key" in one] == [
        "map.toml, line 2",
        "map.toml, line 4",
        "map.toml, line 6",
    ]


def test_what_is_not_toml_says_where() -> None:
    assert mistakes('[external_id]\ncolumn = "A\n')[0].startswith("map.toml, line 2, column ")


def test_constants_carry_their_lines_so_that_the_service_can_check_them() -> None:
    text = (
        GOOD + '[feeling]\ncolumn = "Mood"\notherwise = "angry"\n[feeling.table]\n"Let down" = "let_down"\n'
    )
    found = load_import_map(text, "map.toml").constants
    assert [(one.field.name, one.value, one.line) for one in found] == [
        ("severity", "minor", 8),
        ("feeling", "let_down", 13),
        ("feeling", "angry", 11),
    ]
