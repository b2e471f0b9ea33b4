"""The `followup` command: turns every error into one line and an exit code."""

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from followup import __version__
from followup.cli import output
from followup.cli.call import Common
from followup.cli.nouns import NounGroup
from followup.errors import FollowupError, Refused, WrongUsage, disk_full

app = typer.Typer(
    name="followup",
    cls=NounGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def _version(asked: bool) -> None:
    if asked:
        output.lines(f"followup {__version__}")
        raise typer.Exit


@app.callback()
def common(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    as_: Annotated[str | None, typer.Option("--as", metavar="EMAIL", help="The agent who acts.")] = None,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", metavar="DIR", help="The folder of the workspace.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Service recovery: log a bad experience, see what may be offered, and follow it up in person.

    \b
    Begin here:
      followup demo                  see it all work, in a folder of its own
      followup init my-shop          make a workspace
      followup case open --help      log the first case"""
    del version
    Common.given.json, Common.given.actor_email, Common.given.folder = json, as_, workspace


def main() -> None:
    """Run the command, and exit with its exit code."""
    sys.exit(run())


def run() -> int:
    """Run the command. Returns the exit code; never shows a traceback."""
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        output.say("Stopped; nothing was changed.")
        return 130
    except KeyboardInterrupt:
        output.say("Stopped.")
        return 130
    except BrokenPipeError:
        # The reader closed the pipe. Close it here too, or Python prints an error at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            # A noun without a verb prints its help.
            output.say(str(error))
            return WrongUsage.exit_code
        return _refuse(_named(error))
    return code if isinstance(code, int) else 0


def _refuse(error: FollowupError) -> int:
    if "--json" in sys.argv:
        import json

        output.say(json.dumps(error.as_document(), ensure_ascii=False))
    else:
        hint = f" {output.plain(error.hint)}" if error.hint else ""
        output.say(f"followup: {output.plain(error.message)}{hint}")
    return error.exit_code


def _named(error: Exception) -> FollowupError:
    """Turn any error into one that says what to do. An unexpected error is reported as a bug of followup."""
    if isinstance(error, FollowupError):
        return error
    usage = getattr(error, "format_message", None)
    if usage is not None:
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "followup"
        return WrongUsage(usage(), hint=f"See: {path} --help", code="wrong_usage")
    if isinstance(error, OSError):
        return _named_os_error(error)
    if "FOLLOWUP_DEBUG" in os.environ:
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    return FollowupError(
        f"This is a bug in followup {__version__}: {type(error).__name__} at {where}.",
        hint="Nothing half done was kept. Please report it with this line and the command you ran.",
        code="bug",
    )


def _named_os_error(error: OSError) -> FollowupError:
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return disk_full(
            f"{error.filename or 'A file'} cannot be written: {error.strerror}. Nothing was changed.",
            hint="Free some space, or raise the limit, then run the same command again.",
        )
    return Refused(
        f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.",
        hint="Check that it exists and that you may read or write it.",
        code="file",
    )
