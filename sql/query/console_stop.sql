-- Pause campaign $1 and hang up its calls; NULL: it is gone
SELECT stop_campaign($1::integer)
