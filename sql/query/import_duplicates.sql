-- Numbers that an earlier line holds
INSERT INTO import_refused
SELECT t.line, 'is in line ' || f.line || ' already'
FROM (SELECT ltrim(number, '+') AS digits, min(line) AS line
	FROM import_lines WHERE number IS NOT NULL
	GROUP BY 1 HAVING count(*) > 1) AS f
JOIN import_lines t ON ltrim(t.number, '+') = f.digits AND t.line > f.line
