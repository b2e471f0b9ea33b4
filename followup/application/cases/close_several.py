"""Several cases at once: `case close` of many."""

from collections.abc import Sequence

from followup.application.cases import change_case
from followup.application.cases.change_case import ChangedCaseDocument
from followup.application.door import Caller, works
from followup.application.several import SeveralDocument, ShowPart, change_each, show_no_part


class ClosedSeveralDocument(SeveralDocument):
    """What became of several cases."""

    done: list[ChangedCaseDocument]


@works("case close --several", changes=True)
def close_several(
    caller: Caller,
    references: Sequence[str],
    *,
    outcome: str | None = None,
    because: str | None = None,
    mistake: bool = False,
    dry_run: bool = False,
    on_progress: ShowPart = show_no_part,
) -> ClosedSeveralDocument:
    """Close several cases with one outcome, or as logged by mistake, each as `close`. With `dry_run`, only
    say what would become of them."""
    several, done = change_each(
        caller,
        change_case.close,
        references,
        {"outcome": outcome, "because": because, "mistake": mistake},
        dry_run=dry_run,
        on_progress=on_progress,
    )
    return {**several, "done": done}
