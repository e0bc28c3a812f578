-- Is there a schema at all?
SELECT (to_regclass('schema_version') IS NOT NULL)::integer
