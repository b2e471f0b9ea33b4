"""A policy file in another currency: the same text with amounts that a shop in that currency would choose.

The text is changed, not written anew, so that comments, order and layout stay as they are.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from followup.domain.goodwill.policy.facts import FactType
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.shared.familiar_amounts import familiar_amount, familiar_step

_FORM_KEYS = ("amount", "at_least", "at_most", "each", "from", "to", "max_of", "min_of", "sum_of")
_AMOUNT_KEYS = frozenset((*_FORM_KEYS, "minimum_payout", "per_gesture", "per_day"))
_STEP_KEYS = ("round_to", "point_value")
_BOUND_KEYS = frozenset(("min", "max"))
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<long>\"{3}.*?\"{3}|'{3}.*?'{3})
    |(?P<header>^[ \t]*\[\[?(?P<path>[^\]\n="'\#\[,]+)\]\]?(?=[ \t]*(?:\#|\r?$)))
    |(?P<key>[A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)(?=\s*=)
    |(?P<text>"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    |(?P<open>[\[{])
    |(?P<close>[\]}])
    |(?P<end>\n)""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """A text in quotes: its place with the quotes, and the keys that lead to it."""

    start: int
    end: int
    path: Path


def in_currency(text: str, policy: Policy, currency: str) -> str:
    """The text of a policy file, which is that of `policy`, with its amounts in another currency. The values
    of customers stay as they are: they are in the workspace's main currency everywhere."""
    own = [name for name, spec in policy.known_facts.items() if spec.type is FactType.MONEY]
    facts = frozenset(own) - {"customer_value"}

    def amount(found: re.Match[str]) -> str:
        return familiar_amount(found[0], currency, of=policy.currency)

    def step(found: re.Match[str]) -> str:
        return familiar_step(found[0], currency, of=policy.currency)

    parts, done = [], 0
    for quoted in _texts(text):
        written = text[quoted.start + 1 : quoted.end - 1]
        new = _changed(written, quoted.path, facts, currency, amount, step)
        parts += [text[done : quoted.start + 1], new]
        done = quoted.end - 1
    return "".join((*parts, text[done:]))


def _changed(
    written: str,
    path: Path,
    facts: frozenset[str],
    currency: str,
    amount: Callable[[re.Match[str]], str],
    step: Callable[[re.Match[str]], str],
) -> str:
    key = path[-1] if path else ""
    if path == ("currency",):
        return currency
    if key in _STEP_KEYS:
        return _NUMBER.sub(step, written)
    is_amount = key in _AMOUNT_KEYS and _NUMBER.fullmatch(written.strip())
    is_bound = key in _BOUND_KEYS and path[:1] == ("facts",) and path[-2] in facts
    if is_amount or is_bound or (key in facts and path[0] != "facts"):
        return _NUMBER.sub(amount, written)
    return written


def _texts(text: str) -> Iterator[_Text]:
    """The texts in quotes of a TOML document, in their order."""
    header: Path = ()
    keys: list[Path] = [()]
    for found in _TOKEN.finditer(text):
        if found["header"] and len(keys) == 1:
            header = _path(found["path"])
            keys = [()]
        elif found["key"]:
            keys[-1] = _path(found["key"])
        elif found["text"]:
            yield _Text(found.start(), found.end(), (*header, *(name for path in keys for name in path)))
        elif found["open"]:
            keys.append(())
        elif found["close"] and len(keys) > 1:
            keys.pop()
        elif found["end"] and len(keys) == 1:
            keys = [()]


def _path(written: str) -> Path:
    return tuple(part.strip() for part in written.split("."))
