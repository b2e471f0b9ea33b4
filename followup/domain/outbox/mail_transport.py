"""How an email left: through a mail server, or as a file."""

from followup.domain.shared.word import Word


class MailTransport(Word):
    """What took an email when it was transmitted."""

    RELAY = "relay", "A mail server took it"
    TEST_SERVER = "test_server", "A mail server for tests took it, in a rehearsal"
    FILES = "files", "It was written to a file, so nobody got it"
