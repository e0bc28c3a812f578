/**
 * @file revive.c  The embedded database is started again when it has died
 */
#include "baresip-glue/revive.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "baresip-glue/journal.h"
#include "baresip-glue/thread.h"
#include "sql/cluster.h"

struct revive {
	struct cluster *cl;
	pthread_t tid;
	bool running;           /**< there is a thread to be joined      */
	atomic_bool done;       /**< and it has ended                    */
	uint64_t at_ms;         /**< the next try; 0: all is well        */
	uint32_t gap_ms;
};


static void *revive_thread(void *arg)
{
	struct revive *rv = arg;
	char why[256];

	if (cluster_revive(rv->cl, why, sizeof(why)))
		journal_line(true, why);

	atomic_store(&rv->done, true);
	return NULL;
}


static void join(struct revive *rv)
{
	if (rv->running)
		(void)pthread_join(rv->tid, NULL);
	rv->running = false;
}


int revive_alloc(struct revive **rvp, struct cluster *cl)
{
	struct revive *rv = calloc(1, sizeof(*rv));

	if (!rv)
		return ENOMEM;

	rv->cl = cl;
	rv->gap_ms = REVIVE_AFTER_MS;
	*rvp = rv;

	return 0;
}


void revive_free(struct revive *rv)
{
	if (!rv)
		return;

	join(rv);
	free(rv);
}


static void try_now(struct revive *rv)
{
	journal_line(true, "starting the embedded database again");
	atomic_store(&rv->done, false);
	rv->running = !thread_start(&rv->tid, "ringround-pg", revive_thread,
				    rv);
}


void revive_tick(struct revive *rv, bool there, uint64_t now_ms)
{
	if (!rv || (rv->running && !atomic_load(&rv->done)))
		return;

	join(rv);

	if (there) {
		rv->at_ms = 0;
		rv->gap_ms = REVIVE_AFTER_MS;
	}
	else if (!rv->at_ms) {
		rv->at_ms = now_ms + rv->gap_ms;
	}
	else if (now_ms >= rv->at_ms) {
		try_now(rv);
		rv->gap_ms = rv->gap_ms * 2 < REVIVE_MAX_MS
			? rv->gap_ms * 2 : REVIVE_MAX_MS;
		rv->at_ms = now_ms + rv->gap_ms;
	}
}
