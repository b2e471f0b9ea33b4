"""The roles of agents."""

from followup.domain.shared.word import Word


class Role(Word):
    """The role of an agent. The order counts: a later role may do more."""

    AGENT = "agent", "Talks to customers"
    SENIOR = "senior", "An experienced agent with more authority"
    MANAGER = "manager", "Approves, and answers for a budget"
    DIRECTOR = "director", "Approves what managers may not"
