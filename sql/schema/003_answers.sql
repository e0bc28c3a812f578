-- What people ask the database: how a campaign stands, and why a number is
-- not being rung.

-- Every engine holds an advisory lock on its node's name while it is
-- connected.
CREATE FUNCTION engines_connected() RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT count(*) FROM pg_locks
	WHERE locktype = 'advisory' AND classid = 1918987877 AND granted
	AND database = (SELECT oid FROM pg_database
		WHERE datname = current_database())
$$;


CREATE VIEW campaign_summary AS
SELECT c.i_campaign, c.name, c.paused,
	coalesce(n.total, 0) AS total,
	coalesce(n.finished, 0) AS finished,
	coalesce(n.idle, 0) AS idle,
	coalesce(n.trying, 0) AS trying,
	coalesce(n.answer, 0) AS answer,
	coalesce(n.failure, 0) AS failure,
	coalesce(n.premature_hangup, 0) AS premature_hangup,
	coalesce(n.success, 0) AS success,
	(SELECT count(*) FROM campaign_phones p
		WHERE p.i_campaign = c.i_campaign
		AND p.claimed_by IS NOT NULL) AS live,
	coalesce(n.due, 0) + (SELECT count(*) FROM campaign_phones p
		WHERE p.i_campaign = c.i_campaign
		AND NOT p.finished AND p.claimed_by IS NULL
		AND coalesce(p.next_call, '-infinity')
			BETWEEN due_bin(false, NULL, now()) AND now())
		AS due_now,
	(SELECT greatest(p.next_call, now()) FROM campaign_phones p
		WHERE p.i_campaign = c.i_campaign
		AND NOT p.finished AND p.claimed_by IS NULL
		ORDER BY coalesce(p.next_call, '-infinity'),
			p.i_campaign_phone
		LIMIT 1) AS next_due,
	coalesce(t.attempts, 0) AS attempts,
	round(coalesce(t.heard_msec, 0) / 1000.0, 3) AS heard_sec
FROM campaigns c
LEFT JOIN LATERAL (
	SELECT sum(k.n) AS total,
		sum(k.n) FILTER (WHERE k.finished) AS finished,
		sum(k.n) FILTER (WHERE k.status = 'idle') AS idle,
		sum(k.n) FILTER (WHERE k.status = 'trying') AS trying,
		sum(k.n) FILTER (WHERE k.status = 'answer') AS answer,
		sum(k.n) FILTER (WHERE k.status = 'failure') AS failure,
		sum(k.n) FILTER (WHERE k.status = 'premature hangup')
			AS premature_hangup,
		sum(k.n) FILTER (WHERE k.status = 'success') AS success,
		sum(k.n) FILTER (WHERE k.due < due_bin(false, NULL, now()))
			AS due
	FROM campaign_tally k WHERE k.i_campaign = c.i_campaign
	AND k.status IS NOT NULL
) AS n ON true
LEFT JOIN campaign_totals t ON t.i_campaign = c.i_campaign;

COMMENT ON VIEW campaign_summary IS
	'How each campaign stands, read from counters and the ends of '
	'indexes; of due_now, what fell due in the last ten minutes is '
	'counted';


-- The one reason why a number is not being rung now, and the instant at
-- which that changes by itself (NULL: it does not, or nobody can know).
CREATE FUNCTION why_not_dialing(i_campaign_phone bigint,
	OUT reason text, OUT until timestamptz)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
	p campaign_phones;
	c campaigns;
	pr ivr_prompts;
	live bigint;
BEGIN
	SELECT * INTO p FROM campaign_phones x
	WHERE x.i_campaign_phone = why_not_dialing.i_campaign_phone;
	IF NOT FOUND THEN
		reason := 'there is no such phone';
		RETURN;
	END IF;
	SELECT * INTO c FROM campaigns x WHERE x.i_campaign = p.i_campaign;
	SELECT i.i_ivr_prompt, i.trouble INTO pr.i_ivr_prompt, pr.trouble
	FROM ivr_prompts i WHERE i.i_ivr_prompt = c.i_ivr_prompt;
	SELECT count(*) INTO live FROM campaign_phones x
	WHERE x.i_campaign = p.i_campaign AND x.claimed_by IS NOT NULL;

	IF p.claimed_by IS NOT NULL AND p.expires < now() THEN
		reason := 'its engine ' || p.claimed_by || ' is gone; '
			'another one will take it up';
	ELSIF p.claimed_by IS NOT NULL THEN
		reason := 'it is being rung now by ' || p.claimed_by;
		until := p.expires;
	ELSIF p.finished AND p.status = 'success' THEN
		reason := 'finished: the prompt has been heard';
	ELSIF p.call_count >= c.max_attempts THEN
		reason := 'finished: all attempts are spent';
	ELSIF p.finished THEN
		reason := 'finished';
	ELSIF c.paused THEN
		reason := 'the campaign is paused';
	ELSIF pr.i_ivr_prompt IS NULL THEN
		reason := 'the campaign has no prompt';
	ELSIF pr.trouble IS NOT NULL THEN
		reason := 'the prompt cannot be played: ' || pr.trouble;
	ELSIF NOT schedule_open(c.i_schedule, now()) THEN
		reason := 'the schedule is closed';
		until := schedule_next_change(c.i_schedule, now());
	ELSIF p.next_call > now() THEN
		reason := 'it waits for its next attempt';
		until := p.next_call;
	ELSIF engines_connected() = 0 THEN
		reason := 'no engine is running';
	ELSIF c.max_concurrent_calls = 0 THEN
		reason := 'max_concurrent_calls is 0';
	ELSIF live >= c.max_concurrent_calls THEN
		reason := 'as many calls are live as max_concurrent_calls '
			'allows';
		SELECT min(x.expires) INTO until FROM campaign_phones x
		WHERE x.i_campaign = p.i_campaign
		AND x.claimed_by IS NOT NULL;
	ELSE
		reason := 'nothing: it is due and waits for its turn';
		until := now();
	END IF;
END $$;
