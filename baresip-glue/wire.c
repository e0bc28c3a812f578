/**
 * @file wire.c  SIP messages as they come and go
 */
#include "baresip-glue/wire.h"

#include "baresip-glue/baresip.h"

static struct list watchers;


static void trace_handler(bool tx, enum sip_transp tp, const struct sa *src,
			  const struct sa *dst, const uint8_t *pkt,
			  size_t len, void *arg)
{
	struct le *le = list_head(&watchers);
	(void)tp;
	(void)src;
	(void)dst;
	(void)arg;

	while (le) {
		const struct wire *wr = le->data;

		le = le->next;
		wr->h(tx, pkt, len, wr->arg);
	}
}


void wire_watch(struct wire *wr, wire_h *h, void *arg)
{
	wr->h = h;
	wr->arg = arg;
	list_append(&watchers, &wr->le, wr);
	sip_set_trace_handler(uag_sip(), trace_handler);
}


void wire_unwatch(struct wire *wr)
{
	list_unlink(&wr->le);
	if (list_isempty(&watchers) && uag_sip())
		sip_set_trace_handler(uag_sip(), NULL);
}
