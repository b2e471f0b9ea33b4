"""A workspace: the folder with followup.toml and the files that belong to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from followup.errors import InvalidFile, NotFound
from followup.settings import FILE_NAME, Settings, read_settings, read_text


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder with followup.toml, its settings, and the paths of its files."""

    root: Path
    settings: Settings

    @property
    def database_url(self) -> str:
        """The URL of the database; a SQLite file in db/ unless set otherwise."""
        return self.settings.database_url or f"sqlite:///{self.root / 'db' / 'followup.db'}"

    @property
    def key_file(self) -> Path:
        """The file of the workspace's key, unless it is set as FOLLOWUP_SECRET_KEY."""
        return self.root / "db" / "secret.key"

    @property
    def log_ins_dir(self) -> Path:
        """The folder of log-ins to mail servers, with their tokens."""
        return self.root / "db" / "log-ins"

    def secret_key(self) -> bytes:
        """The workspace's key, from which voucher codes and tokens are made. Raises NotFound if it is
        missing, InvalidFile if it is too short.
        """
        key = (self.settings.secret_key or read_text(self.key_file)).strip().encode()
        if len(key) < 32:
            raise InvalidFile(
                "The workspace's secret key is too short.",
                hint=f"It needs 32 characters or more; see FOLLOWUP_SECRET_KEY and {self.key_file}.",
                code="bad_key",
            )
        return key

    @property
    def policy_file(self) -> Path:
        """The file of the policy in the main currency."""
        return self.root / "policy.toml"

    def policy_file_in(self, currency: str) -> Path:
        """The file of the policy in a currency: policy.toml, or for another one as policy.EUR.toml."""
        return (
            self.policy_file if currency == self.settings.currency else self.root / f"policy.{currency}.toml"
        )

    @property
    def sequences_file(self) -> Path:
        """The file of the sequences."""
        return self.root / "sequences.toml"

    @property
    def templates_dir(self) -> Path:
        """The folder of the email templates."""
        return self.root / "templates"

    @property
    def quarantine_dir(self) -> Path:
        """The folder for inbound emails that cannot be read."""
        return self.root / "inbound" / "quarantine"

    @property
    def outbox_dir(self) -> Path:
        """The folder to which emails are written while no SMTP server is set."""
        return self.root / "outbox"


def find_workspace(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that has a followup.toml. Raises NotFound."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise _no_workspace(
        f"There is no workspace in {start} or above it.",
        "Make one with: followup init DIR   or name one with --workspace DIR",
    )


def load_workspace(root: Path, environment: Mapping[str, str]) -> Workspace:
    """Load the workspace in `root` with its settings. Raises NotFound or InvalidFile."""
    path = root / FILE_NAME
    if not path.is_file():
        raise _no_workspace(
            f"{root} is not a workspace: it has no {FILE_NAME}.", f"Make it one with: followup init {root}"
        )
    return Workspace(root.resolve(), read_settings(read_text(path), str(path), environment))


def _no_workspace(message: str, hint: str) -> NotFound:
    return NotFound(message, hint=hint, code="no_workspace")
