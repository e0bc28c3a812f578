-- Numbers that the campaign has. $1 i_campaign
INSERT INTO import_refused
SELECT t.line, 'is in the campaign already'
FROM import_lines t
WHERE t.number IS NOT NULL AND NOT EXISTS (
	SELECT FROM import_refused r WHERE r.line = t.line)
AND ltrim(t.number, '+') IN (SELECT dnc_digits(cld) FROM campaign_phones
	WHERE i_campaign = $1)
