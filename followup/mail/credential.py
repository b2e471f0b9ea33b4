"""What a connection logs in with: a password, what a command prints, or a token of a log-in that is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from followup.mail.password_command import password_from


class Credential(Protocol):
    """Gives the password or access token of one user."""

    def secret(self) -> str | None:
        """What to log in with now; None if there is nothing. Raises Unreachable."""
        ...

    def renewed(self, refused: str) -> str | None:
        """Another one after `refused` was refused; None if there is no other. Raises Unreachable."""
        ...


@dataclass(frozen=True, slots=True)
class Password:
    """A password that is known, or None. There is no other."""

    password: str | None = field(default=None, repr=False)

    def secret(self) -> str | None:
        """The password."""
        return self.password

    def renewed(self, refused: str) -> str | None:  # noqa: ARG002
        """None."""
        return None


@dataclass(frozen=True, slots=True)
class PasswordCommand:
    """What a command prints for each new connection. After a refusal it is not asked again: what it printed
    is a moment old."""

    command: str

    def secret(self) -> str:
        """What the command prints. Raises Unreachable."""
        return password_from(self.command)

    def renewed(self, refused: str) -> str | None:  # noqa: ARG002
        """None."""
        return None


def credential(
    password: str | None, command: str | None, kept: Callable[[], Credential] | None
) -> Credential:
    """The credential of a user: a password goes before a command, and a command before a kept log-in."""
    if password is not None:
        return Password(password)
    if command is not None:
        return PasswordCommand(command)
    return kept() if kept is not None else Password()
