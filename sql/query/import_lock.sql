-- One import at a time into a campaign, or, for 0, into the do-not-call list.
-- $1 i_campaign or 0
SELECT pg_advisory_xact_lock(1918987880, $1)
