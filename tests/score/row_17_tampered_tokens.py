"""Row 17: tokens changed by chance or by an attacker are never accepted."""

import random
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, islice

from followup.domain.cases.outcomes import OutcomeAnswer
from followup.mail.tokens import (
    answer_token,
    bounce_token,
    read_answer_token,
    read_bounce_token,
    read_reply_token,
    read_unsubscribe_token,
    reply_token,
    unsubscribe_token,
)
from tests.score.row import Place, Row, Seen

KEY, OTHER_KEY = b"k" * 32, b"k" * 31 + b"l"
LETTERS = string.ascii_lowercase + string.digits
LARGEST = 2**40
ONE_LETTER = "one letter"
Way = tuple[Callable[[bytes, int], str], Callable[[bytes, str], int | None]]


def _way_of(answer: OutcomeAnswer) -> Way:
    def make(key: bytes, number: int) -> str:
        return answer_token(key, answer, number)

    def read(key: bytes, text: str) -> int | None:
        found = read_answer_token(key, text)
        return found[1] if found and found[0] is answer else None

    return make, read


PURPOSES: dict[str, Way] = {
    "unsubscribe": (unsubscribe_token, read_unsubscribe_token),
    "reply": (reply_token, read_reply_token),
    "bounce": (bounce_token, read_bounce_token),
    **{f"answer {answer}": _way_of(answer) for answer in OutcomeAnswer},
}
"""How a token of each purpose is made and read."""


def run(here: Place) -> Seen:
    random_ones = here.count(10_000, 2_000)
    forgeries = chain(_single_changes(), islice(_forgeries(random.Random(17)), random_ones))
    tried: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    for purpose, kind, forged in forgeries:
        tried[kind] += 1
        accepted[kind] += PURPOSES[purpose][1](KEY, forged) is not None
    true = [(purpose, number) for purpose in PURPOSES for number in (0, 17, LARGEST - 1)]
    known = sum(_comes_back(purpose, number) for purpose, number in true)
    return Seen(
        kept=known == len(true) and not accepted.total(),
        figures=f"{random_ones:,} tokens tampered with in {len(_WAYS)} ways, and {tried[ONE_LETTER]:,} in "
        f"one letter: {accepted.total()} accepted"
        + "".join(f", {count} with {kind}" for kind, count in accepted.items() if count)
        + f"; {known} of {len(true)} true ones",
    )


def _comes_back(purpose: str, number: int) -> bool:
    make, read = PURPOSES[purpose]
    return read(KEY, make(KEY, number)) == number


def _single_changes() -> Iterator[tuple[str, str, str]]:
    """One token of each purpose, with each character replaced by every other one and by all that look
    alike.
    """
    look_alike = _look_alike()
    for purpose, (make, _) in PURPOSES.items():
        token = make(KEY, 17)
        for place, letter in enumerate(token):
            for other in (*LETTERS, *look_alike[letter]):
                if other != letter:
                    yield purpose, ONE_LETTER, _with(token, place, other)


def _look_alike() -> dict[str, list[str]]:
    """For each character, the other Unicode characters that some case or compatibility folding maps to it."""
    found: dict[str, list[str]] = {letter: [] for letter in LETTERS}
    for other in map(chr, range(0x80, 0x20000)):
        folded = {other.upper().lower(), other.casefold(), unicodedata.normalize("NFKD", other).lower()}
        for letter in folded & found.keys():
            found[letter].append(other)
    return found


def _forgeries(dice: random.Random) -> Iterator[tuple[str, str, str]]:
    """An endless series of forgeries: a purpose, the kind of change, and the changed token."""
    while True:
        purpose = dice.choice(list(PURPOSES))
        token = PURPOSES[purpose][0](KEY, dice.choice((dice.randrange(1_000), dice.randrange(LARGEST))))
        for kind, tamper in _WAYS.items():
            forged = tamper(dice, token, purpose)
            if forged != token:
                yield purpose, kind, forged


def _flipped(dice: random.Random, token: str, _purpose: str) -> str:
    return _with(token, place := _place(dice, token), chr(ord(token[place]) ^ (1 << dice.randrange(8))))


def _swapped(dice: random.Random, token: str, _purpose: str) -> str:
    one, other = _place(dice, token), _place(dice, token)
    return _with(_with(token, one, token[other]), other, token[one])


def _cut(dice: random.Random, token: str, _purpose: str) -> str:
    place = _place(dice, token)
    return dice.choice((token[:place], token[place + 1 :], token[:place] + token[place + 1 :]))


def _longer(dice: random.Random, token: str, _purpose: str) -> str:
    place = dice.randrange(len(token) + 1)
    return token[:place] + dice.choice(LETTERS + "=. \n\x00\u200b\ufeff") + token[place:]


def _joined(dice: random.Random, token: str, purpose: str) -> str:
    """The number of one token with the signature of another, or two tokens joined."""
    other = PURPOSES[purpose][0](KEY, dice.randrange(LARGEST))
    return dice.choice((token[:8] + other[8:], other[:8] + token[8:], token + other, token + "." + other))


def _signed_at_random(dice: random.Random, token: str, _purpose: str) -> str:
    return token[:8] + "".join(dice.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in token[8:])


def _random(dice: random.Random, token: str, _purpose: str) -> str:
    return "".join(dice.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in token)


def _of_another_purpose(dice: random.Random, token: str, purpose: str) -> str:
    other = dice.choice([name for name in PURPOSES if name != purpose])
    return PURPOSES[other][0](KEY, dice.randrange(1_000))


def _of_another_key(dice: random.Random, token: str, purpose: str) -> str:
    return PURPOSES[purpose][0](OTHER_KEY, dice.randrange(1_000))


def _in_another_case(dice: random.Random, token: str, _purpose: str) -> str:
    place = dice.choice([place for place, letter in enumerate(token) if letter.isalpha()])
    return dice.choice((token.upper(), token.title(), _with(token, place, token[place].upper())))


def _written_otherwise(dice: random.Random, token: str, _purpose: str) -> str:
    """Another encoding of the same bytes for a decoder that is more lenient than ours."""
    return dice.choice((f" {token}", f"{token}\n", f"{token}====", token.replace("2", "%32"), token[::-1]))


def _place(dice: random.Random, token: str) -> int:
    return dice.randrange(len(token))


def _with(token: str, place: int, letter: str) -> str:
    return token[:place] + letter + token[place + 1 :]


_WAYS: dict[str, Callable[[random.Random, str, str], str]] = {
    "one bit": _flipped,
    "swapped": _swapped,
    "cut": _cut,
    "longer": _longer,
    "joined": _joined,
    "signature at random": _signed_at_random,
    "at random": _random,
    "other purpose": _of_another_purpose,
    "other key": _of_another_key,
    "other case": _in_another_case,
    "written otherwise": _written_otherwise,
}

ROW = Row(17, "10,000 tampered unsubscribe and reply tokens", "0 accepted", run, databases=("sqlite",))
