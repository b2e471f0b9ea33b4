"""Merging two records of one person: `followup customer merge`."""

from followup.application.door import Caller, Reading, Writing, change_once, look_up, works
from followup.errors import WrongUsage
from followup.services.people import customers, merge_customers
from followup.services.people.merge_customers import MergeDocument
from followup.store.tables import Customer


@works("customer merge", changes=True)
def merge_two_customers(
    caller: Caller, record: str, into: str, because: str | None = None, dry_run: bool = False
) -> MergeDocument:
    """Move all cases of the customer `record` to the customer `into`; both addresses then find that customer.
    With `dry_run`, report only what would move.

    Raises NotFound, WrongUsage without a reason, Refused if both are the same customer or one is erased."""

    def look(work: Reading) -> MergeDocument:
        return merge_customers.preview(work.session, *_both(work, record, into))

    def change(work: Writing) -> MergeDocument:
        both = _both(work, record, into)
        return merge_customers.merge(
            work.session, *both, now=work.now, actor=work.actor, because=because or ""
        )

    if dry_run:
        return look_up(caller, look)
    if because is None:
        raise WrongUsage(
            "--because is missing.",
            hint="Say how you know that they are one person.",
            code="merge_without_reason",
        )
    content = {"record": record, "into": into, "because": because, "dry_run": dry_run}
    return change_once(caller, "customer merge", content, change)


def _both(work: Reading, record: str, into: str) -> tuple[Customer, Customer]:
    return customers.find_customer(work.session, record), customers.find_customer(work.session, into)
