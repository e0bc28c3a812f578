-- $1 node, $2 whether it has just started and knows of no call
SELECT recover_phones($1, $2)
