"""followup voucher."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command

if TYPE_CHECKING:
    from followup.services.documents.documents import WholeVoucherDocument

from followup.cli.nouns import app_of

app = app_of("voucher")
Code = Annotated[str, typer.Argument(metavar="CODE", help="The code, or its gesture, such as G-0012.")]


def _show(call: Call, document: "WholeVoucherDocument") -> None:
    output.lines(
        f"voucher …{document['hint']} of {output.money(document)}: {document['state']}, "
        f"{document['left']} left, until {document['expires_on']} ({document['gesture']})"
    )
    whose = document["customer"]
    output.lines(output.plain(f"  for {whose['name']} <{whose['email']}>, {document['case']}"))
    for use in document["redemptions"]:
        order = f" on order {output.plain(use['order'])}" if use["order"] else ""
        undone = f", rolled back {call.local(use['rolled_back_at'])}" if use["rolled_back_at"] else ""
        output.lines(
            f"  {call.local(use['redeemed_at'])}  {output.money(use)}{order}, by {use['by']}{undone}"
        )


@command(app, "show", example="followup voucher show 7KQ2MF-X3T9AB-CDWERT")
def show(call: Call, code: Code) -> None:
    """Show the value of a voucher, whose it is, how much of it is left, and its redemptions."""
    from followup.application.goodwill import vouchers

    document = vouchers.show_voucher(call.caller, code)
    call.answer(document, lambda: _show(call, document))


@command(
    app,
    "redeem",
    writes=True,
    example="followup voucher redeem 7KQ2MF-X3T9AB-CDWERT --order HB-2099 --amount 5.00",
)
def redeem(
    call: Call,
    code: Code,
    order: Annotated[str | None, typer.Option(metavar="REF", help="The order that it pays for.")] = None,
    amount: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="The amount to redeem; by default all that is left.")
    ] = None,
) -> None:
    """Redeem a voucher, wholly or partly: committed money becomes spent."""
    from followup.application.goodwill import vouchers

    document = vouchers.redeem_voucher(call.caller, code, order=order, amount=amount)
    call.answer(document, lambda: _show(call, document))


@command(
    app,
    "rollback",
    writes=True,
    example='followup voucher rollback 7KQ2MF-X3T9AB-CDWERT --because "The order was cancelled."',
)
def rollback(
    call: Call,
    code: Code,
    order: Annotated[
        str | None, typer.Option(metavar="REF", help="Undo the redemption for this order.")
    ] = None,
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")] = None,
) -> None:
    """Undo the newest redemption: the customer can use the value again."""
    from followup.application.goodwill import vouchers

    document = vouchers.roll_back_redemption(call.caller, code, order=order, because=because)
    call.answer(document, lambda: _show(call, document))


@command(
    app,
    "void",
    writes=True,
    example='followup voucher void 7KQ2MF-X3T9AB-CDWERT --because "Sent to the wrong person."',
)
def void(
    call: Call, code: Code, because: Annotated[str, typer.Option(metavar="TEXT", help="The reason.")]
) -> None:
    """Take a voucher back: its remaining value is released, and its unsent emails are cancelled."""
    from followup.application.goodwill import vouchers

    document = vouchers.void_voucher(call.caller, code, because)
    call.answer(document, lambda: _show(call, document))


@command(
    app, "import-redemptions", writes=True, example="followup voucher import-redemptions till.csv --dry-run"
)
def import_redemptions(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file with code, order, amount, id.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the whole file; write nothing.")] = False,
) -> None:
    """Import redemptions from a till or a shop: the whole file, or nothing if a row is wrong.

    Columns: code, and optionally order, amount (empty means all that is left) and id, the till's own id for
    the redemption. Importing a file twice changes nothing: a known id is skipped, and without ids a known
    code with its order is."""
    from followup.application.goodwill import vouchers

    rows = vouchers.read_redemptions(file)
    document = vouchers.import_redemptions(call.caller, rows, dry_run=dry_run)
    call.answer(
        document,
        lambda: output.lines(
            f"{document['redeemed']} redeemed, {document['already_there']} already there"
            + ("; nothing was written." if dry_run else ".")
        ),
    )
