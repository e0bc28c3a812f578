-- $1 campaign, $2 its secret, empty: none
UPDATE campaigns SET md5secret = nullif($2, '')
WHERE i_campaign = $1::integer
