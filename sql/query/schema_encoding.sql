-- Does the database take every character?
SELECT (getdatabaseencoding() = 'UTF8')::integer
