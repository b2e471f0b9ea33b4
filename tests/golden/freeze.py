"""Writes the kept emails anew: python -m tests.golden.freeze. Read the difference before you commit it."""

from pathlib import Path

from tests.golden.letters import GOLDEN

FOLDER = Path(__file__).with_name("emails")


def main() -> None:
    """Write each email to its file, and take away files of emails that are kept no more."""
    for path in FOLDER.glob("*.eml"):
        if path.stem not in GOLDEN:
            path.unlink()
    for name, golden in GOLDEN.items():
        (FOLDER / f"{name}.eml").write_bytes(golden.message())


if __name__ == "__main__":
    main()
