/**
 * @file dialer.h  The dialer of core/ports.h on baresip's user agents
 *
 * All functions belong to the loop thread.
 */
#ifndef RINGROUND_DIALER_H
#define RINGROUND_DIALER_H

#include "baresip-glue/media.h"
#include "baresip-glue/prompt.h"
#include "core/ports.h"

struct dialer;

/** The name of our audio source, as in the host's configuration */
#define DIALER_SOURCE "ringround"

struct dialer_prm {
	const char *host;       /**< behind the @ of our addresses; copied */
	struct prompts *prompts;        /**< borrowed                    */

	/** As engine_call_event() */
	void (*eventh)(uint64_t id, enum call_ev ev,
		       const struct call_fact *fact, void *arg);
	void *arg;
};

extern const struct dialer_ops dialer_baresip_ops;

/** Registers the audio source and the handlers. @return 0 or an errno */
int dialer_alloc(struct dialer **dlp, const struct dialer_prm *prm);

/** Calls are dropped without events. NULL is fine. */
void dialer_free(struct dialer *dl);

/** The thread that sends the prompts; borrowed. Before the first call. */
void dialer_set_media(struct dialer *dl, struct media *med);

/** A prompt became ready: calls may wait for it. */
void dialer_prompts_changed(struct dialer *dl);

/** As media_event_h */
void dialer_media_event(struct dialer *dl, uint64_t id, enum media_ev ev,
			uint32_t played_ms);

#endif
