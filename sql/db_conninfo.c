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


/* All that is set, but this key */
static int print_others(FILE **fp, const char *conninfo, const char *key,
			char *buf, size_t size, PQconninfoOption **optvp)
{
	PQconninfoOption *optv = PQconninfoParse(conninfo, NULL);
	FILE *f;

	if (!optv)
		return EINVAL;

	f = fmemopen(buf, size, "w");
	if (!f) {
		PQconninfoFree(optv);
		return ENOMEM;
	}

	for (const PQconninfoOption *opt = optv; opt->keyword; opt++) {
		if (opt->val && strcmp(opt->keyword, key))
			option_print(f, opt->keyword, opt->val);
	}

	*fp = f;
	*optvp = optv;

	return 0;
}


static int print_end(FILE *f, size_t size)
{
	long used;

	fflush(f);
	used = ftell(f);
	fclose(f);

	return used < 0 || (size_t)used >= size ? EOVERFLOW : 0;
}


int db_conninfo_move(const char *conninfo, const char *database,
		     char *buf, size_t size)
{
	PQconninfoOption *optv;
	FILE *f;
	int err;

	err = print_others(&f, conninfo, "dbname", buf, size, &optv);
	if (err)
		return err;

	option_print(f, "dbname", database);
	PQconninfoFree(optv);

	return print_end(f, size);
}


int db_conninfo_part(const char *conninfo, char *buf, size_t size,
		     char *password, size_t psize)
{
	PQconninfoOption *optv;
	const char *word;
	FILE *f;
	int err, n;

	err = print_others(&f, conninfo, "password", buf, size, &optv);
	if (err)
		return err;

	word = option_value(optv, "password");
	n = snprintf(password, psize, "%s", word ? word : "");
	PQconninfoFree(optv);
	err = print_end(f, size);

	return err ? err : n < 0 || (size_t)n >= psize ? EOVERFLOW : 0;
}
