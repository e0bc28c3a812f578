-- $1 campaign
SELECT md5secret FROM campaigns WHERE i_campaign = $1::integer
