"""The formats of the log."""

from followup.domain.shared.word import Word


class LogFormat(Word):
    """The format of log lines."""

    TEXT = "text", "For people"
    JSON = "json", "One JSON object a line, for programs"
