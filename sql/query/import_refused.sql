-- The lines that hold a number and are left out all the same
CREATE TEMPORARY TABLE import_refused (
	line            bigint NOT NULL,
	reason          text NOT NULL
) ON COMMIT DROP
