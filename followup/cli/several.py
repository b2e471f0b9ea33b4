"""One command for several rows: the preview, the question, the progress bar, and the table of what became of
them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call
from followup.domain.shared.money import Money

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would become of each, and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="For several: do not show them first and ask.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is shown of a document that is done."""

    ref: str
    what: str
    amount: Mapping[str, Any] | None = None
    """The document with its amount and currency."""
    state: str
    sentences: Sequence[str] = ()
    """What to say besides."""


def answer(
    call: Call,
    run: Callable[..., Mapping[str, Any]],
    row: Callable[[Any], Row],
    *,
    dry_run: bool,
    empty: str,
    ask: str | None = None,
) -> None:
    """Run a change of several rows and print what became of each. Exits with 4 if any was refused.

    `run` takes `dry_run`, `on_progress`, and `references` where somebody has seen which they are. With `ask`,
    a person on a terminal sees a preview first and is asked that question. `empty` is said where there is
    none. Raises Refused for the answer no."""
    seen: dict[str, Any] = {}
    if ask and not dry_run and not call.json and output.interactive():
        foreseen = _run(call, run, dry_run=True)
        if foreseen["done"]:
            _show(foreseen, row, empty)
            _ask(ask)
            seen = {"references": foreseen["asked"]}
    document = _run(call, run, dry_run=dry_run, **seen)
    call.answer(document, lambda: _show(document, row, empty))
    if document["refused"]:
        raise typer.Exit(4)


def _run(
    call: Call, run: Callable[..., Mapping[str, Any]], *, dry_run: bool, **seen: Any
) -> Mapping[str, Any]:
    label = "Looking at each" if dry_run else "Changing each"
    with output.progress(label, quiet=call.json) as on_progress:
        return run(dry_run=dry_run, on_progress=on_progress, **seen)


def _ask(question: str) -> None:
    from followup.errors import Refused

    if not typer.confirm(question, err=True):
        raise Refused("Nothing was changed.", hint="Leave out what is not right.", code="several_declined")


def _show(document: Mapping[str, Any], row: Callable[[Any], Row], empty: str) -> None:
    """Print the tables of what is done and what is refused, and say how many each are."""
    if not document["asked"]:
        output.say(empty)
        return
    rows = [row(done) for done in document["done"]]
    would = "would be" if document["dry_run"] else "is"
    if rows:
        output.table(
            ("for", "what", "amount", would),
            ((one.ref, one.what, output.money(one.amount) if one.amount else "", one.state) for one in rows),
            right=("amount",),
        )
    if document["refused"]:
        output.table(
            ("refused", "why", "what to do"),
            _refused_rows(document["refused"]),
        )
    for sentence in dict.fromkeys(sentence for one in rows for sentence in one.sentences):
        output.say(output.plain(sentence))
    done, refused = len(rows), len(document["refused"])
    output.say(
        f"{'To be done' if document['dry_run'] else 'Done'}: {done:,}{_total(rows)}. Refused: {refused:,}."
    )


def _refused_rows(refused: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, str, str]]:
    """The refused rows, without saying the same twice in a row: a budget that has ended refuses all the
    rest."""
    before: tuple[str, str] | None = None
    for one in refused:
        why = (one["message"], one["hint"])
        yield (one["ref"], "as above", "") if why == before else (one["ref"], *why)
        before = why


def _total(rows: Sequence[Row]) -> str:
    sums: dict[str, int] = {}
    for one in rows:
        if one.amount and one.amount["amount"] is not None:
            money = Money.parse(one.amount["amount"], one.amount["currency"])
            sums[money.currency] = sums.get(money.currency, 0) + money.amount_minor
    told = ", ".join(str(Money(minor, currency)) for currency, minor in sums.items())
    return f" ({told})" if told else ""
