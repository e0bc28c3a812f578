-- An engine that leaves takes its row along. $1 node
DELETE FROM engines WHERE node = $1
