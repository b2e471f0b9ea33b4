"""Hints about a case: details that would make its emails more specific. At most two, the most useful
first.
"""

import re
from collections.abc import Iterable

from followup.domain.cases.case import Feeling

MOST_HINTS = 2

_WEEKDAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    "|lunes|martes|miércoles|miercoles|jueves|viernes|sábado|sabado|domingo"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
)
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    "|januar|jänner|februar|märz|mai|juni|juli|oktober|dezember"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    "|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre"
)
_NUMBERS = (
    r"\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve"
    "|eine[mnrs]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf"
    "|una?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce"
    "|une|deux|trois|quatre|cinq|sept|huit|neuf|dix|douze|quinze"
)
_UNITS = (
    "minutes?|hours?|(?:(?:working|business) )?days?|nights?|weeks?|months?"
    "|minuten?|stunden?|(?:werk|arbeits)?tage[ns]?|tag|wochen?|monate?[ns]?"
    "|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?"
    "|heures?|jours?|semaines?|mois"
)
_LIMITS = (
    "within|in|after|in the next|innerhalb(?: von)?|binnen|nach|in den nächsten"
    "|en|en menos de|dentro de|dans|dans les|sous|d['’]ici"
)
_WHEN = re.compile(
    "|".join(
        rf"(?<!\w)(?:{words})(?!\w)"
        for words in (
            # Dates: 2026-03-27, 27/3, 27.3., 27 March, March 27th, the 27th, am 27., el 27, by March.
            r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}\.\d{1,2}\.(?:\d{2,4})?",
            rf"\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?: of| de)? (?:{_MONTHS})",
            rf"(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?",
            r"the \d{1,2}(?:st|nd|rd|th)|(?:am|zum|bis|vom) \d{1,2}\.|(?:el|al|le|au) \d{1,2}",
            rf"(?:by|in|until|before|end of|bis|im|ende|antes de|en|avant|fin) (?:{_MONTHS})",
            # Days of the week and times of the day.
            rf"(?:{_WEEKDAYS})s?|(?:by|on|until|before) (?:mon|tues?|wed|thur?s?|fri|sat|sun)",
            r"\d{1,2}(?:[:.]\d{2})? ?(?:am|pm|uhr)|\d{1,2} ?h(?: ?\d{2})?|\d{1,2}:\d{2}",
            "noon|mittags?|mediodía|midi",
            # Days as seen from today.
            "today|tonight|tomorrow|this (?:morning|afternoon|evening|week|month)|next (?:week|month)",
            "(?:next|same|following) (?:(?:working|business) )?day",
            "end of (?:the |this |next )?(?:day|week|month)",
            "heute|morgen|übermorgen|(?:diese|kommende|nächste)[nrs]? (?:woche|monat|(?:werk|arbeits)?tag)",
            "ende (?:der|dieser|nächster) woche|ende (?:des|dieses) monats",
            "hoy|mañana|esta (?:tarde|noche|semana)|pr[óo]xima semana|semana que viene|día siguiente",
            "fin(?:al)? de (?:mes|semana)",
            "aujourd['’]hui|demain|lendemain|ce (?:matin|soir)|cette (?:semaine|après-midi)",
            "semaine prochaine|fin de (?:la )?semaine|fin du mois",
            # So many days, where a word before them makes them a limit.
            rf"(?:{_LIMITS}) (?:{_NUMBERS}) (?:{_UNITS})",
        )
    ),
    re.IGNORECASE,
)


def has_day(promise: str) -> bool:
    """Whether a promise names a time: a date, a weekday, a time of day, "tomorrow" or "within 3 days", in
    English, German, Spanish or French. A number of days counts only after a word that makes it a deadline,
    such as "within": "a refund for 3 days" names no time.
    """
    return _WHEN.search(" ".join(promise.split())) is not None


def hints(
    *,
    case: str,
    feeling: Feeling | None,
    verbatim: str | None,
    order: str | None,
    promised: str | None,
    facts: Iterable[str],
    reason: str,
    language: str,
    has_reason_phrase: bool,
    reason_meant: str | None = None,
) -> tuple[str, ...]:
    """The details that an agent could still add to a case so that its emails can be specific; () if none is
    missing.

    `case` is the reference of the case, `facts` the names of the facts it has, `language` the customer's
    language (such as "de"). `has_reason_phrase` says whether the workspace has a phrase for the reason in
    that language. If the reason is new, `reason_meant` is a known reason that it may be a misspelling of.
    """
    change = f"followup case set {case}"
    found = []
    if reason_meant:
        found.append(
            f"No other case has the reason {reason}. Did you mean {reason_meant}? "
            f"{change} --reason {reason_meant}"
        )
    if promised and not has_day(promised):
        found.append(f'When? Promises with a day are kept: {change} --promised "… by Friday"')
    named = {"item", "place"} & set(facts)
    if feeling and not (order or named or verbatim or promised):
        found.append(
            f"{feeling.value}: about what? A feeling is believed next to a fact: {change} "
            "--verbatim, --order, --fact item=… or --fact place=…"
        )
    elif not verbatim:
        found.append(f'Their own words are missing: ask “What did they say?”, then {change} --verbatim "…"')
    if feeling is None:
        found.append(f"How did they feel? The tone of the email follows it: {change} --feeling …")
    if not (has_reason_phrase or reason_meant):
        found.append(
            f"Emails cannot say what happened: there are no words for {reason} in the language {language}. "
            f"Ask who keeps followup.toml to add them under [reasons.{language}]."
        )
    return tuple(found[:MOST_HINTS])
