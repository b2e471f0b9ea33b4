"""The lint of templates: every template in use, for every open case and for invented ones.

In use are the templates that a step of sequences.toml names and those of single emails. A template that
nothing uses is read only when it is named.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import cycle, product

from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus, Feeling, Severity
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.finding import LetterFinding
from followup.domain.letters.reason_phrases import OF_EVERY_CASE, facts_named
from followup.domain.outbox.email_kind import FOR_COLLEAGUES, OWN_TEMPLATES
from followup.domain.sequences.single_email import Single
from followup.domain.shared.toml_lines import find_lines
from followup.domain.shared.unreadable import nearest
from followup.errors import FollowupError, NotFound
from followup.mail.letter import Letter
from followup.mail.lint_email import findings_for
from followup.mail.render import render, template_locales, template_names
from followup.mail.sample_letter import sample_letter
from followup.mail.template_file import variants_for
from followup.services.documents.documents import FindingDocument
from followup.services.letters import letters
from followup.services.outbox.template_previews import draft_of, finding_document, may_be_sent, offered
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.settings import FILE_NAME
from followup.settings.kinds import OWN_LANGUAGE
from followup.store import case_counts
from followup.store.tables import Case


@dataclass(frozen=True, slots=True)
class Checked:
    """The lint's findings for one template and one case, or the error that keeps it from being written."""

    template: str
    case: str
    findings: tuple[LetterFinding, ...] = ()
    error: str | None = None


def findings_of(check: Checked) -> list[FindingDocument]:
    """The findings in one email; if it cannot be written, only that error."""
    if check.error is None:
        return [finding_document(finding) for finding in check.findings]
    return [{"rule": "", "level": "E", "sentence": "", "why": check.error, "instead": "Mend the template."}]


def lint_missing(rules: Configuration, *, template: str | None = None) -> Iterator[Checked]:
    """An error for each step of a sequence whose template does not exist."""
    for name, steps in rules.sequences.templates.items():
        if template not in (None, name):
            continue
        try:
            variants_for(rules.workspace.templates_dir, name, rules.settings.locale)
        except NotFound as error:
            for sequence, step in steps:
                told = f"Step {step.number} of {sequence.name}: {error.message} {error.hint}"
                yield Checked(name, "sequences.toml", error=told)


def lint_phrases(rules: Configuration) -> Iterator[Checked]:
    """An error for each phrase of a reason that names a fact which no case can have, or that leaves cases
    without that fact with no phrase, with its line in the settings."""
    lines = find_lines((rules.workspace.root / FILE_NAME).read_text(encoding="utf-8"))
    policies = [rules.policy_in(currency) for currency in rules.settings.all_currencies]
    known = {*OF_EVERY_CASE, *(name for policy in policies for name in policy.facts)}
    for language, table in rules.settings.reasons.items():
        for reason, phrases in table.items():
            path = ("reasons", *([language] if language != OWN_LANGUAGE else []), reason)
            place = f"{FILE_NAME}, line {lines.at(path)}"
            name = ".".join(path)
            for fact in (fact for fact in phrases.facts if fact not in known):
                near = nearest(fact, sorted(known))
                mend = f"Did you mean {near}?" if near else "Declare it in policy.toml, or leave it out."
                yield Checked(name, place, error=f"{name} names the fact {fact}, which no case has. {mend}")
            for whose, texts in phrases.by_responsibility.items():
                if all(facts_named(text) for text in texts):
                    told = f"{name} has no phrase for {whose.value} that names no fact."
                    yield Checked(name, place, error=f"{told} Add one for cases that lack it.")


def lint_cases(
    session: Session,
    rules: Configuration,
    *,
    now: datetime,
    template: str | None = None,
    on_progress: Callable[[float], None] = lambda _part: None,
) -> Iterator[Checked]:
    """Lint every template in use against every open case that it may be sent for; one that nothing uses, if
    it is named, against all."""
    _require_template(rules, template)
    alone = [(1, template)] if template in unused_templates(rules) else []
    open_cases = session.exec(
        select(Case)
        .where(col(Case.status) != CaseStatus.CLOSED, case_counts.of_case())
        .order_by(col(Case.id))
    ).all()
    for place, case in enumerate(open_cases, 1):
        offer = offered(session, rules, case, agent=None, now=now)
        for number, name in (*may_be_sent(session, rules, case, offer), *alone):
            if template in (None, name):
                try:
                    draft = draft_of(session, rules, case, offer, name, number, now)
                except FollowupError as error:
                    yield Checked(name, ref(case), error=error.message)
                else:
                    yield Checked(name, ref(case), draft.findings)
        on_progress(place / len(open_cases))


def lint_samples(rules: Configuration, *, template: str | None = None) -> Iterator[Checked]:
    """Lint every template in use, in each of its languages, against invented cases: every feeling with every
    kind of gesture, and the phrase of every reason. This finds errors before a real case has that
    combination."""
    _require_template(rules, template)
    folder = rules.workspace.templates_dir
    unused = unused_templates(rules)
    for name in template_names(folder):
        if name != template if template else name in unused:
            continue
        for locale in template_locales(folder, name):
            for place, letter in enumerate(_samples(rules, name, locale)):
                yield _checked_sample(rules, name, replace(letter, wording=place))


def unused_templates(rules: Configuration) -> list[str]:
    """The templates that no step of a sequence and no single email uses."""
    used = rules.sequences.templates
    return [
        name
        for name in template_names(rules.workspace.templates_dir)
        if name not in used and name not in OWN_TEMPLATES
    ]


def _checked_sample(rules: Configuration, name: str, letter: Letter) -> Checked:
    given = letter.gesture.kind.value if letter.gesture else "no gesture"
    day = "" if letter.case.occurred_on else ", on a day that nobody knows"
    label = f"{letter.customer.locale}: {letter.case.feeling}, {given}{day}"
    try:
        rendered = render(rules.workspace.templates_dir, name, letter)
    except FollowupError as error:
        return Checked(name, label, error=error.message)
    if name in FOR_COLLEAGUES:
        return Checked(name, label)
    sender = letters.sender_of(rules, letter.agent.name)
    is_first = any(name == sequence.steps[0].template for sequence in rules.sequences.by_name.values())
    earlier = _earlier(rules, name)
    found = findings_for(
        letter,
        rendered,
        sender=sender,
        is_first=is_first,
        sent_before=letters.sentences_of_series(rules, letter, earlier),
        action_done=bool(letter.case.done),
    )
    return Checked(name, label, found)


def _earlier(rules: Configuration, name: str) -> tuple[str, ...]:
    """The templates that come before this one in some sequence."""
    found: dict[str, None] = {}
    for sequence in rules.sequences.by_name.values():
        names = [step.template for step in sequence.steps]
        if name in names:
            found |= dict.fromkeys(names[: names.index(name)])
    return tuple(found)


def _samples(rules: Configuration, name: str, locale: str) -> Iterator[Letter]:
    """Letters for the invented cases that the template may be sent for; in every second one nobody knows on
    which day it happened."""
    language = locale.partition("-")[0]
    phrases = cycle(_phrases(rules, language))
    for place, (feeling, kind) in enumerate(product((*Feeling, None), GestureKind)):
        if feeling is Feeling.DISTRESSED or not _fits_kind(rules, name, kind):
            continue
        letter = sample_letter(locale, rules.settings.currency)
        assert letter.gesture is not None
        reason, phrase = next(phrases)
        gesture = replace(
            letter.gesture,
            kind=kind,
            money=letter.gesture.money if kind.has_amount else None,
            code=letter.gesture.code if kind.has_code else None,
            expires_on=letter.gesture.expires_on if kind.has_code else None,
            item=letter.case.facts["item"] if kind.names_item else None,
            left=letter.gesture.left if kind.has_code else None,
        )
        case = replace(
            letter.case,
            feeling=feeling,
            occurred_on=None if place % 2 else letter.case.occurred_on,
            reason=reason,
            thing=rules.settings.thing_of(reason),
            what_happened=phrase,
            happened=phrase if place % 2 else None,
            severity=Severity.MODERATE if place % 2 else Severity.MINOR,
            promised=None,
            told=(),
            done=(),
        )
        waits = name == Single.APPROVAL_DELAYED.value
        yield replace(letter, case=case, gesture=None if waits else gesture)


def _phrases(rules: Configuration, language: str) -> list[tuple[str, str | None]]:
    """The reasons that have a phrase in a language, each with it; one without a phrase if none has."""
    settings = rules.settings
    found = [(reason, settings.reason_phrase(reason, language)) for reason in settings.known_reasons]
    return [(reason, phrase) for reason, phrase in found if phrase] or [("unknown-reason", None)]


def _fits_kind(rules: Configuration, name: str, kind: GestureKind) -> bool:
    """Whether a template can be sent about a gesture of this kind."""
    if name == Single.VOUCHER_EXPIRING.value:
        return kind.has_code
    if name == Single.TAKEN_BACK.value:
        return kind is not GestureKind.APOLOGY
    users = {sequence.name for sequence, _ in rules.sequences.templates.get(name, [])}
    return not users or rules.sequences.for_kind(kind) in users


def _require_template(rules: Configuration, template: str | None) -> None:
    names = template_names(rules.workspace.templates_dir)
    if template is not None and template not in names:
        raise NotFound(
            f"There is no template {template!r}.",
            hint=f"There are: {', '.join(names)}.",
            code="no_template_to_lint",
        )
