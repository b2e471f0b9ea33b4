"""The language that a customer's letters are in: what speaks for another, what `case open` is told of it, and
whether there are templates in it. Nothing here refuses or guesses; hints are sentences that people act on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlmodel import Session

from followup.domain.people.locale_signs import LocaleSign, LocaleSignKind, locale_sign
from followup.services.people import customers
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.store.tables import Customer


@dataclass(frozen=True, slots=True)
class LocaleHint:
    """The locale that a sign speaks for, and why."""

    meant: str
    because: str


def locale_meant(
    rules: Configuration, *, locale: str | None, address: str | None, phone: str | None, words: str | None
) -> LocaleHint | None:
    """What speaks for another language than the workspace's, for a customer with a `locale` (None: not known
    yet). None if nothing does, or somebody chose their locale already."""
    usual = rules.settings.locale
    if locale is not None and locale != usual:
        return None
    found = locale_sign(present=usual, address=address, phone=phone, words=words, frequent=_frequent())
    return None if found is None else LocaleHint(found.locale, _because(found))


def hints_for(
    rules: Configuration, customer: Customer, *, words: str | None = None, is_chosen: bool = False
) -> tuple[str, ...]:
    """Sentences about the language of a customer's letters: that a sign speaks for another, unless somebody
    chose it just now, and that it has no templates."""
    return tuple(_hints(rules, customer, words, is_chosen=is_chosen))


def _hints(rules: Configuration, customer: Customer, words: str | None, *, is_chosen: bool) -> Iterator[str]:
    meant = locale_meant(
        rules, locale=customer.locale, address=customer.email, phone=customer.phone, words=words
    )
    if meant is not None and not is_chosen:
        yield (
            f"{meant.because}, and their letters are in {customer.locale}. Do they read {meant.meant}? "
            f"followup customer set {customer.email} --locale {meant.meant}"
        )
    if not has_templates(rules, customer.locale):
        language = customer.locale.partition("-")[0]
        missing = customer.locale if has_templates(rules, language) else language
        yield f"There are no templates in {missing}; their letters wait for a person."


def take(
    session: Session,
    rules: Configuration,
    customer: Customer,
    *,
    locale: str | None,
    phone: str | None,
    address: str | None,
    now: datetime,
    actor: Actor,
) -> tuple[str, ...]:
    """Record what is said of a known customer beside their case, where nothing else was recorded: a locale
    instead of the workspace's, a missing phone number, a missing postal address. Returns a sentence for each
    change, and for each value that stays as it was. Raises WrongUsage."""
    changes: dict[str, str | None] = {}
    said: list[str] = []
    change = f"followup customer set {customer.email}"
    if locale is not None:
        wanted, had = str(customers.check(rules.settings, "locale", locale)), customer.locale
        if wanted != had and had == rules.settings.locale:
            changes["locale"] = wanted
            said.append(f"Their letters are in {wanted} from now on; they were in {had}.")
        elif wanted != had:
            said.append(f"Their letters stay in {had}, as recorded: {change} --locale {wanted}")
    if phone is not None:
        wanted, known = str(customers.check(rules.settings, "phone", phone)), customer.phone
        if not known:
            changes["phone"] = wanted
        elif _digits(known) != _digits(wanted):
            said.append(f'Their phone number stays {known}, as recorded: {change} --phone "{wanted}"')
    if address is not None:
        wanted, had_address = (
            str(customers.check(rules.settings, "address", address)),
            customer.postal_address,
        )
        if not had_address:
            changes["address"] = wanted
        elif had_address != wanted:
            said.append(
                f'Their postal address stays {had_address}, as recorded: {change} --address "{wanted}"'
            )
    if changes:
        customers.change_customer(session, rules.settings, customer, changes, now=now, actor=actor)
    return tuple(said)


def has_templates(rules: Configuration, locale: str) -> bool:
    """Whether the workspace has any template in the language of a locale."""
    from followup.mail.template_file import has_own_language, template_names

    folder = rules.workspace.templates_dir
    return any(has_own_language(folder, name, locale) for name in template_names(folder))


def lacking_template(rules: Configuration, names: Iterable[str], locale: str) -> frozenset[str]:
    """Those of some templates that are not written in the language of a locale."""
    from followup.mail.template_file import has_own_language

    folder = rules.workspace.templates_dir
    return frozenset(name for name in names if not has_own_language(folder, name, locale))


@cache
def _frequent() -> dict[str, frozenset[str]]:
    from followup.mail.languages import languages

    return {tag: frozenset(language.letters.frequent) for tag, language in languages().items()}


def _because(sign: LocaleSign) -> str:
    from babel import Locale

    if sign.kind is LocaleSignKind.WORDS:
        from followup.mail.languages import languages

        return f"Their words are {languages()[sign.seen].name}"
    country = Locale("en").territories.get(sign.seen, sign.seen)
    what = "phone number" if sign.kind is LocaleSignKind.PHONE else "address"
    return f"Their {what} is of {country}"


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdigit())
