-- The lines of a file. raw: as written, where that is not the number; reason:
-- why there is no number
CREATE TEMPORARY TABLE import_lines (
	line            bigint NOT NULL,
	number          text COLLATE "C",
	raw             text,
	reason          text
) ON COMMIT DROP
