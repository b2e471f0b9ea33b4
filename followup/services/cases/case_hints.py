"""What an agent may correct or add to a case, as sentences."""

from sqlmodel import Session

from followup.domain.cases.hints import has_day, hints
from followup.services.goodwill import case_reasons
from followup.services.people.customers import customer_of
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Case


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
    )


def _names_day(promise: str) -> bool:
    """Whether a promise names a time, in whatever language of emails it was written."""
    from followup.mail.languages import languages

    return has_day(promise, tuple(language.promises for language in languages().values()))
