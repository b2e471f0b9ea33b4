"""followup case import | customer import."""
