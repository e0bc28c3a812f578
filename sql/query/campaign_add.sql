-- $1 name; the rest is as the table has it, and campaign_set.sql's to change
INSERT INTO campaigns (name) VALUES ($1) RETURNING i_campaign
