"""Tables, the engine, and the queries that only SQL does well."""
