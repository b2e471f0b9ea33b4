"""What is known of a customer, in a few lines, while a case of theirs is logged."""

from typing import TYPE_CHECKING

from followup.cli import output

if TYPE_CHECKING:
    from followup.application.cases.interview import HistoryDocument
    from followup.services.documents.documents import SimilarCaseDocument


def say(history: "HistoryDocument | None") -> None:
    """Print the newest cases of a customer, what was given for them, and a suppression. Prints nothing for a
    new customer."""
    if history is None:
        return
    person = history["customer"]
    count = len(history["cases"])
    known = "no case yet" if not count else "their newest cases:" if count > 1 else "one case:"
    output.say(f"{output.plain(person['name'])} is known here, {known}")
    for case in history["cases"]:
        given = [
            f"{gesture['kind']} {output.money(gesture)}".strip() + f", {gesture['state']}"
            for gesture in history["gestures"]
            if gesture["case"] == case["ref"]
        ]
        order = f", order {case['order']}" if case["order"] else ""
        output.say(
            output.plain(
                f"{case['ref']} {(case['logged_at'] or '')[:10]} {case['status']}: {case['reason']}, "
                f"{case['severity']}{order}; {'; '.join(given) or 'nothing given'}"
            )
        )
    if history["suppressed"]:
        output.say(f"No email reaches them: the address is suppressed ({history['suppressed']}).")


def say_similar(alike: "list[SimilarCaseDocument]") -> None:
    """Print the recorded cases that a new one may repeat, with what was given for each."""
    output.say("This may be recorded already:")
    for case in alike:
        given = "; ".join(f"{gesture['kind']} {output.money(gesture)}".strip() for gesture in case["given"])
        output.say(
            output.plain(
                f"{case['ref']} {(case['logged_at'] or '')[:10]} by {case['logged_by']}, the same "
                f"{case['same']}: {case['reason']}, {case['status']}; {given or 'nothing given'}"
            )
        )
