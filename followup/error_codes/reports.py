"""Failures of imports and reports: files that are read, and tables that are written."""

from followup.error_codes.entry import ErrorCode
from followup.errors import InvalidFile, NotFound, Refused, WrongUsage

ERROR_CODES = (
    ErrorCode(
        "bad_rows",
        InvalidFile,
        "Rows of the file cannot be imported, so nothing was.",
        "Mend them, or set them aside with `--skip-bad FILE`.",
    ),
    ErrorCode(
        "file_changed",
        InvalidFile,
        "The file changed while it was read, so nothing was imported.",
        "Import it again when nobody writes to it.",
    ),
    ErrorCode(
        "file_unreadable", InvalidFile, "The file to import cannot be read.", "Name a file that you may read."
    ),
    ErrorCode(
        "file_empty", InvalidFile, "The file to import is empty.", "Give a file with a header and rows."
    ),
    ErrorCode(
        "unknown_file_form",
        InvalidFile,
        "The ending of the file does not say how it is written.",
        "Say it in the map: format, below [file].",
    ),
    ErrorCode(
        "wrong_encoding",
        InvalidFile,
        "The file is not written in the encoding that was said.",
        "Say how it is: encoding, below [file] in the map.",
    ),
    ErrorCode(
        "bad_json",
        InvalidFile,
        "The file is not JSON, or not a list of rows.",
        "Mend the line that the message names.",
    ),
    ErrorCode(
        "header_not_found",
        InvalidFile,
        "The line with the columns was not found.",
        "Copy their names to header_has in the map.",
    ),
    ErrorCode(
        "customer_columns_missing",
        InvalidFile,
        "A list of customers lacks columns that it needs.",
        "Name its columns so, or give a map: `--map`.",
    ),
    ErrorCode(
        "address_column_missing",
        InvalidFile,
        "A list of suppressions has no column address.",
        "Name the columns in its first line.",
    ),
    ErrorCode(
        "invalid_map",
        InvalidFile,
        "The map of an import has mistakes.",
        "Mend the lines that it names; see [importing.md](importing.md).",
    ),
    ErrorCode("map_not_utf8", InvalidFile, "The map of an import is not UTF-8 text.", "Save it as UTF-8."),
    ErrorCode(
        "map_in_other_currency",
        InvalidFile,
        "The map's amounts are in another currency than the values of customers, which is the main one.",
        "Convert them in the file.",
    ),
    ErrorCode(
        "value_missing",
        WrongUsage,
        "A row has nothing in a column that is needed.",
        "Fill it, or give it a default in the map.",
    ),
    ErrorCode(
        "bad_consent",
        WrongUsage,
        "A row holds no consent that is known.",
        "Write marketing, or leave it empty.",
    ),
    ErrorCode(
        "bad_suppression_time",
        WrongUsage,
        "A row of suppressions holds no time.",
        "Write it as 2026-11-23, or leave it empty.",
    ),
    ErrorCode(
        "suppression_in_future",
        WrongUsage,
        "A row of suppressions begins in the future.",
        "Leave it empty for now.",
    ),
    ErrorCode(
        "bad_report_date",
        WrongUsage,
        "`--since`, `--from` or `--to` of a report is not a date.",
        "Write it as 2026-11-23.",
    ),
    ErrorCode("dates_reversed", WrongUsage, "A report ends before it begins.", "Exchange the two days."),
    ErrorCode(
        "unknown_kind_of_row",
        WrongUsage,
        "A report has no rows of this kind.",
        "Give one of the kinds that the hint lists.",
    ),
    ErrorCode(
        "bad_kinds_of_row",
        WrongUsage,
        "A report has one kind of row, or two different ones.",
        "As: `--by reason,month`.",
    ),
    ErrorCode(
        "one_kind_of_row",
        WrongUsage,
        "The report of outcomes has one kind of row.",
        "Ask for one after the other.",
    ),
    ErrorCode(
        "one_table",
        WrongUsage,
        "CSV holds one table, and these are several.",
        "Give `--format html` or xlsx, or ask for one report.",
    ),
    ErrorCode(
        "unknown_format",
        WrongUsage,
        "This is not a form of a report.",
        "Give one of the forms that the hint lists.",
    ),
    ErrorCode(
        "unknown_ending",
        WrongUsage,
        "The ending of the file says no form of a report.",
        "Name it with a known ending, or give `--format`.",
    ),
    ErrorCode(
        "other_ending",
        WrongUsage,
        "The ending of the file is of another form than `--format`.",
        "Make the two agree.",
    ),
    ErrorCode(
        "table_is_no_file", WrongUsage, "A table is for the screen, not for a file.", "Leave `--format` out."
    ),
    ErrorCode(
        "workbook_needs_file",
        WrongUsage,
        "A workbook is no text for a terminal.",
        "Add `--output report.xlsx`.",
    ),
    ErrorCode(
        "unknown_report", WrongUsage, "There is no report of this name.", "Give one that the hint lists."
    ),
    ErrorCode(
        "unknown_schedule",
        NotFound,
        "There is no schedule of this name.",
        "See: `followup report schedule list`.",
    ),
    ErrorCode(
        "schedule_exists", Refused, "There is a schedule of this name.", "Give this one another: `--name`."
    ),
    ErrorCode(
        "bad_name",
        WrongUsage,
        "This cannot be the name of a schedule.",
        "Use small letters, digits and hyphens.",
    ),
    ErrorCode("bad_time", WrongUsage, "This is not a time of the day.", "Write it as 08:00."),
    ErrorCode(
        "unknown_time_to_send_a_report",
        WrongUsage,
        "This is not a rhythm of reports.",
        "Give one that the hint lists.",
    ),
    ErrorCode(
        "bad_recipients", WrongUsage, "A schedule has no recipient, or too many.", "Give some with `--to`."
    ),
    ErrorCode(
        "report_under_way", Refused, "A report is being handed over just now.", "Try again in a minute."
    ),
)
