"""followup case."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command, read_pairs, text_or_stdin
from followup.cli.cases import interview
from followup.cli.choices import word_option
from followup.cli.goodwill import recommendation
from followup.cli.goodwill.recommendation import gesture_line
from followup.domain.cases.case import (
    CaseStatus,
    Channel,
    Feeling,
    NoteUse,
    Outcome,
    Responsibility,
    Severity,
)
from followup.domain.outbox.email_kind import IN_SERIES
from followup.errors import FollowupError, InvalidFile, NotFound, Refused, WrongUsage

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.shared.actors import Actor

app = typer.Typer(name="case", help="One bad experience of one customer.", no_args_is_help=True)
Reference = Annotated[str, typer.Argument(metavar="CASE", help="Its reference, as C-0012.")]
Because = Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")]


@command(
    app,
    "open",
    writes=True,
    example="""
    followup case open --customer priya@example.com --name "Priya Shah" --reason late-delivery \\
      --severity moderate --feeling let_down --order HB-2041 --order-value 80.00 \\
      --verbatim "It was a birthday present and it came two days late." --accept
    """,
)
def open_(
    call: Call,
    customer: Annotated[str | None, typer.Option(metavar="EMAIL", help="Whose case it is.")] = None,
    name: Annotated[str | None, typer.Option(help="Their name, if they are new here.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="REASON", help="As late-delivery.")] = None,
    severity: Annotated[str | None, word_option(Severity, "--severity", text="How bad")] = None,
    responsibility: Annotated[
        str | None, word_option(Responsibility, "--responsibility", text="Whose doing; ours unless said")
    ] = None,
    feeling: Annotated[str | None, word_option(Feeling, "--feeling", text="How they felt")] = None,
    channel: Annotated[str | None, word_option(Channel, "--channel", text="How they told us")] = None,
    verbatim: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Their own words; - reads standard input.")
    ] = None,
    order: Annotated[str | None, typer.Option(metavar="REF", help="The order it was about.")] = None,
    order_value: Annotated[str | None, typer.Option(metavar="AMOUNT", help="What they paid for it.")] = None,
    occurred_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="When it happened; today unless said.")
    ] = None,
    promised: Annotated[str | None, typer.Option(metavar="TEXT", help="What you promised them.")] = None,
    fact: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="A fact the policy asks for.")
    ] = None,
    mass_incident: Annotated[
        bool, typer.Option("--mass-incident", help="Many customers have the same trouble.")
    ] = False,
    external_id: Annotated[
        str | None, typer.Option(metavar="ID", help="What another system calls this case.")
    ] = None,
    because: Because = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Request the recommended gesture at once.")
    ] = False,
) -> None:
    """Log a case and see what may be offered, with the reasons.

    On a terminal, what is missing is asked for. Nothing is spent or sent without --accept. If the
    gesture is refused, the case is recorded all the same."""
    told = {
        "customer": customer,
        "name": name,
        "reason": reason,
        "severity": severity,
        "responsibility": responsibility,
        "feeling": feeling,
        "channel": channel,
        "verbatim": text_or_stdin(verbatim),
        "order": order,
        "order_value": order_value,
        "occurred_on": occurred_on,
        "promised": promised,
        "external_id": external_id,
    }
    call.content["verbatim"] = told["verbatim"]
    facts = read_pairs(fact or [])
    asked = output.interactive() and not call.json and interview.complete(call, told, facts)
    from followup.services.cases import cases

    entry = cases.read_case(call.rules, told, facts, now=call.now, mass_incident=mass_incident)
    document = call.write(lambda session, actor: _open(session, call, entry, actor, accept, because))
    call.answer(document, lambda: _show_opened(call, document))
    if document["gesture_refused"]:
        raise _refusal(document["gesture_refused"])
    if asked and not accept:
        _offer_request(call, document)


def _open(
    session: "Session", call: Call, entry: Any, actor: "Actor", accept: bool, because: str | None
) -> dict[str, Any]:
    from followup.services.cases import cases
    from followup.services.documents import serializers
    from followup.services.goodwill import budgets, gestures
    from followup.services.goodwill import recommendations as advising
    from followup.services.people import customers
    from followup.services.sequences import enrolments
    from followup.services.shared.references import ref

    case = cases.open_case(session, call.rules, entry, now=call.now, actor=actor)
    gesture, refused = None, None
    if accept:
        try:
            # A refused gesture is undone by itself; what the customer told us is kept.
            with session.begin_nested():
                gesture = gestures.request_gesture(
                    session, call.rules, case, gestures.Wish(because=because), now=call.now, actor=actor
                )
        except FollowupError as error:
            # It stands in the document, so that the same --key is refused in the same way again.
            refused = {
                "code": error.code,
                "message": f"{ref(case)} is recorded; its gesture is not: {error.message}",
                "hint": error.hint,
                "exit_code": error.exit_code,
            }
    recommended = (
        gesture.reasoning
        if gesture
        else advising.advise(session, call.rules, case, agent=actor.needed_agent, now=call.now).to_document()
    )
    return {
        "case": serializers.case(case, customers.customer_of(session, case)),
        "hints": [*cases.hints_for(session, call.rules, case), *budgets.hints_for(session, gesture)],
        "recommendation": recommended,
        "gesture": serializers.gesture(session, gesture, call.rules) if gesture else None,
        "gesture_refused": refused,
        "emails": [serializers.email(row) for row in enrolments.emails_of(session, case)],
    }


def _refusal(refused: dict[str, Any]) -> FollowupError:
    kinds = {kind.exit_code: kind for kind in (WrongUsage, NotFound, Refused, InvalidFile)}
    kind = kinds[refused["exit_code"]]
    return kind(refused["message"], hint=refused["hint"], code=refused["code"])


def _offer_request(call: Call, document: Any) -> None:
    """At the end of an interview: request what is recommended, if the agent says so."""
    recommended = document["recommendation"]
    if recommended["refused"] or (recommended["amount"] is None and recommended["range"]):
        return
    if recommended["kind"] is None or not typer.confirm("Request it now?", err=True):
        return
    from followup.services.cases import cases
    from followup.services.documents import serializers
    from followup.services.goodwill import gestures

    def change(session: "Session", actor: "Actor") -> Any:
        found = cases.find_case(session, document["case"]["ref"])
        made = gestures.request_gesture(
            session, call.rules, found, gestures.Wish(), now=call.now, actor=actor
        )
        return serializers.gesture(session, made, call.rules)

    call.key = None
    output.lines(gesture_line(call.write(change)))


def _show_opened(call: Call, document: Any) -> None:
    case, gesture = document["case"], document["gesture"]
    person = case["customer"]
    output.lines(
        output.plain(
            f"{case['ref']}  {person['name']} <{person['email']}>  {case['reason']}, {case['severity']}"
        )
    )
    output.lines("")
    recommendation.show(document["recommendation"], whole=False)
    output.say(f"All reasons and limits: followup policy explain {case['ref']}")
    say_hints(document)
    output.lines("")
    if gesture is None:
        if not document["recommendation"]["refused"]:
            output.say(f"Request it: followup gesture request {case['ref']}")
        return
    output.lines(gesture_line(gesture))
    coming = [
        email for email in document["emails"] if email["state"] == "scheduled" and email["kind"] in IN_SERIES
    ]
    if coming:
        emails = "1 email" if len(coming) == 1 else f"{len(coming)} emails"
        output.lines(f"{emails} will follow, the first on {call.local(coming[0]['due_at'])}.")
        output.say(f"Read them: followup sequence timeline {case['ref']}")


def say_hints(document: Any) -> None:
    """What the agent may still add, gently and not as data."""
    for hint in document["hints"]:
        output.say(f"Hint: {hint}")


@command(
    app,
    "list",
    example="""
    followup case list --status open --reason late-delivery
    followup case list --needs-person
    """,
)
def list_(
    call: Call,
    status: Annotated[str | None, word_option(CaseStatus, "--status", text="Where it stands")] = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason.")] = None,
    customer: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only this customer.")] = None,
    external_id: Annotated[
        str | None, typer.Option(metavar="ID", help="What another system calls it.")
    ] = None,
    needs_person: Annotated[
        bool,
        typer.Option("--needs-person", help="Only those in which somebody has to write, call or decide."),
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 50,
) -> None:
    """List cases, the newest first.

    With --needs-person the oldest first, each with why; last come open cases whose customers have heard
    nothing, and will not, and on which nobody has done anything for a business day."""
    from followup.services.cases import cases
    from followup.services.documents import serializers

    if needs_person:
        if status or reason or customer or external_id:
            raise WrongUsage("--needs-person stands alone.", hint="Leave the other filters out.")
        _list_for_people(call, limit)
        return
    document = call.read(
        lambda session: [
            serializers.case(row, person)
            for row, person in cases.list_cases(
                session,
                status=status,
                reason=reason,
                customer=customer,
                external_id=external_id,
                limit=limit,
            )
        ]
    )
    call.table(
        document,
        ("case", "occurred", "status", "severity", "reason", "feeling", "customer", "order"),
        lambda row: (
            row["ref"],
            row["occurred_on"],
            row["status"],
            row["severity"],
            row["reason"],
            row["feeling"],
            f"{row['customer']['name']} <{row['customer']['email']}>",
            row["order"],
        ),
        empty="No case found. Log one: followup case open --help",
    )


def _list_for_people(call: Call, limit: int) -> None:
    from followup.services.cases import unattended_cases
    from followup.services.documents import serializers
    from followup.services.people import customers

    def look(session: "Session") -> Any:
        waiting = unattended_cases.waiting(session, call.rules, now=call.now)[:limit]
        return [
            {
                **serializers.case(case, customers.customer_of(session, case)),
                "why": "; ".join(why.text for why in whys),
                "why_codes": [why.code.value for why in whys],
            }
            for case, whys in waiting
        ]

    document = call.read(look)
    call.table(
        document,
        ("case", "customer", "phone", "why"),
        lambda row: (row["ref"], row["customer"]["name"], row["customer"]["phone"], row["why"]),
        empty="Nobody waits for a person.",
    )
    if document and not call.json:
        done = f"followup case resolve {document[0]['ref']}"
        output.say(f"A case leaves this list when what was to be done is done: {done}")


@command(app, "show", example="followup case show C-0012")
def show(call: Call, reference: Reference) -> None:
    """Show a case whole: what happened, what was offered, what was written."""
    from followup.services.cases import cases
    from followup.services.documents import serializers
    from followup.services.inbound import receive_messages

    def look(session: "Session") -> Any:
        found = cases.find_case(session, reference)
        heard = receive_messages.list_mail(session, kind=None, case_id=found.id, limit=1000)
        return {
            **serializers.case_whole(session, found),
            "inbound": [receive_messages.document(row, call.workspace) for row in reversed(heard)],
        }

    document = call.read(look)
    call.answer(document, lambda: _show_case(call, document))


def _show_case(call: Call, document: Any) -> None:
    person = document["customer"]
    output.fields(
        [
            ("case", document["ref"]),
            ("status", document["status"]),
            ("customer", f"{person['name']} <{person['email']}>"),
            ("reason", document["reason"]),
            ("severity", document["severity"]),
            ("responsibility", document["responsibility"]),
            ("feeling", document["feeling"]),
            ("occurred on", document["occurred_on"]),
            ("order", document["order"]),
            ("order value", output.money(document, "order_value")),
            ("promised", document["promised"]),
            *document["facts"].items(),
            ("outcome", document["outcome"]),
        ]
    )
    if document["verbatim"]:
        output.lines("\n  “" + output.passage(document["verbatim"]).replace("\n", "\n  ") + "”")
    for gesture in document["gestures"]:
        output.lines("\n" + gesture_line(gesture))
    for email in document["emails"]:
        why = f" ({output.plain(email['reason'])})" if email["reason"] else ""
        when = call.local(email["sent_at"] or email["due_at"])
        output.lines(f"  email {email['step']}  {when}  {email['state']}{why}")
    for heard in document["inbound"]:
        why = f" ({output.plain(heard['reason'])})" if heard["reason"] else ""
        about = f" to {heard['email']}" if heard["email"] else ""
        kind = heard["kind"].replace("_", " ")
        output.lines(f"  {heard['ref']}  {call.local(heard['received_at'])}  {kind}{about}{why}")
    for note in document["notes"]:
        use = "" if note["use"] == NoteUse.INTERNAL.value else f" [{note['use']}]"
        output.lines(f"\n  {call.local(note['at'])}  {note['by']}{use}: {output.passage(note['text'])}")


@command(
    app,
    "set",
    writes=True,
    example="""
    followup case set C-0012 --feeling worried --verbatim "I could not reach anybody." --fact item=kettle
    """,
)
def set_(
    call: Call,
    reference: Reference,
    reason: Annotated[str | None, typer.Option(metavar="REASON", help="As late-delivery.")] = None,
    severity: Annotated[str | None, word_option(Severity, "--severity", text="How bad")] = None,
    responsibility: Annotated[
        str | None, word_option(Responsibility, "--responsibility", text="Whose doing")
    ] = None,
    feeling: Annotated[str | None, word_option(Feeling, "--feeling", text="How they felt")] = None,
    channel: Annotated[str | None, word_option(Channel, "--channel", text="How they told us")] = None,
    verbatim: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Their own words; - reads standard input.")
    ] = None,
    order: Annotated[str | None, typer.Option(metavar="REF", help="The order it was about.")] = None,
    order_value: Annotated[str | None, typer.Option(metavar="AMOUNT", help="What they paid for it.")] = None,
    occurred_on: Annotated[str | None, typer.Option(metavar="DATE", help="When it happened.")] = None,
    promised: Annotated[str | None, typer.Option(metavar="TEXT", help="What you promised them.")] = None,
    fact: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="A fact of the case, as item=kettle.")
    ] = None,
) -> None:
    """Correct what was told of a case. An empty text takes a thing out: --promised ''.

    Emails to come speak of the case as it is then. What was decided about a gesture stays as it was."""
    from followup.services.cases import cases
    from followup.services.documents import serializers
    from followup.services.people import customers

    told = {
        "reason": reason,
        "severity": severity,
        "responsibility": responsibility,
        "feeling": feeling,
        "channel": channel,
        "verbatim": text_or_stdin(verbatim),
        "order": order,
        "order_value": order_value,
        "occurred_on": occurred_on,
        "promised": promised,
    }
    call.content["verbatim"] = told["verbatim"]
    facts = read_pairs(fact or [])

    def change(session: "Session", actor: "Actor") -> Any:
        found = cases.find_case(session, reference)
        cases.change_case(session, call.rules, found, told, facts, now=call.now, actor=actor)
        return {
            **serializers.case(found, customers.customer_of(session, found)),
            "hints": list(cases.hints_for(session, call.rules, found)),
        }

    document = call.write(change)

    def people() -> None:
        output.lines(f"{document['ref']} is changed.")
        say_hints(document)

    call.answer(document, people)


@command(
    app,
    "note",
    writes=True,
    example="""
    followup case note C-0012 "She rang twice on Monday; the first call was lost."
    followup case note C-0012 "The courier now asks for a signature." --done
    """,
)
def note(
    call: Call,
    reference: Reference,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The note; - reads standard input.")],
    tell_customer: Annotated[
        bool, typer.Option("--tell-customer", help="The next email tells it to the customer.")
    ] = False,
    done: Annotated[
        bool, typer.Option("--done", help="It is what was done about it: finished, and told to the customer.")
    ] = False,
    from_customer: Annotated[
        bool,
        typer.Option("--from-customer", help="The customer said it: the emails stop, and a person answers."),
    ] = False,
) -> None:
    """Write a note on a case. Customers never see it, unless it is for them."""
    from followup.services.cases import cases, replies
    from followup.services.documents import serializers
    from followup.services.sequences import enrolments

    body = call.content["text"] = text_or_stdin(text) or ""
    uses = [
        kind
        for kind, given in (
            (NoteUse.TELL, tell_customer),
            (NoteUse.DONE, done),
            (NoteUse.HEARD, from_customer),
        )
        if given
    ]
    if len(uses) > 1:
        raise WrongUsage(
            "A note is told to the customer, or says what was done, or what the customer said.",
            hint="Write one note for each.",
        )
    use = uses[0] if uses else NoteUse.INTERNAL

    def change(session: "Session", actor: "Actor") -> Any:
        case = cases.find_case(session, reference)
        if use is NoteUse.HEARD:
            made = replies.record_reply(session, case, body, now=call.now, actor=actor)
            return {**serializers.note(made), "hints": []}
        made = cases.add_note(session, case, body, now=call.now, actor=actor, use=use)
        hints = list(cases.hints_for(session, call.rules, case))
        if use is not NoteUse.INTERNAL and not enrolments.is_to_come(session, case):
            hints.insert(0, "No email of this case is to come, so nobody tells the customer: write or call.")
        return {**serializers.note(made), "hints": hints}

    document = call.write(change)

    def people() -> None:
        output.lines(f"Noted on {reference}.")
        say_hints(document)

    call.answer(document, people)


@command(app, "resolve", writes=True, example='followup case resolve C-0012 --because "The parcel arrived."')
def resolve(call: Call, reference: Reference, because: Because = None) -> None:
    """Say that a case is put right. Its follow-up emails still ask whether it is."""
    from followup.services.cases import cases
    from followup.services.documents import serializers
    from followup.services.people import customers

    def change(session: "Session", actor: "Actor") -> Any:
        case = cases.find_case(session, reference)
        cases.move_case(session, case, CaseStatus.RESOLVED, now=call.now, actor=actor, because=because)
        return serializers.case(case, customers.customer_of(session, case))

    document = call.write(change)
    call.answer(document, lambda: output.lines(f"{document['ref']} is {document['status']}."))


@command(app, "reopen", writes=True, example='followup case reopen C-0012 --because "It broke again."')
def reopen(call: Call, reference: Reference, because: Because = None) -> None:
    """Open a resolved or closed case again. Its emails stop: a person writes."""
    from followup.services.cases import cases, replies
    from followup.services.documents import serializers
    from followup.services.people import customers

    def change(session: "Session", actor: "Actor") -> Any:
        case = cases.find_case(session, reference)
        replies.reopen(session, case, now=call.now, actor=actor, because=because)
        return serializers.case(case, customers.customer_of(session, case))

    document = call.write(change)
    call.answer(document, lambda: output.lines(f"{document['ref']} is {document['status']}."))


@command(app, "close", writes=True, example="followup case close C-0012 --outcome recovered")
def close(
    call: Call,
    reference: Reference,
    outcome: Annotated[str | None, word_option(Outcome, "--outcome", text="What became of it")] = None,
    because: Because = None,
) -> None:
    """Close a case. No further email of it goes out.

    Closed without --outcome, a case counts as one of which nobody said how it ended; close it again with
    --outcome to say it."""
    from followup.services.cases import cases, close_case
    from followup.services.documents import serializers
    from followup.services.people import customers
    from followup.services.shared import parse_input

    ended = parse_input.word("outcome", outcome, Outcome) if outcome else None

    def change(session: "Session", actor: "Actor") -> Any:
        case = cases.find_case(session, reference)
        close_case.close(session, case, now=call.now, actor=actor, because=because, outcome=ended)
        return {
            **serializers.case(case, customers.customer_of(session, case)),
            "hints": close_case.hints_for(session, case),
        }

    document = call.write(change)

    def people() -> None:
        ending = f", as {document['outcome']}" if document["outcome"] else ""
        output.lines(f"{document['ref']} is {document['status']}{ending}.")
        say_hints(document)

    call.answer(document, people)
