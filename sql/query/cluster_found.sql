-- Has the embedded cluster its database?
SELECT count(*) FROM pg_database WHERE datname = 'ringround'
