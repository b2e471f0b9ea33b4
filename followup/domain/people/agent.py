"""The words of the people who work here."""

from followup.domain.shared.word import Word


class Role(Word):
    """What an agent may do, from least to most."""

    AGENT = "agent", "Talks to customers"
    SENIOR = "senior", "An experienced agent with more authority"
    MANAGER = "manager", "Approves, and answers for a budget"
    DIRECTOR = "director", "Approves what managers may not"
