"""The forms of the log."""

from followup.domain.shared.word import Word


class LogFormat(Word):
    """How lines of the log are written."""

    TEXT = "text", "For people"
    JSON = "json", "One JSON object a line, for programs"
