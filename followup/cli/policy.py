"""followup policy."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import advice, output
from followup.cli.call import Call, command
from followup.cli.case import read_pairs
from followup.cli.choices import word_option
from followup.domain.case import Feeling, Responsibility, Role, Severity
from followup.errors import WrongUsage

if TYPE_CHECKING:
    from sqlmodel import Session

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
    from followup.services import advice as advising
    from followup.services import entries

    told = {
        "reason": reason,
        "severity": severity and entries.word("severity", severity, Severity).value,
        "responsibility": responsibility
        and entries.word("responsibility", responsibility, Responsibility).value,
        "feeling": feeling and entries.word("feeling", feeling, Feeling).value,
        "segment": segment,
        "order_value": order_value,
        "occurred_on": occurred_on,
    }
    if case is not None:
        document = call.read(lambda session: _explain_case(session, call, case))
    elif reason:
        told["responsibility"] = told["responsibility"] or Responsibility.OURS.value
        facts = read_pairs(fact or [])
        acting = entries.word("role", role, Role)
        document = advising.advise_told(call.rules, told, facts, role=acting, now=call.now).to_document()
    else:
        raise WrongUsage(
            "There is nothing to explain.", hint="Give a case, as C-0012, or --reason and what else is known."
        )
    call.answer(document, lambda: advice.show(document))


def _explain_case(session: "Session", call: Call, case: str) -> dict[str, Any]:
    from followup.cli.call import login
    from followup.services import actors, advice, cases
    from followup.store.tables import Agent

    found = cases.find_case(session, case)
    actor = actors.acting(session, call.actor_email, login())
    agent = actor.agent or session.get(Agent, found.agent_id)
    assert agent is not None
    return advice.advise(session, call.rules, found, agent=agent, now=call.now).to_document()


@command(app, "lint", example="followup policy lint")
def lint(call: Call) -> None:
    """Look for rules that never match, cases that no rule covers, and amounts nobody may approve.

    Leaves with exit code 5 where there is an error."""
    from followup.domain.policy_lint import Level
    from followup.domain.policy_lint import lint as find
    from followup.services import budgets

    currencies = call.read(
        lambda session: frozenset(budget.currency for budget in budgets.list_budgets(session))
    )
    findings = find(call.rules.policy, budget_currencies=currencies)
    document = {
        "ok": not any(finding.level is Level.ERROR for finding in findings),
        "findings": [
            {
                "level": finding.level.value,
                "line": finding.line,
                "rule": finding.rule,
                "message": finding.message,
                "mend": finding.mend,
            }
            for finding in findings
        ],
    }

    def people() -> None:
        for finding in findings:
            place = f"{call.workspace.policy_file.name}:{finding.line}" if finding.line else "policy.toml"
            rule = f" rule {finding.rule}:" if finding.rule else ""
            output.lines(f"{place}: {finding.level}:{rule} {finding.message} {finding.mend}")
        if not findings:
            output.lines(f"{len(call.rules.policy.rules)} rules, nothing to mend.")

    call.answer(document, people)
    if not document["ok"]:
        raise typer.Exit(5)
