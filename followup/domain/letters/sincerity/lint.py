"""Checking an email with all rules."""

from collections.abc import Callable, Iterable

from followup.domain.letters.sincerity import apology, facts, offer, ownership, person, phrases, shape
from followup.domain.letters.sincerity.circumstances import Circumstances
from followup.domain.letters.sincerity.draft import ParsedEmail
from followup.domain.letters.sincerity.finding import SincerityFinding

Check = Callable[[ParsedEmail, Circumstances], Iterable[SincerityFinding]]

CHECKS: tuple[Check, ...] = (
    phrases.stock,
    apology.conditional,
    apology.taken_back,
    ownership.nobody_did_it,
    phrases.hiding,
    facts.not_said,
    facts.too_general,
    facts.bare_feeling,
    ownership.nobody_answers_for_it,
    offer.incomplete,
    offer.too_early,
    offer.upsell,
    phrases.promises,
    phrases.claims,
    apology.too_many,
    person.nobody_signs,
    person.nobody_reads,
    person.questions,
    person.repeated,
    phrases.blame,
    phrases.minimising,
    phrases.legalese,
    offer.too_late,
    shape.length,
    shape.hard_to_read,
    shape.subject,
    phrases.intensifiers,
    phrases.forgiveness,
    shape.explaining,
    shape.links,
)
"""The checks in the order of their rules; E9, E10 and E12 have several."""


def lint(draft: ParsedEmail, circumstances: Circumstances) -> tuple[SincerityFinding, ...]:
    """The findings about an email, in the order of the rules; () if there are none."""
    return tuple(finding for check in CHECKS for finding in check(draft, circumstances))
