-- Have the roles been granted anything in this database?
SELECT EXISTS (
	SELECT FROM pg_class c, aclexplode(c.relacl) a
	JOIN pg_roles r ON r.oid = a.grantee
	WHERE c.oid = to_regclass('campaign_phones')
	AND r.rolname = 'ringround_engine'
)::integer
