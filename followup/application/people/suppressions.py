"""Suppressed addresses: `followup suppression add`, `remove` and `list`."""

from followup.application.door import Reading, Writing, reads, writes
from followup.errors import WrongUsage
from followup.services.people import suppressions
from followup.services.people.suppressions import SuppressionDocument as SuppressionDocument


class AddedSuppressionDocument(SuppressionDocument):
    """A suppression. `added` is false if it existed already; it is then unchanged."""

    added: bool


@writes("suppression add")
def add_suppression(
    work: Writing,
    address: str | None = None,
    reason: str | None = None,
    because: str | None = None,
    token: str | None = None,
) -> AddedSuppressionDocument:
    """Suppress an address; the reason defaults to manual. Or suppress the customer whose unsubscribe link
    carried `token`, which excludes all other arguments.

    Raises WrongUsage for arguments that exclude each other and for an invalid address, Refused for a token
    with a wrong signature, NotFound if its customer is gone."""
    if (token is None) is (address is None) or (token is not None and (reason or because)):
        raise WrongUsage(
            "Give an address, or --token alone.",
            hint="See: followup suppression add --help",
            code="suppress_whom",
        )
    if address is not None and because is None:
        raise WrongUsage(
            "--because is missing.",
            hint="Say why nobody is to write there.",
            code="suppression_without_reason",
        )
    word = suppressions.reason_of(reason or "manual")
    if token is not None:
        suppressed = suppressions.unsubscribe(
            work.session, work.configuration, token, now=work.now, actor=work.actor
        )
    else:
        suppressed = suppressions.suppress(
            work.session, address or "", word, now=work.now, actor=work.actor, because=because
        )
    return {**suppressions.document(suppressed.row), "added": suppressed.is_new}


@writes("suppression remove")
def remove_suppression(work: Writing, address: str, because: str) -> SuppressionDocument:
    """Remove the suppression of an address. Raises NotFound if it is not suppressed, Refused if only a
    manager may, WrongUsage."""
    lifted = suppressions.lift(work.session, address, now=work.now, actor=work.actor, because=because)
    return suppressions.document(lifted)


@reads("suppression list")
def list_suppressions(
    work: Reading, reason: str | None = None, limit: int = 100
) -> list[SuppressionDocument]:
    """The newest suppressions, of one reason or of all, newest first. Raises WrongUsage."""
    found = suppressions.list_suppressions(work.session, reason=reason, limit=limit)
    return [suppressions.document(row) for row in found]
