"""The queries for each kind of exception. Their results contain no name, address or words of a customer."""
