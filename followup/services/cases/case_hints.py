"""What an agent may correct or add to a case, as sentences."""

import re
from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from followup.domain.cases.hints import has_day, hints
from followup.domain.outbox.email_state import UNSENT_STATES
from followup.services.goodwill import case_reasons
from followup.services.people.customers import customer_of
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.services.shared.settled import settled_by
from followup.store.tables import Case, Email, Gesture


def hints_for(session: Session, rules: Configuration, case: Case) -> tuple[str, ...]:
    """Sentences that suggest what the agent may correct or add, so that the case is counted correctly and its
    emails can be specific. Two at most; none for a closed case, which cannot be changed."""
    if case.status.is_over:
        return ()
    language = customer_of(session, case).locale.partition("-")[0]
    return hints(
        case=ref(case),
        feeling=case.feeling,
        verbatim=case.verbatim,
        order=case.order_ref,
        promised=case.promised,
        promise_names_day=bool(case.promised) and _names_day(case.promised or ""),
        facts=case.facts,
        reason=case.reason,
        language=language,
        has_reason_phrase=rules.settings.reason_phrases(case.reason, language) is not None,
        reason_meant=case_reasons.meant(session, rules, case.reason, case=case),
        has_written=case.replied_at is not None,
    )


def two_days(
    session: Session, rules: Configuration, case: Case, gesture: Gesture | None, emails: Sequence[Email]
) -> tuple[str, ...]:
    """A sentence where a letter would name two days: that of the promise, and that by which the customer has
    an issued gesture. Only a person knows whether both are about one thing. `emails` are those of the case,
    the first one first."""
    if gesture is None or gesture.issued_at is None or not case.promised or not _names_day(case.promised):
        return ()
    day = settled_by(rules, gesture.kind, gesture.issued_at)
    first = next((email for email in emails if email.state in UNSENT_STATES), None)
    if day is None or first is None or _names(case.promised, day, customer_of(session, case).locale):
        return ()
    named = f"“{case.promised}”, and {day:%-d %B} for the {gesture.kind.value}"
    mend = f"followup outbox edit {ref(first)}"
    return (f"The letter names two days: {named}. If both are about one thing, leave out one: {mend}",)


def _names(promise: str, day: date, locale: str) -> bool:
    """Whether a promise names a day, in its customer's language: by its weekday or its date."""
    from babel.dates import format_date

    from followup.mail.lint_email import day_spellings
    from followup.mail.template_values import known_locale

    spoken = known_locale(locale)
    said = " ".join(promise.casefold().split())
    written = (format_date(day, "EEEE", locale=spoken), *day_spellings(day, spoken))
    return any(re.search(rf"(?<!\w){re.escape(one.casefold())}(?!\w)", said) for one in written)


def _names_day(promise: str) -> bool:
    """Whether a promise names a time, in whatever language of emails it was written."""
    from followup.mail.languages import languages

    return has_day(promise, tuple(language.promises for language in languages().values()))
