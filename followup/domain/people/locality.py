"""The country in which a customer is."""

import re

_REGION = re.compile(r"([A-Za-z]{2})(?:[-_].*)?")


def country_in(region: str) -> str | None:
    """The country of a region, in capitals: "GB" of "GB-ENG". None if it does not begin with a country."""
    found = _REGION.fullmatch(region)
    return found[1].upper() if found else None
