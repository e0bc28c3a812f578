-- A step of the schema is there.
INSERT INTO schema_version (version) VALUES ($1::integer)
