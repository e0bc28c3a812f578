-- Now and then: what was left behind, and the tally.
-- $1 node, $2 whether it has just started and knows of no call
SELECT recover_phones($1, $2), fold_tally()
