"""Alternative wordings: `{% vary %} … {% or %} … {% or %} … {% endvary %}` in a template.

One alternative is written: number `wording` of the letter, modulo the number of alternatives. Each further
sequence to the same customer has the next number, so a sentence is not repeated before all alternatives were
used. If the tags of a template have different numbers of alternatives, their combinations repeat even later.
"""

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

WORDING = "wording"
"""The name of the variable with the letter's number."""

_END = "name:endvary"


class Vary(Extension):
    """Parses the tag and replaces it by a condition for each alternative."""

    tags = {"vary"}  # noqa: RUF012 -- mypy wants what jinja2 has

    def parse(self, parser: Parser) -> nodes.Node:
        """The conditions. A tag with only one alternative is an error of the template."""
        line = next(parser.stream).lineno
        alternatives = [parser.parse_statements(("name:or", _END))]
        while not parser.stream.current.test(_END):
            next(parser.stream)
            alternatives.append(parser.parse_statements(("name:or", _END)))
        next(parser.stream)
        if len(alternatives) == 1:
            parser.fail("{% vary %} has one alternative only, and no {% or %}", line)
        *conditional, last = alternatives
        first, *others = (
            nodes.If(_is_chosen(place, len(alternatives)), body, [], [])
            for place, body in enumerate(conditional)
        )
        first.elif_, first.else_ = others, last
        return first.set_lineno(line)


def _is_chosen(place: int, count: int) -> nodes.Compare:
    turn = nodes.Mod(nodes.Name(WORDING, "load"), nodes.Const(count))
    return nodes.Compare(turn, [nodes.Operand("eq", nodes.Const(place))])
