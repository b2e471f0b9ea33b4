"""followup policy."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command, read_pairs, text_or_stdin
from followup.cli.choices import word_option
from followup.cli.goodwill import policy_tables, recommendation
from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.people.agent import Role
from followup.errors import InvalidFile, WrongUsage

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.goodwill.policy_files import PolicyText

_OTHER_FILE = "Another policy file than the workspace's; - reads standard input."
PolicyFile = Annotated[str | None, typer.Argument(metavar="[FILE]", help=_OTHER_FILE)]

app = typer.Typer(name="policy", help="The rules that turn a case into a gesture.", no_args_is_help=True)


@command(
    app,
    "explain",
    example="""
    followup policy explain C-0012
    followup policy explain --reason late-delivery --severity moderate --order-value 40.00
    """,
)
def explain(
    call: Call,
    case: Annotated[str | None, typer.Argument(metavar="[CASE]", help="A case, as C-0012.")] = None,
    reason: Annotated[str | None, typer.Option(help="Without a case: the reason.")] = None,
    severity: Annotated[str | None, word_option(Severity, "--severity", text="How bad")] = None,
    responsibility: Annotated[
        str | None, word_option(Responsibility, "--responsibility", text="Whose doing")
    ] = None,
    feeling: Annotated[str | None, word_option(Feeling, "--feeling", text="How they felt")] = None,
    segment: Annotated[str | None, typer.Option(help="The customer's segment.")] = None,
    order_value: Annotated[str | None, typer.Option(metavar="AMOUNT", help="What they paid.")] = None,
    occurred_on: Annotated[str | None, typer.Option(metavar="DATE", help="When it happened.")] = None,
    fact: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="A fact.")] = None,
    role: Annotated[str, word_option(Role, "--role", text="Whose authority")] = "agent",
) -> None:
    """Say what the policy recommends and why, what bounds it, and who may approve. Writes nothing."""
    from followup.services.goodwill import recommendations as advising
    from followup.services.shared import parse_input

    told = {
        "reason": reason and parse_input.slug("reason", reason),
        "severity": severity and parse_input.word("severity", severity, Severity).value,
        "responsibility": responsibility
        and parse_input.word("responsibility", responsibility, Responsibility).value,
        "feeling": feeling and parse_input.word("feeling", feeling, Feeling).value,
        "segment": segment,
        "order_value": order_value,
        "occurred_on": occurred_on,
    }
    if case is not None:
        document = call.read(lambda session: _explain_case(session, call, case))
    elif reason:
        told["responsibility"] = told["responsibility"] or Responsibility.OURS.value
        facts = read_pairs(fact or [])
        acting = parse_input.word("role", role, Role)
        document = advising.advise_told(call.rules, told, facts, role=acting, now=call.now).to_document()
    else:
        raise WrongUsage(
            "There is nothing to explain.", hint="Give a case, as C-0012, or --reason and what else is known."
        )
    call.answer(document, lambda: recommendation.show(document))


def _explain_case(session: "Session", call: Call, case: str) -> dict[str, Any]:
    from followup.cli.call import login
    from followup.services.cases import cases
    from followup.services.goodwill import recommendations
    from followup.services.shared import actors
    from followup.store.tables import Agent

    found = cases.find_case(session, case)
    actor = actors.acting(session, call.actor_email, login())
    agent = actor.agent or session.get(Agent, found.agent_id)
    assert agent is not None
    return recommendations.advise(session, call.rules, found, agent=agent, now=call.now).to_document()


@command(
    app,
    "lint",
    example="""
    followup policy lint
    followup policy lint new-policy.toml
    """,
)
def lint(call: Call, file: PolicyFile = None) -> None:
    """Look for rules that never match, cases that no rule covers, and amounts nobody may approve.

    Leaves with exit code 5 where there is an error."""
    from followup.services.goodwill import policy_files

    text = policy_text(call, file)
    findings = call.read(lambda session: policy_files.find_mistakes(session, text))
    document = policy_files.findings_document(text, findings)

    def people() -> None:
        for finding in findings:
            rule = f" rule {finding.rule}:" if finding.rule else ""
            where = f"{text.name}:{finding.line}: {finding.level}:{rule}"
            output.lines(output.plain(f"{where} {finding.message} {finding.mend}"))
        if not findings:
            output.lines(f"{text.name}: {len(text.load().rules)} rules, nothing to mend.")

    call.answer(document, people)
    errors = sum(finding["level"] == "error" for finding in document["findings"])
    if errors:
        raise InvalidFile(
            f"{text.name} has {errors} {'error' if errors == 1 else 'errors'}.",
            hint="Mend what each of them names, then run it again: followup policy lint",
            code="invalid_policy",
        )


@command(
    app,
    "show",
    example="""
    followup policy show
    followup policy show --file new-policy.toml
    """,
)
def show(
    call: Call,
    file: Annotated[str | None, typer.Option(metavar="FILE", help=_OTHER_FILE)] = None,
) -> None:
    """Show what the policy says in words: facts, rules in their order, limits, and who may give how much."""
    from followup.services.goodwill import policy_files

    document = policy_files.policy_document(policy_text(call, file))
    call.answer(document, lambda: policy_tables.show(document))


@command(
    app,
    "diff",
    example="""
    followup policy diff last-year.toml
    followup policy diff policy.toml new-policy.toml
    """,
)
def diff(
    call: Call,
    before: Annotated[str, typer.Argument(metavar="A", help="A policy file.")],
    after: Annotated[
        str | None, typer.Argument(metavar="[B]", help="The file to compare it with; else the workspace's.")
    ] = None,
) -> None:
    """Compare two policy files, from A to B: what is added, removed, changed or moved, entry by entry."""
    from followup.services.goodwill import policy_files

    document = policy_files.diff_document(policy_text(call, before), policy_text(call, after))
    call.answer(document, lambda: policy_tables.show_changes(document))


def policy_text(call: Call, file: str | None) -> "PolicyText":
    """The policy file that was named, standard input for `-`, or the workspace's own."""
    from followup.services.goodwill import policy_files

    if file is None:
        return policy_files.own_text(call.rules)
    if file == "-":
        return policy_files.PolicyText("standard input", text_or_stdin(file) or "")
    return policy_files.text_at(Path(file))
