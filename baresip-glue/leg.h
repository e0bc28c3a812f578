/**
 * @file leg.h  One call of ours, between the host's call and the engine
 */
#ifndef RINGROUND_LEG_H
#define RINGROUND_LEG_H

#include "baresip-glue/baresip.h"
#include "baresip-glue/dialer.h"
#include "baresip-glue/line.h"

struct dialer {
	struct dialer_prm prm;
	char *host;
	struct sa own;          /**< host, with any port                 */
	struct lines *lines;
	struct media *med;      /**< borrowed                            */
	struct ausrc *ausrc;
	struct hash *by_id;     /**< struct leg                          */
	struct list calls;      /**< the host's calls, taken from its UAs */
	struct list closing;    /**< legs to be hung up                  */
	struct tmr tmr;         /**< does the closing, outside handlers  */
	bool keys_told;         /**< the log has a warning of SRTP's keys */
};

struct leg {
	struct le le_id;
	struct le le_closing;
	struct dialer *dl;
	struct line *line;      /**< held                                */
	struct call *call;      /**< owned                               */
	struct cursor *cur;     /**< owned; from the answer on           */
	struct cursor *cur_later;       /**< owned; until then           */
	struct ausrc_st *src;   /**< the host's; NULL: no audio now      */
	uint64_t id;
	uint32_t ptime;         /**< ms a packet that it was told to play */
	uint32_t threshold;
	int32_t prompt_id;
	char digest[DIGEST_SIZE];
	bool established;
	bool waiting;           /**< for its prompt to be encoded        */
	bool held;              /**< by the callee                       */
	bool deaf;              /**< nobody reads what the callee says   */
	enum phone_media media; /**< as demanded                         */
	bool secure;            /**< the keys for it are there           */
	struct tmr tmr;         /**< until they must be, after the answer */
	uint32_t rx_thrown;     /**< packets of it, thrown away by us    */
	const char *reason;     /**< why we hang up; static              */
	uint16_t code;          /**< of SIP, for CLOSED when we hang up  */
};

/** @return the leg, borrowed; or NULL */
struct leg *leg_find(const struct dialer *dl, uint64_t id);

/** Tell the engine */
void leg_tell(const struct leg *leg, enum call_ev ev,
	      const struct call_fact *fact);

/** Tell the engine that it is over; the leg is gone afterwards, and so is its
    call. reason: NULL or words, borrowed */
void leg_closed(struct leg *leg, uint16_t code, const char *reason,
		enum ended_by ended_by);

/** From now on what the host says of the call comes to the leg */
void leg_watch(struct leg *leg);

/** Hang up soon, with words for the record (static); repeats are ignored */
void leg_close(struct leg *leg, const char *reason);

/** Register the audio source of all legs. @return 0 or an errno */
int leg_audio_init(struct dialer *dl);

/** The call is established, or its prompt is ready: play if all is there */
void leg_play(struct leg *leg);

/** @return NULL, or why no audio can be sent by the SDP in force (static) */
const char *leg_unreachable(const struct leg *leg);

/** There is a new SDP: does the callee hold, does it want other packets? */
void leg_renew(struct leg *leg);

/** It plays: from now on the kernel drops what comes in, and counts it */
void leg_deafen(struct leg *leg);

/** Its RTP so far */
void leg_stats(struct leg *leg, struct call_stats *cs);

#endif
