"""followup agent."""

from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.nouns import app_of
from followup.domain.people.agent import Role

if TYPE_CHECKING:
    from followup.application.people.agents import ChangedAgentDocument, WholeAgentDocument

NewTeam = Annotated[
    bool, typer.Option("--new-team", help="The team is another one, although its name is like a known one.")
]
app = app_of("agent")


@command(
    app,
    "add",
    writes=True,
    example='followup agent add --name "Ana Reyes" --email ana@harbour.example --role agent --team north',
)
def add(
    call: Call,
    name: Annotated[str, typer.Option(help="The name that signs emails to customers.")],
    email: Annotated[str, typer.Option(help="The agent's email address, used with --as.")],
    role: Annotated[str, word_option(Role, "--role", text="The role, which decides the agent's authority")],
    team: Annotated[str | None, typer.Option(help="The agent's team, for reports and budgets.")] = None,
    new_team: NewTeam = False,
) -> None:
    """Add an agent. The first agent is you, and acts when --as is omitted."""
    from followup.application.people import agents

    document = agents.add_agent(call.caller, name, email, role, team, new_team)
    call.answer(document, lambda: _say_added(document))


def _say_added(document: "ChangedAgentDocument") -> None:
    output.lines(output.plain(f"{document['name']} <{document['email']}> is here as {document['role']}."))
    if document["login"]:
        output.say(f"You are {document['email']} when you are logged in as {document['login']}.")
    _say_hints(document)


def _say_hints(document: "ChangedAgentDocument") -> None:
    for hint in document["hints"]:
        output.say(output.plain(hint))


@command(app, "list", example="followup agent list")
def list_(call: Call) -> None:
    """List the agents."""
    from followup.application.people import agents

    document = agents.list_agents(call.caller)
    call.table(
        document,
        ("name", "email", "role", "team", "login", "active"),
        lambda row: (row["name"], row["email"], row["role"], row["team"], row["login"], row["active"]),
        empty="There are no agents yet. Add one: followup agent add --help",
    )


@command(app, "show", example="followup agent show ana@harbour.example")
def show(
    call: Call,
    email: Annotated[
        str | None,
        typer.Argument(metavar="[EMAIL]", help="The agent; the default is you.", show_default=False),
    ] = None,
) -> None:
    """Show an agent: what they may do, and why, and how much they may give without approval."""
    from followup.application.people import agents

    document = agents.show_agent(call.caller, email)
    call.answer(document, lambda: _show(document))


def _show(document: "WholeAgentDocument") -> None:
    authorities = document["authorities"]

    def most(figure: str) -> str | None:
        several = len(authorities) > 1
        unlimited = [f"unlimited in {one['currency']}" if several else "unlimited" for one in authorities]
        limits = [
            output.money(one, figure) or no_limit
            for one, no_limit in zip(authorities, unlimited, strict=True)
        ]
        return ", ".join(limits) or None

    output.fields(
        [
            ("name", document["name"]),
            ("email", document["email"]),
            ("formerly", ", ".join(document["formerly"]) or None),
            ("role", document["role"]),
            ("team", document["team"]),
            ("login", document["login"]),
            ("active", "yes" if document["active"] else "no"),
            ("gives", None if authorities else "nothing without approval"),
            ("per gesture", most("per_gesture")),
            ("per day", most("per_day")),
        ]
    )
    output.lines("")
    for right in document["rights"]:
        may = "may" if right["may"] else "may not"
        output.lines(f"  {may:<8} {right['right']:<10} {right['meaning']} ({right['why']})")


@command(app, "set", writes=True, example="followup agent set ana@harbour.example --role senior --team south")
def set_(
    call: Call,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The agent's email address.")],
    name: Annotated[str | None, typer.Option(help="The new name, which signs emails to come.")] = None,
    new_email: Annotated[
        str | None,
        typer.Option("--email", metavar="EMAIL", help="The new address; they are found by the old one too."),
    ] = None,
    role: Annotated[
        str | None, word_option(Role, "--role", text="The role, which decides the agent's authority")
    ] = None,
    team: Annotated[str | None, typer.Option(help="The new team; '' removes it.")] = None,
    new_team: NewTeam = False,
    login_name: Annotated[
        str | None,
        typer.Option("--login", help="The agent's operating-system user, or their role in PostgreSQL."),
    ] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Whether the agent may act.")
    ] = None,
) -> None:
    """Change the given values of an agent; all others stay."""
    from followup.application.people import agents

    document = agents.set_agent(
        call.caller,
        email,
        name=name,
        role=role,
        team=team,
        login_name=login_name,
        active=active,
        new_team=new_team,
        new_email=new_email,
    )

    def people() -> None:
        output.fields((name, value) for name, value in document.items() if name != "hints")
        _say_hints(document)

    call.answer(document, people)
