"""The same bad experience of several customers, logged at once: `followup case open --customers FILE`."""

from collections.abc import Mapping, Sequence
from typing import Any

from followup.application.cases import open_case
from followup.application.cases.open_case import OpenedCaseDocument
from followup.application.door import Caller, works
from followup.application.several import SeveralDocument, ShowPart, change_each, show_no_part
from followup.errors import WrongUsage
from followup.mail.addresses import NamedAddress, parse_mailbox

_OF_ONE = (
    "customer",
    "name",
    "order",
    "external_id",
    "verbatim",
    "quote",
    "answer",
    "phone",
    "address",
    "again",
    "because",
)
"""The arguments of `open_case` that say something of one customer alone."""


class OpenedSeveralDocument(SeveralDocument):
    """What became of several customers. `asked` and `refused` name them by their addresses, in capitals."""

    done: list[OpenedCaseDocument]


def people_in(text: str) -> tuple[NamedAddress, ...]:
    """The customers of a text with one a line: an address, or a name with the address in angle brackets.
    Empty lines and those that begin with # are left out. A line that is neither is taken for an address,
    which `open_case` then refuses."""
    lines = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
    return tuple(_person(line) for line in lines if line and not line.startswith("#"))


def _person(line: str) -> NamedAddress:
    try:
        return parse_mailbox(line)
    except WrongUsage:
        return NamedAddress("", line)


@works("case open --several", changes=True)
def open_several(
    caller: Caller,
    people: Sequence[NamedAddress],
    told: Mapping[str, Any],
    *,
    accept: bool = False,
    dry_run: bool = False,
    on_progress: ShowPart = show_no_part,
) -> OpenedSeveralDocument:
    """Log the same case for each customer, as `open_case` with the arguments `told`, each in a transaction of
    its own. Who has a case like it is refused, and so is an unknown address without a name. With `dry_run`,
    only say what would become of them. Raises WrongUsage if `told` says something of one customer alone."""
    single = next((name for name in _OF_ONE if told.get(name)), None)
    if single is not None:
        raise WrongUsage(
            f"--{single.replace('_', '-')} is of one customer.",
            hint="Log that case by itself: followup case open --customer EMAIL …",
            code="one_flag_for_several",
        )
    shared = {name: value for name, value in told.items() if name not in _OF_ONE}
    several, done = change_each(
        caller,
        open_case.open_case,
        [one.address for one in people],
        {**shared, "accept": accept},
        dry_run=dry_run,
        on_progress=on_progress,
        own={one.address.strip().upper(): {"name": one.name or None} for one in reversed(people)},
    )
    return {**several, "done": done}
