-- Now and then: what was left behind, and the tally.
-- $1 node, $2 whether it has just started, $3 the attempts it knows of
SELECT recover_phones($1, $2, $3), fold_tally()
