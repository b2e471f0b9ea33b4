"""What libraries say on the way goes to the log too, and nothing personal with it."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from followup.errors import InvalidFile, Unreachable
from followup.operations import logs
from followup.operations.log_format import LogFormat
from followup.operations.outages import Outages


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged as JSON, by our own logger alone."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs._JsonLines("w1"))
    ours = logging.getLogger("followup")
    level = ours.level
    ours.setLevel(logging.INFO)
    ours.addHandler(handler)
    yield stream
    ours.removeHandler(handler)
    ours.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_outage_is_told_once_again_when_it_changes_and_at_its_end(written: io.StringIO) -> None:
    faults = Outages()
    for _ in range(3):
        faults.failed("tick", Unreachable("The database is away.", code="away"))
    faults.failed("tick", Unreachable("The disk is full.", code="disk_full"))
    faults.works("tick")
    faults.works("tick")
    assert [(line["event"], line.get("error"), line.get("times")) for line in lines(written)] == [
        ("fault", "away", None),
        ("fault", "disk_full", None),
        ("recovered", None, 4),
    ]


def test_of_an_error_that_is_not_ours_only_its_kind_and_place_are_logged(written: io.StringIO) -> None:
    try:
        raise ValueError("Priya Shah, priya@example.com, wants her money back")
    except ValueError as error:
        logs.fault("tick", error)
    (line,) = lines(written)
    assert line["error"].startswith("ValueError at test_logs.py:")
    assert "Priya" not in written.getvalue()


def test_no_address_is_logged_not_even_one_of_the_settings(written: io.StringIO) -> None:
    logs.not_reloaded(
        InvalidFile(
            "sender 'Ana <ana@shop.example>' cannot be used.", hint="Give a name.", code="bad_setting"
        )
    )
    assert "@" not in written.getvalue()
    assert "cannot be used. Give a name." in lines(written)[0]["message"]


PROGRAM = """
import gc, logging, sys, threading, warnings
from followup.operations.log_format import LogFormat
from followup.operations.logs import write_log

write_log({word.value: word for word in LogFormat}[sys.argv[1]], "w1")
warnings.warn("priya@example.com in a warning", RuntimeWarning)
try:
    raise KeyError("Priya")
except KeyError:
    logging.getLogger("apscheduler.executors").exception("Job %s of Priya raised", "priya@example.com")
logging.getLogger("some.library").warning("Priya Shah is %s", "angry")

def die():
    raise ValueError("Priya")

thread = threading.Thread(target=die)
thread.start()
thread.join()

class Lost:
    def __del__(self):
        raise ValueError("Priya")

Lost()
gc.collect()
"""


@pytest.mark.parametrize("form", list(LogFormat))
def test_warnings_and_tracebacks_of_others_are_lines_without_their_texts(form: LogFormat) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, form.value], capture_output=True, text=True, check=True
    )
    said = done.stderr.splitlines()
    assert len(said) == 5, done.stderr
    for line, wanted in zip(
        said,
        (
            "RuntimeWarning at ",
            "apscheduler.executors: … of … (KeyError at",
            "some.library: … is …",
            "not handled: ValueError",
            "not handled: ValueError",
        ),
        strict=True,
    ):
        assert wanted in line
    assert "riya" not in done.stderr
    if form is LogFormat.JSON:
        assert {json.loads(line)["event"] for line in said} == {"library"}
