"""Tables, the engine, and the queries that are best written in SQL."""
