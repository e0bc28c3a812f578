-- Hang up the calls of phones $1, of attempts $2 where these are given
SELECT hang_up($1::bigint[], $2::bigint[])
