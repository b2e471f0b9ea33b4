"""Changes to a case: `followup case set`, `note`, `resolve`, `reopen` and `close`."""

from followup.application.door import Writing, writes
from followup.domain.cases.case import CaseStatus, NoteUse, Outcome, case_over
from followup.domain.shared.word import listed
from followup.errors import WrongUsage
from followup.services.cases import (
    case_hints,
    case_notes,
    cases,
    close_case,
    correct_customer,
    correct_note,
    mistaken_case,
    owners,
    replies,
)
from followup.services.documents import serializers
from followup.services.documents.documents import CaseDocument, NoteDocument
from followup.services.goodwill import second_look
from followup.services.letters import missing, text_gate
from followup.services.outbox import outbox
from followup.services.people import agents, customers
from followup.services.sequences import enrolments
from followup.services.shared import parse_input
from followup.services.shared.references import ref
from followup.store.tables import Case, Note


class ChangedCaseDocument(CaseDocument):
    """A case after a change. `hints` are sentences about what may be added or is left undone, `gate` is what
    keeps a text from going to the customer."""

    hints: list[str]
    gate: list[text_gate.GateFindingDocument]


class AddedNoteDocument(NoteDocument):
    """A new note. `hints` are sentences about what may be added to the case, `gate` is what keeps a text
    from going to the customer."""

    hints: list[str]
    gate: list[text_gate.GateFindingDocument]


_NOBODY_TELLS = (
    "No email of this case is to come, so nobody tells the customer: write or call, and note it with --told."
)


@writes(
    "case set",
    added=("owner", "customer", "name", "what_happened", "answer", "quote", "summary", "currency"),
)
def set_case(
    work: Writing,
    reference: str,
    reason: str | None = None,
    severity: str | None = None,
    responsibility: str | None = None,
    feeling: str | None = None,
    channel: str | None = None,
    verbatim: str | None = None,
    order: str | None = None,
    order_value: str | None = None,
    occurred_on: str | None = None,
    promised: str | None = None,
    fact: list[str] | None = None,
    owner: str | None = None,
    customer: str | None = None,
    name: str | None = None,
    what_happened: str | None = None,
    answer: str | None = None,
    quote: str | None = None,
    summary: str | None = None,
    currency: str | None = None,
) -> ChangedCaseDocument:
    """Correct the values of a case: None keeps a value, an empty text removes it. Each fact is given as
    NAME=VALUE. `owner` hands the case over to a colleague. `customer` says whose case it is, if it was logged
    for the wrong person; with a `name` they may be new. The hints name gestures of which the policy now says
    something else, and what to do.

    Raises WrongUsage for an invalid value or one that cannot be removed, Refused for a closed case, or if a
    case of somebody else is handed over by no manager; NotFound."""
    told = {
        "reason": reason,
        "severity": severity,
        "responsibility": responsibility,
        "feeling": feeling,
        "channel": channel,
        "verbatim": verbatim,
        "what_happened": what_happened,
        "answer": answer,
        "order": order,
        "order_value": order_value,
        "currency": currency,
        "occurred_on": occurred_on,
        "promised": promised,
        "quote": quote,
        "summary": summary,
    }
    facts = parse_input.facts(fact or [])
    found = cases.find_case(work.session, reference)
    if name is not None and customer is None:
        raise WrongUsage(
            "--name goes with --customer.",
            hint="To correct the name of a customer: followup customer set EMAIL --name …",
            code="name_without_customer",
        )
    session, rules, now = work.session, work.configuration, work.now
    before = second_look.looks_at(session, rules, [found], now=now)
    hints: list[str] = []
    if customer is not None:
        hints = correct_customer.give_to(session, rules, found, customer, name, now=now, actor=work.actor)
    if owner is not None:
        _give(work, found, owner)
    if (owner is None and customer is None) or facts or any(value is not None for value in told.values()):
        cases.change_case(session, rules, found, told, facts, now=now, actor=work.actor)
    after = second_look.looks_at(session, rules, [found], now=now)
    outbox.texts_mended(session, rules, found, now=now, actor=work.actor)
    is_said = any(told[name] is not None for name in text_gate.TYPED)
    caught = text_gate.findings_of(session, found) if is_said else ()
    hints += [
        *text_gate.hints(caught, *(told[name] for name in text_gate.TYPED)),
        *second_look.what_changed(before, after),
        *missing.hints_for(session, rules, found),
        *case_hints.hints_for(session, rules, found),
    ]
    return {**_changed(work, found), "hints": hints}


def _give(work: Writing, case: Case, email: str) -> None:
    owners.require_may_give(work.session, work.actor, owners.owner_of(work.session, case))
    if case.status.is_over:
        raise case_over(ref(case), case.status)
    to = agents.find_agent(work.session, email)
    owners.give(work.session, case, to, now=work.now, actor=work.actor)


@writes("case note", added=("told", "correct"))
def add_note(
    work: Writing,
    reference: str,
    text: str,
    tell_customer: bool = False,
    done: bool = False,
    from_customer: bool = False,
    told: bool = False,
    correct: int | None = None,
) -> AddedNoteDocument:
    """Add a note to a case, for colleagues only unless a flag says otherwise. `correct` gives the note with
    that number another text instead; the audit log keeps the old one.

    `tell_customer`: the next email includes it. `done`: it says what was done about the case, and the next
    email includes it. `from_customer`: it is the customer's reply, so the emails stop and a person answers.
    `told`: somebody told the customer in person what there was to tell, so nobody has to any more.
    Raises WrongUsage for an empty note or more than one flag, NotFound, Refused for a note that is not the
    actor's to correct."""
    use = _use(tell_customer=tell_customer, done=done, from_customer=from_customer, told=told)
    found = cases.find_case(work.session, reference)
    if correct is not None:
        if use is not NoteUse.INTERNAL:
            raise _one_kind("A corrected note stays of its kind.", hint="Give --correct alone.")
        note, said = correct_note.correct(work.session, found, correct, text, now=work.now, actor=work.actor)
        outbox.texts_mended(work.session, work.configuration, found, now=work.now, actor=work.actor)
        return _noted(work, found, note, text, said)
    if use is NoteUse.HEARD:
        reply = replies.record_reply(work.session, found, text, now=work.now, actor=work.actor)
        return {**_note(work, reply), "hints": [], "gate": []}
    made = case_notes.add_note(work.session, found, text, now=work.now, actor=work.actor, use=use)
    hints = list(case_hints.hints_for(work.session, work.configuration, found))
    for_an_email = use in (NoteUse.TELL, NoteUse.DONE)
    if for_an_email and not enrolments.is_to_come(work.session, found):
        hints.insert(0, _NOBODY_TELLS)
    return _noted(work, found, made, text, hints)


def _noted(work: Writing, case: Case, note: Note, typed: str, said: list[str]) -> AddedNoteDocument:
    """The document of a note, with what keeps it from going to the customer if it is for them."""
    caught = text_gate.findings_of_note(work.session, case, note)
    return {
        **_note(work, note),
        "hints": [*text_gate.hints(caught, typed), *said],
        "gate": [text_gate.document(finding) for finding in caught],
    }


def _use(*, tell_customer: bool, done: bool, from_customer: bool, told: bool) -> NoteUse:
    said = {
        NoteUse.TELL: tell_customer,
        NoteUse.DONE: done,
        NoteUse.HEARD: from_customer,
        NoteUse.TOLD: told,
    }
    uses = [use for use, is_meant in said.items() if is_meant]
    if len(uses) > 1:
        raise _one_kind(
            "A note is told to the customer, or says what was done, or what the customer said.",
            hint="Write one note for each.",
        )
    return uses[0] if uses else NoteUse.INTERNAL


def _one_kind(message: str, *, hint: str) -> WrongUsage:
    return WrongUsage(message, hint=hint, code="note_of_two_kinds")


def _note(work: Writing, note: Note) -> NoteDocument:
    return serializers.note(note, correct_note.number_of(work.session, note))


@writes("case resolve", added=("told",))
def resolve_case(
    work: Writing, reference: str, because: str | None = None, told: str | None = None
) -> CaseDocument:
    """Mark a case as resolved. Its emails continue, and ask whether it is. `told` is what somebody told the
    customer in person, noted as `add_note` does. Raises Refused if its status does not allow it, NotFound."""
    found = cases.find_case(work.session, reference)
    _note_told(work, found, told)
    cases.move_case(work.session, found, CaseStatus.RESOLVED, now=work.now, actor=work.actor, because=because)
    return _case(work, found)


@writes("case reopen")
def reopen_case(work: Writing, reference: str, because: str | None = None) -> CaseDocument:
    """Reopen a resolved or closed case; its emails stop. Raises Refused for an open case, NotFound."""
    found = cases.find_case(work.session, reference)
    replies.reopen(work.session, found, now=work.now, actor=work.actor, because=because)
    return _case(work, found)


@writes("case close", added=("mistake", "told"))
def close(
    work: Writing,
    reference: str,
    outcome: str | None = None,
    because: str | None = None,
    mistake: bool = False,
    told: str | None = None,
) -> ChangedCaseDocument:
    """Close a case with an outcome, or record the outcome of a case that was closed without one. With
    `mistake` the case was logged by mistake, and counts nowhere from then on. `told` is what somebody told
    the customer in person, noted as `add_note` does.

    Raises Refused for a closed case that has an outcome already, or if no outcome is given for it."""
    ended = parse_input.word("outcome", outcome, Outcome) if outcome else None
    found = cases.find_case(work.session, reference)
    _note_told(work, found, told)
    if mistake:
        return _take_out(work, found, because, has_outcome=ended is not None)
    close_case.close(work.session, found, now=work.now, actor=work.actor, because=because, outcome=ended)
    return {**_changed(work, found), "hints": close_case.hints_for(work.session, found)}


def _note_told(work: Writing, case: Case, told: str | None) -> None:
    """Note what the customer was told in person, in the transaction of the change that comes with it."""
    if told is not None:
        case_notes.add_note(work.session, case, told, now=work.now, actor=work.actor, use=NoteUse.TOLD)


def _take_out(work: Writing, case: Case, because: str | None, *, has_outcome: bool) -> ChangedCaseDocument:
    if has_outcome:
        raise WrongUsage(
            "A case that was logged by mistake has no outcome.",
            hint="Give --outcome or --mistake.",
            code="mistake_with_outcome",
        )
    why = parse_input.passage("because", because) if because else None
    told = mistaken_case.take_out(work.session, case, now=work.now, actor=work.actor, because=why)
    names = listed([ref(email) for email in told])
    note = f'followup case note {ref(case)} "…" --told'
    hints = (
        [f"Its customer has had {names}: tell them that it was a mistake, then note it: {note}"]
        if told
        else []
    )
    return {**_changed(work, case), "hints": hints}


def _changed(work: Writing, case: Case) -> ChangedCaseDocument:
    caught = () if case.status.is_over else text_gate.findings_of(work.session, case)
    return {**_case(work, case), "hints": [], "gate": [text_gate.document(finding) for finding in caught]}


def _case(work: Writing, case: Case) -> CaseDocument:
    return serializers.case(case, customers.customer_of(work.session, case))
