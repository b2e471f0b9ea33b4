"""In which country a customer is, and by which clock: what their region, phone number or locale speaks for.

The zones of a country are those of CLDR. Where a country has several, no clock is guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from followup.domain.people.locale_signs import country_of_phone
from followup.domain.people.locality import country_in
from followup.services.shared.configuration import Configuration
from followup.services.shared.public_holidays import region_with_list
from followup.settings import Settings
from followup.store.tables import Customer

_MAIN_ZONES = {
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "KZ": "Asia/Almaty",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
}
"""Countries with several zones in one of which nearly everybody lives: the primary zones of CLDR."""

_INSTANCES = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "ID": "Asia/Jakarta",
    "MX": "America/Mexico_City",
    "RU": "Europe/Moscow",
    "US": "America/New_York",
}
"""A zone to name in a hint, for countries with several."""

_WINTER, _SUMMER = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)
"""Zones that show the same time at both are one clock."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A country that a customer is in, by the `field` of theirs that says so. `timezone` is None if the
    country has several clocks."""

    country: str
    timezone: str | None
    field: str


def abroad(
    settings: Settings, *, region: str | None = None, phone: str | None = None, locale: str | None = None
) -> Whereabouts | None:
    """Where a customer is who is not in the workspace's country. Their region counts most, then the country
    of their phone number, then that of a locale other than the workspace's. None if nothing names a country,
    or the first that does names the workspace's own."""
    signs = (
        ("region", country_in(region) if region else None),
        ("phone", country_of_phone(phone) if phone else None),
        ("locale", _country_of_locale(locale) if locale and locale != settings.locale else None),
    )
    field, country = next((sign for sign in signs if sign[1] is not None), ("", None))
    if country is None or country == country_in(settings.country):
        return None
    return Whereabouts(country, _clock_of(country), field)


def supplied(settings: Settings, told: Mapping[str, str | None]) -> dict[str, Any]:
    """The time zone and region, by column, of a customer of whom this was told, by flag, where neither was.
    Nothing for what the workspace's own supplies."""
    found = abroad(settings, region=told.get("region"), phone=told.get("phone"), locale=told.get("locale"))
    if found is None:
        return {}
    values: dict[str, Any] = {}
    if found.timezone and not told.get("timezone"):
        values["timezone"] = found.timezone
    if not told.get("region") and region_with_list(found.country):
        values["region"] = found.country
    return values


def changed(settings: Settings, customer: Customer, told: Mapping[str, str | None]) -> dict[str, Any]:
    """What `supplied` says of a known customer who is told to have another phone number, locale or region;
    only for what is still the workspace's own."""
    if not any(told.get(name) for name in ("region", "phone", "locale")):
        return {}
    region = None if customer.region == settings.country else customer.region
    known = {"region": region, "phone": customer.phone, "locale": customer.locale}
    said = {name: text for name, text in told.items() if text is not None}
    values = supplied(settings, {**known, **said})
    own = {"timezone": settings.timezone, "region": settings.country}
    return {column: value for column, value in values.items() if getattr(customer, column) == own[column]}


def hints_for(rules: Configuration, customer: Customer, told: Mapping[str, str | None]) -> Iterator[str]:
    """Sentences about the clock that emails to a customer abroad go by: what is assumed of what was just
    told, by flag, and what nobody has said yet. None where a time zone was told."""
    settings = rules.settings
    if told.get("timezone"):
        return
    region = None if customer.region == settings.country else customer.region
    found = abroad(settings, region=region, phone=customer.phone, locale=customer.locale)
    if not told.get("region"):
        # A region may itself have been supplied by another sign: name that one.
        sign = abroad(settings, phone=customer.phone, locale=customer.locale)
        found = sign if sign and found and sign.country == found.country else found
    if found is None or customer.timezone in _zones_of(found.country):
        if found is not None and told.get(found.field):
            yield _assumed(customer, found)
        return
    if customer.timezone != settings.timezone:
        return
    change = f"followup customer set {customer.email} --timezone"
    country = _name_of(found.country)
    if found.timezone is None:
        instance = _INSTANCES.get(found.country, "…")
        yield (
            f"{country} has several time zones, so emails go by your clock ({settings.timezone}). Which is "
            f"theirs? {change} {instance}"
        )
    else:
        yield (
            f"They seem to be in {country}, and emails go by your clock ({settings.timezone}). By theirs: "
            f"{change} {found.timezone} --region {found.country}"
        )


def _assumed(customer: Customer, found: Whereabouts) -> str:
    country = _name_of(found.country)
    days = f" and the holidays of {country}" if country_in(customer.region) == found.country else ""
    why = {"region": "their region is there", "phone": "their phone number is of there"}.get(
        found.field, f"their locale is {customer.locale}"
    )
    return (
        f"They are taken to be in {country}, as {why}: emails go by the clock of {customer.timezone}{days}. "
        f"If not: followup customer set {customer.email} --timezone … --region …"
    )


def _country_of_locale(locale: str) -> str | None:
    last = locale.replace("_", "-").rpartition("-")[2]
    return last if len(last) == 2 and last.isupper() else None


@cache
def _zones_of(country: str) -> tuple[str, ...]:
    from babel.core import get_global

    return tuple(get_global("territory_zones").get(country, ()))


@cache
def _clock_of(country: str) -> str | None:
    """The time zone of a country with one clock, or with one that nearly everybody there has. None for
    others, and for what is no country."""
    if country in _MAIN_ZONES:
        return _MAIN_ZONES[country]
    zones = _zones_of(country)
    clocks = {
        tuple(instant.astimezone(ZoneInfo(zone)).utcoffset() for instant in (_WINTER, _SUMMER))
        for zone in zones
    }
    if len(clocks) != 1:
        return None
    from babel.core import get_global

    # Of several names of one clock, that which the zone of a capital is known by elsewhere.
    known = set(get_global("windows_zone_mapping").values())
    return min(zones, key=lambda zone: (zone not in known, zone.count("/"), zone))


def _name_of(country: str) -> str:
    from babel import Locale

    return str(Locale("en").territories.get(country, country))
