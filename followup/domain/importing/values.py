"""Parsing single values of a file to import: templates, dates, amounts, and texts that may be cut."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from followup.domain.shared.unreadable import UnreadableValue

CLIP_MARK = " […]"
"""The mark at the end of a text that was cut."""
SHORTEST_CLIP = 20

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(?P<column>[^{}]+)\}|[{}]")

_MONTHS = (
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("may",),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "sept", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
)
_DATE_PART = re.compile(r"YYYY|YY|MMMM|MMM|MM|M|DD|D|\*|[^A-Z*]+|[A-Z]", re.DOTALL)
_DATE_PARTS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "YY": r"(?P<short_year>[0-9]{2})",
    "MMMM": r"(?P<month_name>[A-Za-z]{3,9})",
    "MMM": r"(?P<month_name>[A-Za-z]{3,9})",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{2})",
    "D": r"(?P<day>[0-9]{1,2})",
    "*": r".*",
    "T": "T",
}
_DATE_EXAMPLES = 'Write it with YYYY, MM and DD, for instance "DD/MM/YYYY", "D MMM YYYY" or "YYYY-MM-DD*".'

_AMOUNT_EXAMPLE = re.compile(
    r"(?P<before>[^0-9]*?)\s*1(?P<thousands>[,.'’ \u00a0\u202f]?)234"
    r"(?:(?P<decimal>[.,])[0-9]+)?\s*(?P<after>[^0-9]*)"
)
_SPACES = re.compile(r"[\u00a0\u202f\u2009]")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with columns to fill in: "{Order No}@customers.example". A doubled brace stands for one
    brace.
    """

    parts: tuple[str, ...]
    columns: tuple[str, ...]
    """The column that follows each part except the last."""

    @classmethod
    def read(cls, text: str) -> "Template":
        """Parse a template. Raises UnreadableValue for a brace that is not closed."""
        parts, columns, place = [""], list[str](), 0
        for match in _PLACEHOLDER.finditer(text):
            parts[-1] += text[place : match.start()]
            place = match.end()
            if match["column"] is not None:
                columns.append(tidy(match["column"]))
                parts.append("")
            elif len(match[0]) == 2:
                parts[-1] += match[0][0]
            else:
                raise UnreadableValue(
                    f"{text!r} has a brace that is alone.",
                    "Write a column as {Its name}, and a brace itself twice: {{ or }}.",
                )
        parts[-1] += text[place:]
        return cls(tuple(parts), tuple(columns))

    @classmethod
    def of_column(cls, column: str) -> "Template":
        """The template that gives the value of one column."""
        return cls(("", ""), (tidy(column),))

    def fill(self, value_of: Callable[[str], str]) -> str:
        """The filled-in text; "" if it names columns and all of them are empty."""
        values = [value_of(column) for column in self.columns]
        if values and not any(value.strip() for value in values):
            return ""
        return self.parts[0] + "".join(
            value + part for value, part in zip(values, self.parts[1:], strict=True)
        )


@dataclass(frozen=True, slots=True)
class DateForms:
    """The date formats of a file, tried in order."""

    written: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def read(cls, forms: tuple[str, ...]) -> "DateForms":
        """Parse formats such as DD/MM/YYYY. MMM is an English month name; * matches anything. Raises
        UnreadableValue.
        """
        return cls(forms, tuple(_date_pattern(form) for form in forms))

    def value(self, text: str) -> str:
        """The date in `text` as YYYY-MM-DD. Raises UnreadableValue."""
        for pattern in self.patterns:
            match = pattern.fullmatch(text)
            if match:
                return _day_of(match, text).isoformat()
        forms = " or ".join(self.written)
        raise UnreadableValue(f"{_shown(text)} is not a date written {forms}.", f"Write it as {forms}.")


def _date_pattern(form: str) -> re.Pattern[str]:
    pieces = _DATE_PART.findall(form.strip().upper())
    kinds = sorted(piece[0] for piece in pieces if piece[0] in "YMD")
    if kinds != ["D", "M", "Y"] or any(
        piece.isascii() and piece.isalpha() and piece not in _DATE_PARTS for piece in pieces
    ):
        raise UnreadableValue(
            f"{form!r} is not a form of dates.", f"{_DATE_EXAMPLES} Write * where a time of day may follow."
        )
    return re.compile("".join(_DATE_PARTS.get(piece) or re.escape(piece) for piece in pieces), re.DOTALL)


def _day_of(match: re.Match[str], text: str) -> date:
    found = match.groupdict()
    year = int(found["year"]) if found.get("year") else 2000 + int(found["short_year"])
    try:
        month = int(found["month"]) if found.get("month") else _month_number(found["month_name"])
        return date(year, month, int(found["day"]))
    except ValueError:
        raise UnreadableValue(
            f"{_shown(text)} is not a day that exists.", "Correct the date, or leave the cell empty."
        ) from None


def _month_number(name: str) -> int:
    numbers = (number for number, names in enumerate(_MONTHS, start=1) if name.lower() in names)
    found = next(numbers, None)
    if found is None:
        raise ValueError(name)
    return found


@dataclass(frozen=True, slots=True)
class AmountForm:
    """The amount format of a file, taken from one example: "$1,234.50", "1.234,50 €", "1234.50"."""

    written: str
    sign: str
    pattern: re.Pattern[str]
    decimal: str

    @classmethod
    def read(cls, example: str) -> "AmountForm":
        """Parse the example, which must show one thousand two hundred and thirty-four. Raises
        UnreadableValue.
        """
        match = _AMOUNT_EXAMPLE.fullmatch(example.strip())
        if match is None or _is_unclear(match):
            raise UnreadableValue(
                f"{example!r} does not show how amounts are written.",
                'Write the amount 1234.50 as the file would: "$1,234.50", "1.234,50 €" or "1234.50".',
            )
        decimal = match["decimal"] or ""
        thousands = re.escape(_SPACES.sub(" ", match["thousands"]))
        whole = r"[0-9]+"
        if thousands:
            # India writes 1,23,456: two digits between the marks, three at the end.
            whole = rf"(?:[0-9]{{1,3}}(?:{thousands}[0-9]{{2,3}})*{thousands}[0-9]{{3}}|[0-9]+)"
        part = rf"(?:{re.escape(decimal)}(?P<part>[0-9]+))?" if decimal else "(?P<part>(?!))?"
        sign = (match["before"] or match["after"]).strip()
        return cls(example, sign, re.compile(rf"(?P<whole>{whole})?{part}"), decimal)

    def value(self, text: str) -> str:
        """The amount in `text` as digits with a decimal point only: "1234.50". The currency sign may be
        missing.

        Raises UnreadableValue for another sign or format, and for a negative amount.
        """
        left = _SPACES.sub(" ", text).strip()
        if self.sign:
            left = left.removeprefix(self.sign).removesuffix(self.sign).strip()
        match = self.pattern.fullmatch(left)
        if match is None or not left:
            raise UnreadableValue(
                f"{_shown(text)} is not an amount written like {self.written}.",
                "Correct the amount, or show in the map how the file writes 1234.50: "
                'amount = "$1,234.50". Amounts below zero cannot be recorded.',
            )
        whole = re.sub(r"[^0-9]", "", match["whole"] or "0")
        return f"{whole}.{match['part']}" if match["part"] else whole


def _is_unclear(example: re.Match[str]) -> bool:
    sign = example["before"] + example["after"]
    same_mark = example["thousands"] != "" and example["thousands"] == example["decimal"]
    return same_mark or bool(example["before"] and example["after"]) or any(mark in sign for mark in "-+()")


def clip(text: str, most: int) -> str:
    """The text, cut to at most `most` characters; a mark at its end shows that it was cut."""
    if len(text) <= most:
        return text
    return text[: most - len(CLIP_MARK)].rstrip() + CLIP_MARK


def tidy(text: str) -> str:
    """The text on one line, without leading, trailing or repeated spaces."""
    return " ".join(text.split())


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")
