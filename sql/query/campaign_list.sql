-- The campaigns and how they stand, for ringround campaign list
SELECT i_campaign, name, paused, total, finished, success, live, due_now,
	epoch_ms(next_due), attempts
FROM campaign_summary ORDER BY i_campaign
