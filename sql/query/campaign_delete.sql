-- With its phones and their attempts. $1 campaign
DELETE FROM campaigns WHERE i_campaign = $1::integer
