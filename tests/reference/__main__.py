"""`make docs`: writes anew the pages made from tables in the source. Read the difference before a commit."""

from tests.reference.pages import PAGES


def main() -> None:
    """Write each page to its place."""
    for path, page in PAGES.items():
        path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
