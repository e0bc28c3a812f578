-- For one transaction: room for large hashes, and no time lost on compiling
SELECT set_config('jit', 'off', true), set_config('work_mem', CASE
	WHEN pg_size_bytes(current_setting('work_mem')) < 128 * 1048576
	THEN '128MB' ELSE current_setting('work_mem') END, true)
