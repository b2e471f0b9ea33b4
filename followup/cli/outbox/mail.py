"""followup mail."""

import sys
import time
from typing import Annotated

import typer

from followup import clock
from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.nouns import app_of
from followup.errors import missing

app = app_of("mail")
User = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Who logs in, if not the user of smtp_url or inbound_url."),
]


@command(
    app,
    "login",
    example="""
    followup mail login microsoft
    followup mail login google --user care@shop.example
    """,
)
def login(
    call: Call,
    provider: Annotated[str, typer.Argument(metavar="microsoft|google", help="Who runs the mail server.")],
    user: User = None,
) -> None:
    """Log in to Microsoft 365 or Google, for the mail server and the mailbox.

    It shows where to log in, on any device. The tokens are kept in the workspace, for its owner alone; they
    are refreshed by themselves, and used where smtp_url or inbound_url say auth=xoauth2. It needs
    oauth_client_id."""
    from followup.application.outbox import mail_log_in

    document = mail_log_in.log_in(
        call.caller,
        provider,
        user,
        clock=clock.now,
        wait=time.sleep,
        on_code=_show_code,
        ask_for_address=_ask_for_address,
    )

    def people() -> None:
        output.lines(f"{document['user']} is logged in at {document['provider_name']}.")
        if not document["used"]:
            output.say(
                "No setting uses it yet: write ?auth=xoauth2 and the user into smtp_url or inbound_url."
            )

    call.answer(document, people)


@command(app, "logout", example="followup mail logout --user care@shop.example")
def logout(call: Call, user: User = None) -> None:
    """Remove the tokens of a log-in from the workspace.

    The provider may know them still: end the access of the application there, too."""
    from followup.application.outbox import mail_log_in

    document = mail_log_in.log_out(call.caller, user)
    call.answer(document, lambda: output.lines(f"{document['user']} is logged out."))


def _show_code(code: str, address: str, minutes: int) -> None:
    output.say(f"Open {address} on any device, and type {code} within {minutes} minutes. Waiting …")


def _ask_for_address(address: str) -> str:
    output.say("Open this address in a browser, on any machine, and log in:")
    output.say("")
    output.say(address)
    output.say("")
    output.say("At the end the browser cannot open a page of 127.0.0.1: that is right.")
    output.say("Copy its whole address from the browser, paste it here, and press Enter:")
    answer = sys.stdin.readline().strip()
    if not answer:
        raise missing(
            "The address at the end of the log-in was not given.",
            hint="Run the command on a terminal, and paste the address that the browser shows.",
        )
    return answer
