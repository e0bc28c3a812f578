-- May this session look for numbers? Numbers are masked for viewers.
SELECT has_table_privilege('phone_numbers'::regclass, 'SELECT')::integer
