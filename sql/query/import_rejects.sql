COPY (SELECT t.line, coalesce(t.raw, t.number) AS number,
	coalesce(t.reason, r.reason) AS reason
	FROM import_lines t LEFT JOIN import_refused r USING (line)
	WHERE coalesce(t.reason, r.reason) IS NOT NULL ORDER BY t.line)
TO STDOUT (FORMAT csv, HEADER)
