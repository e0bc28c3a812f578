/**
 * @file time_sql.c  How long a statement takes on the engine's connection
 *
 * It is sent as the engine sends it, in a session that has said hello as an
 * engine. Prints a line a run: microseconds, rows, and the microseconds of
 * processor time that the server took for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include "tests/bench/bed.h"


static char *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!f || getdelim(&text, &size, '\0', f) < 0)
		bed_die("%s: cannot be read", path);
	(void)fclose(f);

	return text;
}


int main(int argc, char *argv[])
{
	const char *const *paramv = (const char *const *)argv + 4;
	struct bed bd;
	uint32_t n;
	char *sql;

	if (argc < 4)
		bed_die("usage: time_sql CONNINFO RUNS FILE [PARAM ...]");

	n = bed_number(argv[2], 1);
	sql = read_file(argv[3]);
	bed_open(&bd, argv[1], "bench");
	while (n--) {
		const uint64_t before = bed_server_usec(&bd);
		const struct bed_answer an = bed_ask(&bd, sql, argc - 4,
						     paramv);

		(void)printf("%llu %d %llu\n", (unsigned long long)an.usec,
			     an.rows, (unsigned long long)
			     (bed_server_usec(&bd) - before));
	}

	bed_close(&bd);
	free(sql);
	return 0;
}
