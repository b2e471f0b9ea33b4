"""What may follow `followup`: each noun with its line of help, and the modules that are its commands.

Only the noun that is called is imported: a person waits for each command, and the others take longer to load
than it takes to run.
"""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun, or a command that has none. `help` is its line in the list of all."""

    help: str
    modules: tuple[str, ...]
    """Below followup.cli. The first has the `app`; the others add their commands to it."""


NOUNS = {
    "init": Noun(
        "Create a workspace: settings, policy, sequences, templates and the database.", ("upkeep.workspace",)
    ),
    "doctor": Noun(
        "Check what is configured and what is missing, and say what to do about it.", ("upkeep.workspace",)
    ),
    "demo": Noun(
        "Play a demo: six cases, their gestures under a budget, and two weeks of emails.", ("upkeep.demo",)
    ),
    "coach": Noun(
        "Practise answering a complaint, and see which of your sentences would do harm and which do good.",
        ("coaching.coach",),
    ),
    "completion": Noun(
        "Print the script that teaches a shell to complete commands, and what is in the workspace.",
        ("upkeep.completion",),
    ),
    "agent": Noun("The agents of the business.", ("people.agent", "people.handover")),
    "customer": Noun(
        "The customers of the business.",
        ("people.customer", "people.customer_erasure", "importing.customer_import"),
    ),
    "case": Noun(
        "One bad experience of one customer.",
        ("cases.case", "cases.case_find", "cases.case_list", "cases.case_update", "importing.case_import"),
    ),
    "gesture": Noun("Gestures offered to customers.", ("goodwill.gesture",)),
    "approval": Noun("Approvals of gestures that exceed an agent's authority.", ("goodwill.approval",)),
    "voucher": Noun("Voucher codes and their redemptions.", ("goodwill.voucher",)),
    "budget": Noun("Budgets that limit goodwill.", ("goodwill.budget",)),
    "policy": Noun(
        "The rules that turn a case into a gesture.", ("goodwill.policy", "goodwill.policy_simulation")
    ),
    "sequence": Noun("Sequences of emails, and enrolments of cases.", ("sequences.sequence",)),
    "outbox": Noun("Emails that are planned, sent or stuck.", ("outbox.outbox",)),
    "inbound": Noun("Inbound email from customers and mail servers.", ("inbound.inbound",)),
    "mail": Noun("Logging in to the mail server and the mailbox.", ("outbox.mail",)),
    "template": Noun("Templates of the emails.", ("outbox.template",)),
    "suppression": Noun(
        "Suppressed addresses, to which nothing is sent.",
        ("people.suppression", "importing.suppression_import"),
    ),
    "report": Noun(
        "Reports on what goodwill costs and achieves.", ("reporting.report", "reporting.report_schedule")
    ),
    "audit": Noun("The audit log: who changed what, when and why.", ("upkeep.audit",)),
    "daemon": Noun("The daemon that sends the emails.", ("outbox.daemon", "outbox.daemon_status")),
    "db": Noun("The database.", ("upkeep.db",)),
}
"""In the order of the help."""


def app_of(noun: str) -> typer.Typer:
    """What the module of a noun registers its commands with."""
    return typer.Typer(name=noun, help=NOUNS[noun].help, no_args_is_help=True)


class NounGroup(TyperGroup):
    """The command `followup` itself: it knows its nouns by name, and imports one when it is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        # Only ever read, as a mapping.
        self.commands = cast("Any", _Loaded())

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """List all nouns without importing any."""
        room = formatter.width - 6 - max(map(len, NOUNS))
        lines = [
            (name, TyperCommand(name, help=noun.help).get_short_help_str(room))
            for name, noun in NOUNS.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(lines)


class _Loaded(Mapping[str, Any]):
    """The command of each noun, made when it is asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _made(name, NOUNS[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(NOUNS)

    def __len__(self) -> int:
        return len(NOUNS)


def _made(name: str, noun: Noun) -> Any:
    app, *_ = [importlib.import_module(f"followup.cli.{module}").app for module in noun.modules]
    # Made below an app with the settings of ours, as Typer does it for one that is registered at once.
    above = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
    above.callback()(lambda: None)
    above.add_typer(app)
    return cast("TyperGroup", typer.main.get_command(above)).commands[name]
