"""The kinds of an email: of each its checks, its writer, and how it is told of."""
