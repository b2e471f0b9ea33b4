"""Saying the same in other words: `{% vary %} … {% or %} … {% or %} … {% endvary %}` in a template.

Of the alternatives one is written: which, says the letter's `wording`, counted round by how many there are.
Each further series to the same customer has the next number, so that the same sentence does not come back
before all alternatives were used. Where the numbers of alternatives in a template differ, their mixtures
come back later still.
"""

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

WORDING = "wording"
"""The name under which a letter's number is given to its templates."""

_END = "name:endvary"


class Vary(Extension):
    """Reads the tag, and puts a condition for each alternative in its place."""

    tags = {"vary"}  # noqa: RUF012 -- mypy wants what jinja2 has

    def parse(self, parser: Parser) -> nodes.Node:
        """The conditions. A tag with one alternative only is a mistake of its author."""
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
