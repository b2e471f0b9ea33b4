"""followup doctor --domain."""

import textwrap

import typer

from followup.cli import output
from followup.cli.call import Call
from followup.domain.outbox.sender_domain.receivers import Treatment

_WIDTH = 110
_INDENT = " " * 15
_IN_BULK = Treatment.REFUSED_IN_BULK.value
_MARKS = {"fine": "ok", "advice": "--", "unknown": "??", "wrong": "!!"}


def show(
    call: Call, domain: str | None, *, selectors: tuple[str, ...], resolver: str | None, address: str | None
) -> None:
    """Check the domain and print what was found. Exits with the code of the first problem."""
    from followup.application.upkeep.sender_domain import doctor_domain

    document = doctor_domain(call.caller, domain, selectors=selectors, resolver=resolver, address=address)

    def people() -> None:
        for check in document["checks"]:
            _paragraph(f"{_MARKS[check['weight']]}  {check['name']:<10} ", check["found"])
            if check["mend"]:
                _paragraph(_INDENT, check["mend"])
            if record := check["publish"]:
                value = f'"{record["value"]}"' if record["type"] == "TXT" else record["value"]
                # In one piece, because it is to be copied.
                output.lines(
                    f"{_INDENT}  {output.plain(record['name'])}. {record['type']} {output.plain(value)}"
                )
        output.lines("")
        for receiver in document["receivers"]:
            output.lines(receiver["text"])
            for objection in receiver["objections"]:
                is_milder = objection["treatment"] != receiver["treatment"]
                when = "in bulk: " if is_milder and objection["treatment"] == _IN_BULK else ""
                reply = f" ({objection['reply']})" if objection["reply"] else ""
                _paragraph("  ", f"{when}{objection['because']}{reply}")

    call.answer(document, people)
    broken = [check["exit_code"] for check in document["checks"] if check["exit_code"]]
    if broken:
        raise typer.Exit(broken[0])


def _paragraph(before: str, text: str) -> None:
    """A text, broken at spaces, with what stands before its first line."""
    filled = textwrap.wrap(
        output.plain(text), _WIDTH - len(before), break_long_words=False, break_on_hyphens=False
    )
    for number, line in enumerate(filled):
        output.lines(f"{' ' * len(before) if number else before}{line}")
