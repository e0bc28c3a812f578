/**
 * @file metrics.c  The engine's figures, served to Prometheus
 */
#include "baresip-glue/metrics.h"

#include <errno.h>
#include <time.h>
#include "baresip-glue/app.h"
#include "baresip-glue/desk.h"
#include "baresip-glue/journal.h"
#include "baresip-glue/scrape.h"
#include "core/metrics.h"
#include "sql/embedded.h"

static struct scrape *scrape;
static int64_t born_ms;


static int page_handler(FILE *f, void *arg)
{
	const struct app *ap = arg;
	struct metrics mx;

	if (!ap->eng || !ap->med)
		return EAGAIN;

	engine_measure(ap->eng, &mx);
	mx.version = VERSION;
	mx.libre = sys_libre_version_get();
	mx.schema = schema_version;
	mx.born_ms = born_ms;
	mx.orders = desk_waiting();
	media_tally(ap->med, &mx.packets);

	return metrics_print(f, &mx);
}


int metrics_open(struct app *ap)
{
	const struct address *ad = &ap->la.metrics;
	struct timespec ts;
	int err;

	if (!ad->port)
		return 0;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	born_ms = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
	err = scrape_open(&scrape, ad, "/metrics", METRICS_TYPE, page_handler,
			  ap);
	if (!err)
		journal_print(false, ad->v6 ? "metrics: http://[%s]:%u/metrics"
			      : "metrics: http://%s:%u/metrics", ad->host,
			      ad->port);

	return err;
}


void metrics_close(void)
{
	scrape_close(scrape);
	scrape = NULL;
}
