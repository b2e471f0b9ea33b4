"""What an agent tells of a case: the options that `case open` and `case set` share."""

from typing import Annotated

import typer

from followup.cli.choices import word_option
from followup.domain.cases.case import Channel, Feeling, Severity

ToldReason = Annotated[
    str | None, typer.Option("--reason", metavar="REASON", help="The reason, such as late-delivery.")
]
ToldSeverity = Annotated[str | None, word_option(Severity, "--severity", text="The severity")]
ToldFeeling = Annotated[str | None, word_option(Feeling, "--feeling", text="How the customer feels")]
ToldChannel = Annotated[str | None, word_option(Channel, "--channel", text="How the customer contacted us")]
Verbatim = Annotated[
    str | None, typer.Option(metavar="TEXT", help="The customer's own words; - reads standard input.")
]
WhatHappened = Annotated[
    str | None,
    typer.Option(
        metavar="TEXT", help="What happened, in your sentence to the customer; it begins the letter."
    ),
]
Answer = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="What they need to hear: the answer to their question, what is safe."),
]
Order = Annotated[str | None, typer.Option(metavar="REF", help="The order that the case is about.")]
OrderValue = Annotated[
    str | None, typer.Option(metavar="AMOUNT", help="What the customer paid for the order.")
]
Promised = Annotated[str | None, typer.Option(metavar="TEXT", help="What you promised the customer.")]
Quote = Annotated[
    str | None, typer.Option(metavar="TEXT", help="What of their words emails quote; else it is chosen.")
]
Summary = Annotated[
    str | None, typer.Option(metavar="TEXT", help="What you write about it for colleagues; never quoted.")
]
