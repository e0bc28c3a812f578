/**
 * @file db_conninfo.c  Connection strings: is it one, and another database
 */
#include "sql/db_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


static const char *option_value(const PQconninfoOption *optv,
				const char *key)
{
	for (; optv->keyword; optv++) {
		if (!strcmp(optv->keyword, key))
			return optv->val;
	}

	return NULL;
}


/* libpq's own words may repeat the string, and with it a password. */
int db_conninfo_check(const char *conninfo, char *why, size_t size)
{
	PQconninfoOption *optv = NULL;
	const char *host = NULL;
	char *message = NULL;
	int err = 0;

	if (conninfo[0] && !strpbrk(conninfo, "\r\n"))
		optv = PQconninfoParse(conninfo, &message);
	if (optv)
		host = option_value(optv, "host");

	if (!optv || (host && strchr(host, '@'))) {
		snprintf(why, size, "-d is no connection string; write it "
			 "like \"host=db.example dbname=ringround\" or "
			 "postgresql://user@db.example/ringround");
		err = EINVAL;
	}

	PQconninfoFree(optv);
	PQfreemem(message);

	return err;
}


/* key='value', the value with its quotes and backslashes escaped */
static void option_print(FILE *f, const char *key, const char *val)
{
	fprintf(f, "%s='", key);
	for (; *val; val++) {
		if (*val == '\'' || *val == '\\')
			fputc('\\', f);
		fputc(*val, f);
	}
	fputs("' ", f);
}


int db_conninfo_move(const char *conninfo, const char *database,
		     char *buf, size_t size)
{
	PQconninfoOption *optv;
	long used;
	FILE *f;

	optv = PQconninfoParse(conninfo, NULL);
	if (!optv)
		return EINVAL;

	f = fmemopen(buf, size, "w");
	if (!f) {
		PQconninfoFree(optv);
		return ENOMEM;
	}

	for (const PQconninfoOption *opt = optv; opt->keyword; opt++) {
		if (opt->val && strcmp(opt->keyword, "dbname"))
			option_print(f, opt->keyword, opt->val);
	}
	option_print(f, "dbname", database);

	fflush(f);
	used = ftell(f);
	fclose(f);
	PQconninfoFree(optv);

	return used < 0 || (size_t)used >= size ? EOVERFLOW : 0;
}
