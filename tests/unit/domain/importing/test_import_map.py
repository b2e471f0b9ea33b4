import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.importing.import_map import Cells, MapField, refuse_unknown_columns
from followup.domain.importing.import_map_file import load_import_map
from followup.domain.importing.values import CLIP_MARK, AmountForm, DateForms, Template, clip
from followup.domain.shared.unreadable import UnreadableValue
from followup.errors import InvalidFile

HEAD = """
[external_id]
column = "Ticket"
[customer]
column = "Email"
[reason]
default = "late-delivery"
[severity]
default = "minor"
"""


def field(text: str, name: str = "order") -> MapField:
    return load_import_map(f"{HEAD}\n[{name}]\n{text}", "map.toml").field_named(name)


def answer(text: str, name: str = "order", **cells: str) -> str:
    return field(text, name).answer(Cells({key.replace("_", " "): value for key, value in cells.items()}))


def test_a_column_is_taken_as_it_is_but_on_one_line() -> None:
    assert answer('column = "Order No"', Order_No="  HB \n 2041 ") == "HB 2041"


def test_a_verbatim_keeps_its_lines() -> None:
    assert answer('column = "Text"', "verbatim", Text=" One.\n\n  Two. ") == "One.\n\n  Two."


def test_a_template_fills_columns_in_and_doubled_braces_are_braces() -> None:
    assert answer('template = "{{{A}-{B}}}"', A="x", B="y") == "{x-y}"


def test_a_template_without_any_of_its_columns_gives_nothing() -> None:
    text = 'template = "{A}-{B}@customers.example"\ndefault = "none"'
    assert answer(text, A=" ", B="") == "none"
    assert answer(text, A="7", B="") == "7-@customers.example"


def test_a_default_may_be_a_template() -> None:
    text = 'column = "Name"\ndefault = "Customer {Id}"'
    assert answer(text, Name="", Id="7") == "Customer 7"
    assert answer(text, Name="Ana", Id="7") == "Ana"


def test_missing_texts_count_as_empty() -> None:
    text = 'column = "Order"\nmissing = ["n/a", "-"]\ndefault = "none"'
    assert [answer(text, Order=value) for value in ("N/A", " - ", "", "HB-1")] == ["none"] * 3 + ["HB-1"]


TABLE = """
column = "Category"
otherwise = "other"
[reason.table]
"Late delivery" = "late-delivery"
"""


def reason(text: str, category: str) -> str:
    head = HEAD.replace('default = "late-delivery"', text)
    return load_import_map(head, "map.toml").field_named("reason").answer(Cells({"Category": category}))


def test_a_table_translates_whatever_the_case_and_otherwise_takes_the_rest() -> None:
    found = [reason(TABLE, value) for value in ("late  DELIVERY", "Damaged", "")]
    assert found == ["late-delivery", "other", "other"]


def test_without_otherwise_what_is_not_in_the_table_is_an_error_with_the_nearest() -> None:
    with pytest.raises(UnreadableValue) as refusal:
        reason(TABLE.replace('otherwise = "other"', ""), "late delivry")
    assert refusal.value.message == "'late delivry' is not in the table of [reason]."
    assert "'late delivery'" in refusal.value.expected


RULES = """
otherwise = "moderate"
[[severity.rule]]
columns  = ["Issue", "Text"]
contains = ["stolen", "identity theft"]
is       = "severe"
[[severity.rule]]
column = "Issue"
equals = ["Fraud", "Scam"]
and    = [{ column = "Text", filled = true }, { column = "Text", contains = "joke", not = true }]
is     = "serious"
[[severity.rule]]
column  = "Text"
matches = '\\b(tiny|small)\\b'
is      = "minor"
"""


@pytest.mark.parametrize(
    ("issue", "text", "severity"),
    [
        ("Identity\nTheft of a card", "", "severe"),
        ("Other", "my bag was STOLEN", "severe"),
        ("fraud", "they took it", "serious"),
        ("fraud", "  ", "moderate"),
        ("fraud", "it was a joke", "moderate"),
        ("frauds", "they took it", "moderate"),
        ("scam", "a tiny thing", "serious"),
        ("Other", "a tiny thing", "minor"),
        ("Other", "smaller", "moderate"),
    ],
)
def test_the_first_rule_that_holds_answers(issue: str, text: str, severity: str) -> None:
    head = HEAD.replace('default = "minor"', RULES)
    found = load_import_map(head, "map.toml").field_named("severity")
    assert found.answer(Cells({"Issue": issue, "Text": text})) == severity


AMOUNT_FOUND = """
column = "Paid"
amount = "$1,234.50"
[[order_value.rule]]
columns = ["Subject", "Text"]
matches = '\\{(?P<paid>\\$[0-9,]*\\.[0-9]{2})\\}'
is      = { group = "paid" }
"""


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ({"Text": "{$XXXX}, then {$1,021.00} and {$1.00}", "Paid": "$5"}, "1021.00"),
        ({"Subject": "{$.99}", "Text": "{$7.00}"}, "0.99"),
        ({"Text": "nothing", "Paid": "$1,021.50"}, "1021.50"),
        ({}, ""),
    ],
)
def test_an_answer_may_be_the_amount_that_a_bracket_of_the_pattern_finds(
    cells: dict[str, str], value: str
) -> None:
    assert field(AMOUNT_FOUND, "order_value").answer(Cells(cells)) == value


def test_constants_of_the_map_are_not_read_in_the_form_of_the_file() -> None:
    assert answer('column = "Paid"\namount = "1.234,50 €"\ndefault = "12.50"', "order_value") == "12.50"


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("$1,234.50", "$1,234,567.89", "1234567.89"),
        ("$1,234.50", "1234.5", "1234.5"),
        ("$1,234.50", "$ 12", "12"),
        ("$1,234.50", "$.99", "0.99"),
        ("1.234,50 €", "1.234,50 €", "1234.50"),
        ("1.234,50 €", "12,5", "12.5"),
        ("EUR 1.234,50", "EUR 7,00", "7.00"),
        ("1 234,50", "1\u202f234,50", "1234.50"),
        ("₹1,234.50", "₹12,34,567.00", "1234567.00"),
        ("1'234.50", "1'234", "1234"),
        ("¥1,234", "¥1,234", "1234"),
        ("1234.50", "0.10", "0.10"),
    ],
)
def test_amounts_are_read_in_the_form_of_the_example(form: str, text: str, value: str) -> None:
    assert AmountForm.read(form).value(text) == value


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("$1,234.50", "€5.00"),
        ("$1,234.50", "-5.00"),
        ("$1,234.50", "($5.00)"),
        ("$1,234.50", "1,23"),
        ("$1,234.50", "1.234,50"),
        ("1.234,50", "1,234.50"),
        ("1.234,50", "12.50"),
        ("1234.50", "$5.00"),
        ("1234.50", "1,234.50"),
        ("¥1,234", "12.50"),
        ("$1,234.50", "$"),
        ("$1,234.50", "٣"),
        ("$1,234.50", "5e3"),
    ],
)
def test_an_amount_of_another_form_or_sign_is_an_error_and_never_guessed(form: str, text: str) -> None:
    with pytest.raises(UnreadableValue):
        AmountForm.read(form).value(text)


@pytest.mark.parametrize(
    "form", ["12.50", "$1,234,50", "$1234.50 USD", "-1,234.50", "(1,234.50)", "", "amount"]
)
def test_an_example_that_does_not_show_the_form_is_refused(form: str) -> None:
    with pytest.raises(UnreadableValue):
        AmountForm.read(form)


@given(st.integers(0, 10**11), st.integers(0, 99))
def test_an_amount_written_with_separators_is_the_amount(whole: int, part: int) -> None:
    assert AmountForm.read("$1,234.50").value(f"${whole:,}.{part:02}") == f"{whole}.{part:02}"


@pytest.mark.parametrize(
    ("forms", "text", "day"),
    [
        (("DD/MM/YYYY",), "03/04/2024", "2024-04-03"),
        (("MM/DD/YYYY",), "03/04/2024", "2024-03-04"),
        (("d.m.yyyy",), "3.4.2024", "2024-04-03"),
        (("D MMM YYYY",), "3 Sept 2024", "2024-09-03"),
        (("MMMM D, YYYY",), "September 3, 2024", "2024-09-03"),
        (("DD/MM/YY",), "03/04/24", "2024-04-03"),
        (("YYYY-MM-DD*",), "2024-02-29T23:59:59Z", "2024-02-29"),
        (("YYYY年MM月DD日",), "2024年02月29日", "2024-02-29"),
        (("YYYYMMDD",), "20240229", "2024-02-29"),
        (("DD/MM/YYYY", "YYYY-MM-DD"), "2024-02-29", "2024-02-29"),
    ],
)
def test_dates_are_read_in_the_forms_of_the_map(forms: tuple[str, ...], text: str, day: str) -> None:
    assert DateForms.read(forms).value(text) == day


@pytest.mark.parametrize(
    "text", ["29/02/2023", "31/04/2024", "2024-04-03", "3/4/2024", "03/04/2024 10:00", "0/0/0"]
)
def test_a_date_of_another_form_or_that_does_not_exist_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableValue):
        DateForms.read(("DD/MM/YYYY",)).value(text)


def test_a_month_without_such_a_name_is_an_error() -> None:
    with pytest.raises(UnreadableValue, match="not a day that exists"):
        DateForms.read(("D MMM YYYY",)).value("3 Foo 2024")


@pytest.mark.parametrize("form", ["DD/MM", "YYYY-MM-DDThh:mm", "%d/%m/%Y", "", "DD/DD/YYYY", "YYYY-MM-DD XX"])
def test_a_form_without_year_month_and_day_once_is_refused(form: str) -> None:
    with pytest.raises(UnreadableValue):
        DateForms.read((form,))


@given(st.text(), st.integers(20, 60))
def test_a_clipped_text_is_never_longer_and_a_short_one_is_left_alone(text: str, most: int) -> None:
    cut = clip(text, most)
    assert len(cut) <= most
    assert cut == text if len(text) <= most else cut.endswith(CLIP_MARK)


def test_clip_cuts_an_answer_with_a_mark() -> None:
    # Twenty characters with the mark " […]", which is four long.
    assert answer('column = "Text"\nclip = 20', "verbatim", Text="0123456789" * 3) == "0123456789012345 […]"


@given(st.text(alphabet="ab{} ", max_size=12))
def test_a_template_is_read_or_refused_and_its_text_without_columns_is_itself(text: str) -> None:
    doubled = text.replace("{", "{{").replace("}", "}}")
    assert Template.read(doubled).fill(lambda _column: "never") == text


ONLY = """
[[only_if]]
column = "Text"
filled = true
[[only_if]]
column = "Status"
equals = ["test", "spam"]
not    = true
"""


@pytest.mark.parametrize(
    ("text", "status", "wanted"),
    [("x", "", True), ("x", "Spam", False), (" \n ", "", False), ("", "test", False)],
)
def test_only_rows_for_which_every_only_if_holds_are_wanted(text: str, status: str, wanted: bool) -> None:
    found = load_import_map(ONLY + HEAD, "map.toml")
    assert found.wants(Cells({"Text": text, "Status": status})) is wanted


def test_a_column_that_the_file_lacks_is_named_with_its_line_and_the_nearest() -> None:
    found = load_import_map(HEAD + '[name]\ntemplate = "{First} {Lats}"\n', "map.toml")
    refuse_unknown_columns(found, ("Ticket", "Email", "First", "Lats"))
    with pytest.raises(InvalidFile) as refusal:
        refuse_unknown_columns(found, ("Ticket", "Email", "First", "Last"))
    assert refusal.value.message == "map.toml, line 11: [name]: the file has no column 'Lats'."
    assert refusal.value.hint == "Did you mean 'Last'?"


def test_a_header_of_one_cell_says_which_delimiter_it_may_need() -> None:
    with pytest.raises(InvalidFile) as refusal:
        refuse_unknown_columns(load_import_map(HEAD, "map.toml"), ("Ticket;Email;Name",))
    assert 'delimiter = ";"' in refusal.value.hint


def test_a_column_that_stands_twice_in_the_file_cannot_be_used() -> None:
    with pytest.raises(InvalidFile, match="2 columns named 'Email'"):
        refuse_unknown_columns(load_import_map(HEAD, "map.toml"), ("Ticket", "Email", "Email"))
