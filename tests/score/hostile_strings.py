"""Generate any number of strings that break other programs: known attacks, combined at random."""

import random
from collections.abc import Callable

from tests.integration.test_hostile_strings import OURS, THEIRS

_BREAKS = (
    "\r\n",
    "\n",
    "\r",
    "\u2028",
    "\u2029",
    "\x0b",
    "\x0c",
    "\x85",
    "%0d%0a",
    "\\r\\n",
    "\r\n ",
    "\n\n",
)
_HEADERS = ("Bcc: x@y.test", "Content-Type: text/html", "To: x@y.test", "Subject: FORGED", "X-Y: z", "")
_TAGS = ("script", "img", "svg", "a", "iframe", "style", "meta", "body", "p", "td", "title", "base", "math")
_HANDLERS = (
    "onerror=alert(1)",
    "onload=alert(1)",
    "href=javascript:alert(1)",
    "src=//evil.test/x",
    "style='x:expression(1)'",
    "http-equiv=refresh content='0;url=https://evil.test'",
)
_LINKS = ("https://evil.test", "javascript:alert(1)", "data:text/html,x", "mailto:x@y.test", "//evil.test")
_SUMS = (
    "191*7",
    "191 * 7",
    "'x'*7",
    "''.__class__.__mro__",
    "config",
    "[].__len__()",
    "self.__init__.__globals__",
)
_TEMPLATES = (
    "{{{{ {} }}}}",
    "{{% print({}) %}}",
    "${{{}}}",
    "#{{{}}}",
    "<%= {} %>",
    "{{{}!r}}",
    "%({})s",
    "`{}`",
)
_FORMULAS = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("https://evil.test";"x")', "SUM(A1:A9)", "1", "A1", "@x")
_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    " =",
    "'=",
    '"=',
    "\u00a0=",
    "\ufeff=",
    "\u200b=",
    "\uff1d",
    "\uff0b",
)
_ESCAPES = (
    "\x1b[31mred",
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.test\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31m",
    "\x07",
    "\x08\x08\x08",
    "\x1b[1A\x1b[2K",
    "\x1bP1$r\x1b\\",
    "\x7f",
)
_RICH = (
    "[red]{}[/red]",
    "[link=https://evil.test]{}[/link]",
    "[bold {}",
    "[/]",
    "[/{}]",
    ":warning: {}",
    "\\[{}]",
)
_INVISIBLE = (
    *("\u202e", "\u202a", "\u2066", "\u2069", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u061c", "\u180e"),
    *("\U000e0041", "\ufff9", "\ufffe", "\uffff", "\ud800", "\udfff", "\x00", "\x1c", "\ue000", "\U0010ffff"),
)
_MARKDOWN = (
    "[{}](https://evil.test)",
    "![{}](https://evil.test/x.png)",
    "<https://evil.test/{}>",
    "# {}",
    "* {}",
)
_MORE_MARKDOWN = (
    "> {}",
    "```\n{}\n```",
    "| {} | b |\n|---|---|",
    "[{0}]: https://evil.test\n[{0}]",
    "**{}**",
)
_FORGED = (
    "\nFORGED  issued  500.00 GBP",
    "\rFORGED",
    "\x1b[GFORGED",
    '"}}\nFORGED',
    '","amount":"999"',
    "FORGED,1\r\nFORGED",
)
_SQL = (
    "'; DROP TABLE cases; --",
    "' OR '1'='1",
    '"; DELETE FROM gesture; --',
    "%' AND 1=1 --",
    "\\'; --",
    "?",
    ":name",
)
_PLAIN = ("Jo", "Müller", "山田", "محمد", "x" * 60, "O'Brien", "a b", "0", "None", "é\u0301", "👩‍👩‍👧‍👦")


def hostile_strings(number: int, seed: int) -> list[str]:
    """`number` different strings: up to half are known examples, the others are generated at random from
    `seed`.
    """
    dice = random.Random(seed)
    known = [*OURS, *THEIRS]
    found = dict.fromkeys(dice.sample(known, min(len(known), number // 2)))
    while len(found) < number:
        found.setdefault(_made(dice))
    return list(found)


def _made(dice: random.Random) -> str:
    """One or several attacks between parts of people's names."""
    attacks = [dice.choice(_ATTACKS)(dice) for _ in range(dice.choice((1, 1, 1, 2, 3)))]
    before, after = (dice.choice(_PLAIN) if dice.random() < 0.5 else "" for _ in range(2))
    return before + "".join(attacks) + after


def _markup(dice: random.Random) -> str:
    tag = dice.choice(_TAGS)
    quote = dice.choice(("", '"', "'", '">', "'>", "-->", "]]>", f"</{dice.choice(_TAGS)}>"))
    slash = dice.choice(("", "/", " ", "\t", "\n", "\x00"))
    case = dice.choice((str.lower, str.upper, str.title))
    return f"{quote}<{slash}{case(tag)} {dice.choice(_HANDLERS)}{dice.choice(('>', '/>', '', ' >x', '//'))}"


_ATTACKS: tuple[Callable[[random.Random], str], ...] = (
    lambda dice: dice.choice(_BREAKS) + dice.choice(_HEADERS) + dice.choice((*_BREAKS, "")),
    _markup,
    lambda dice: dice.choice(_TEMPLATES).format(dice.choice(_SUMS)),
    lambda dice: dice.choice(_STARTS) + dice.choice(_FORMULAS),
    lambda dice: dice.choice(_ESCAPES),
    lambda dice: dice.choice(_RICH).format(dice.choice(_PLAIN)),
    lambda dice: dice.choice(_INVISIBLE) + dice.choice(_PLAIN),
    lambda dice: dice.choice((*_MARKDOWN, *_MORE_MARKDOWN)).format(dice.choice(_PLAIN)),
    lambda dice: dice.choice(_FORGED),
    lambda dice: dice.choice(_SQL),
    lambda dice: dice.choice(_LINKS),
    lambda dice: (
        f"=?utf-8?{dice.choice('qb')}?{dice.choice(('Jo=0D=0ABcc:_x@y.test', 'Sm8NCkJjYzo=', ''))}?="
    ),
    lambda dice: "".join(chr(dice.randrange(0x110000)) for _ in range(dice.randrange(1, 20))),
    lambda dice: "&" + dice.choice(("lt", "#60", "#x3c", "amp;lt", "nbsp", "colon")) + dice.choice((";", "")),
)
