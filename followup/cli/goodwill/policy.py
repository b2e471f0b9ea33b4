"""followup policy."""

from typing import Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command, standard_input
from followup.cli.choices import word_option
from followup.cli.goodwill import policy_tables, recommendation
from followup.cli.nouns import app_of
from followup.domain.cases.case import Channel, Feeling, Responsibility, Severity
from followup.domain.people.agent import Role
from followup.domain.shared.word import listed
from followup.errors import InvalidFile

_OTHER_FILE = "A policy file, by default the workspace's; - reads standard input."
PolicyCurrency = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="The currency whose policy it is; the default is your main one."),
]
PolicyFile = Annotated[str | None, typer.Argument(metavar="[FILE]", help=_OTHER_FILE)]

app = app_of("policy")


@command(
    app,
    "explain",
    example="""
    followup policy explain C-0012
    followup policy explain --reason late-delivery --severity moderate --order-value 40.00
    followup policy explain --reason late-delivery --severity moderate --order-value 40.00 --currency EUR
    """,
)
def explain(
    call: Call,
    case: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="The reference of a case, such as C-0012.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="The reason, if no case is given.")] = None,
    severity: Annotated[str | None, word_option(Severity, "--severity", text="The severity")] = None,
    responsibility: Annotated[
        str | None, word_option(Responsibility, "--responsibility", text="Who is responsible")
    ] = None,
    feeling: Annotated[str | None, word_option(Feeling, "--feeling", text="How the customer feels")] = None,
    channel: Annotated[
        str | None, word_option(Channel, "--channel", text="How the customer reached us")
    ] = None,
    language: Annotated[str | None, typer.Option(help="The customer's language, such as de.")] = None,
    country: Annotated[str | None, typer.Option(help="The customer's country, such as DE.")] = None,
    segment: Annotated[str | None, typer.Option(help="The customer's segment.")] = None,
    order_value: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="What the customer paid for the order.")
    ] = None,
    occurred_on: Annotated[str | None, typer.Option(metavar="DATE", help="The day it happened.")] = None,
    fact: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="A fact of the case; repeat for several.")
    ] = None,
    role: Annotated[str, word_option(Role, "--role", text="The role whose authority applies")] = "agent",
    again: Annotated[
        bool, typer.Option("--again", help="What would be given although the case was given something.")
    ] = False,
    currency: Annotated[
        str | None,
        typer.Option(
            metavar="CODE",
            help="The currency, if no case is given; the default is that of the order value's sign, or your "
            "main one.",
        ),
    ] = None,
) -> None:
    """Show what the policy recommends and why, its limits, and who may approve. Writes nothing."""
    from followup.application.goodwill import policy_advice

    document = policy_advice.explain(
        call.caller,
        case,
        reason=reason,
        severity=severity,
        responsibility=responsibility,
        feeling=feeling,
        channel=channel,
        language=language,
        country=country,
        segment=segment,
        order_value=order_value,
        occurred_on=occurred_on,
        fact=fact,
        role=role,
        again=again,
        currency=currency,
    )
    call.answer(document, lambda: recommendation.show(document))


@command(
    app,
    "lint",
    example="""
    followup policy lint
    followup policy lint --currency EUR
    followup policy lint new-policy.toml --strict
    """,
)
def lint(
    call: Call,
    file: PolicyFile = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with code 5 for a warning too.")] = False,
    currency: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Only the policy of this currency; the default is all of them."),
    ] = None,
) -> None:
    """Find rules that never match, cases that no rule covers, amounts that nobody may approve, what looks
    like a slip, and what the policy of one currency has and that of another lacks.

    Exits with code 5 if there is an error."""
    from followup.application.goodwill import policy_lint
    from followup.domain.goodwill.policy.policy_file import INVALID_POLICY

    document = policy_lint.lint_policy(call.caller, file, standard_input(file), currency)
    files = listed([document["file"], *document["more"]])

    def people() -> None:
        for finding in document["findings"]:
            rule = f" rule {finding['rule']}:" if finding["rule"] else ""
            where = f"{finding['file']}:{finding['line']}: {finding['level']}:{rule}"
            output.lines(output.plain(f"{where} {finding['message']} {finding['mend']}"))
        if not document["findings"]:
            output.lines(f"{files}: {document['rules']} rules, nothing to mend.")

    call.answer(document, people)
    counts = {"error": document["errors"], "warning": document["warnings"] if strict else 0}
    found = [f"{count} {level}{'' if count == 1 else 's'}" for level, count in counts.items() if count]
    if found:
        raise InvalidFile(
            f"{files} {'have' if document['more'] else 'has'} {' and '.join(found)}.",
            hint="Mend what each of them names, then run it again: followup policy lint",
            code=INVALID_POLICY,
        )


@command(
    app,
    "show",
    example="""
    followup policy show
    followup policy show --reason late-delivery
    followup policy show --currency EUR
    followup policy show --file new-policy.toml
    """,
)
def show(
    call: Call,
    file: Annotated[str | None, typer.Option(metavar="FILE", help=_OTHER_FILE)] = None,
    reason: Annotated[str | None, typer.Option(help="Only what is tried and asked for this reason.")] = None,
    currency: PolicyCurrency = None,
) -> None:
    """Show what a policy says, in words: facts, reasons, rules in order, limits, and who may give what."""
    from followup.application.goodwill import policies

    place = call.place if file is None else None
    document = policies.show_policy(place, file, standard_input(file), reason, currency)
    call.answer(
        document,
        lambda: policy_tables.show(document) if reason is None else policy_tables.show_reason(document),
    )


@command(
    app,
    "diff",
    example="""
    followup policy diff last-year.toml
    followup policy diff policy.toml new-policy.toml
    followup policy diff policy.toml --currency EUR
    """,
)
def diff(
    call: Call,
    before: Annotated[str, typer.Argument(metavar="A", help="The first policy file.")],
    after: Annotated[
        str | None,
        typer.Argument(
            metavar="[B]", help="The second policy file; the default is the workspace's in A's currency."
        ),
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Compare with the workspace's policy in this currency instead."),
    ] = None,
) -> None:
    """Compare two policy files: what B adds, removes, changes or moves, entry by entry."""
    from followup.application.goodwill import policies

    document = policies.compare_policies(
        call.place if after is None else None,
        before,
        after,
        before_text=standard_input(before),
        after_text=standard_input(after),
        currency=currency,
    )
    call.answer(document, lambda: policy_tables.show_changes(document))


@command(app, "create", example="followup policy create --currency EUR")
def create(
    call: Call,
    currency: Annotated[
        str, typer.Option(metavar="CODE", help="The currency of the new policy, as an ISO 4217 code.")
    ],
) -> None:
    """Make the policy of one more currency: the rules of policy.toml, with amounts that a shop in that
    currency would choose. Writes policy.EUR.toml beside it, and says what is left to do."""
    from followup.application.goodwill import policies

    document = policies.create_policy(call.place, currency)

    def people() -> None:
        output.lines(
            f"{document['file']}: {document['rules']} rules of {document['made_from']}, with amounts in "
            f"{document['currency']} instead of {document['amounts_of']}."
        )
        for place, hint in enumerate(document["hints"], 1):
            output.say(f"  {place}. {hint}")

    call.answer(document, people)
