/**
 * @file time_claim.c  How long a claim takes
 *
 * Each run is a transaction that is rolled back outside of the measurement.
 * Prints a line a run: microseconds, phones, and the microseconds of
 * processor time that the server took for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include "tests/bench/bed.h"


int main(int argc, char *argv[])
{
	struct bed_campaign *campv;
	struct bed bd;
	uint32_t runs, limit;
	size_t n, i;

	if (argc < 5)
		bed_die("usage: time_claim CONNINFO RUNS LIMIT CAMPAIGN ...");

	runs = bed_number(argv[2], 1);
	limit = bed_number(argv[3], 1);
	n = (size_t)argc - 4;
	campv = calloc(n, sizeof(*campv));
	if (!campv)
		bed_die("out of memory");
	for (i = 0; i < n; i++)
		campv[i] = bed_campaign(argv[i + 4]);

	bed_open(&bd, argv[1], "bench");
	while (runs--) {
		uint64_t usec, cpu;

		bd.phonec = 0;
		(void)bed_ask(&bd, "BEGIN", 0, NULL);
		cpu = bed_server_usec(&bd);
		usec = bed_claim(&bd, campv, n, limit);
		cpu = bed_server_usec(&bd) - cpu;
		(void)bed_ask(&bd, "ROLLBACK", 0, NULL);
		(void)printf("%llu %zu %llu\n", (unsigned long long)usec,
			     bd.phonec, (unsigned long long)cpu);
	}

	bed_close(&bd);
	free(campv);
	return 0;
}
