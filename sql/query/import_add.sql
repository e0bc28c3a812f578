-- All others become phones, in the order of the file. $1 i_campaign
INSERT INTO campaign_phones (i_campaign, cld)
SELECT $1, t.number FROM import_lines t
WHERE t.number IS NOT NULL AND NOT EXISTS (
	SELECT FROM import_refused r WHERE r.line = t.line)
ORDER BY t.line
