"""What a customer bought, as letters name it."""

from followup.domain.shared.word import Word


class Thing(Word):
    """What was bought: its word stands in letters beside the reference that a case records with --order."""

    ORDER = "order", "Goods that were ordered"
    BOOKING = "booking", "Something reserved: a flight, a table, a course, a rented car"
    APPOINTMENT = "appointment", "A time with a person: a dentist, a hairdresser, an engineer"
    CONTRACT = "contract", "Something that runs on: energy, telephone, insurance"
    TICKET = "ticket", "A ticket: a train, a concert, a museum"
    STAY = "stay", "A stay: a hotel, a holiday flat, a hospital"
    ACCOUNT = "account", "An account: a bank, a library, an online service"
    NONE = "none", "None of these: letters speak of a reference"

    @classmethod
    def near_words(cls) -> dict[str, str]:
        """Other words that people say, each with the word of the list that it means."""
        return {
            "purchase": "order",
            "reservation": "booking",
            "flight": "booking",
            "visit": "appointment",
            "subscription": "contract",
            "policy": "contract",
            "fare": "ticket",
            "room": "stay",
            "nothing": "none",
        }
