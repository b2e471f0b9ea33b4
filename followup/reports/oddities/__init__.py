"""The exceptions of each kind, asked of the database. No name, address or word of a customer is in them."""
