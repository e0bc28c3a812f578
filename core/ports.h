/**
 * @file ports.h  The seams of the engine: store, dialer, clock
 *
 * Ports are asynchronous: a function returns an errno now, or it returns 0
 * and the handler is called exactly once later, never both and never before
 * the function has returned. All of it belongs to the loop thread.
 */
#ifndef RINGROUND_PORTS_H
#define RINGROUND_PORTS_H

#include <stddef.h>
#include "core/phone.h"

struct settings;


/** Who ended a call */
enum ended_by {
	ENDED_NOBODY,           /**< it was never established            */
	ENDED_LOCAL,            /**< this engine                         */
	ENDED_REMOTE,           /**< the callee or the network           */
};

/** What became of an attempt */
enum outcome {
	OUTCOME_SUCCESS,        /**< the prompt was heard                */
	OUTCOME_PREMATURE,      /**< answered, heard less than needed    */
	OUTCOME_FAILURE,        /**< refused, unreachable, local trouble */
	OUTCOME_NO_ANSWER,      /**< rang until timeout_sec              */
	OUTCOME_LOST,           /**< its engine stopped: does not count  */
};

/** The database's word in call_attempts.outcome; never NULL */
const char *outcome_name(enum outcome outcome);

/** What there is to write about an attempt, stamps by clock_ops.now_ms */
enum report_kind {
	REPORT_ANSWER,          /**< status answer, connect_time         */
	REPORT_SUCCESS,         /**< threshold crossed: finished for ever */
	REPORT_END,             /**< outcome, retry, one call_attempts row */
	REPORT_RELEASE,         /**< claimed but never dialled: as before */
	REPORT_UNDONE,          /**< the same, with a call_attempts row  */
};

/** Unused stamps are 0. Copied by the store. */
struct report {
	enum report_kind kind;
	int64_t phone_id;
	int64_t attempt_id;
	int32_t campaign_id;
	uint32_t attempt_no;
	enum phone_status status;
	enum outcome outcome;
	bool finished;
	bool retry;             /**< backoff_sec from ended_ms           */
	uint32_t backoff_sec;
	uint64_t setup_ms;      /**< the INVITE                          */
	uint64_t ring_ms;       /**< the first 18x                       */
	uint64_t connect_ms;    /**< the 200 OK                          */
	uint64_t prompt_ms;     /**< the first packet of the prompt      */
	uint64_t ended_ms;
	uint32_t played_ms;     /**< prompt really sent                  */
	uint16_t sip_code;      /**< final code; 0: none                 */
	enum ended_by ended_by;
	char reason[REASON_SIZE];
	char call_id[128];
	char proxy[256];
	char cli[NUMBER_SIZE];
	char cld[NUMBER_SIZE];
};

/** Campaigns are borrowed: copy what must outlive the call. */
typedef void (store_load_h)(int err, const struct campaign *campv,
			    size_t campc, const struct settings *set,
			    void *arg);

/** Campaigns that are not in it have no live call and nothing due soon. */
typedef void (store_scan_h)(int err, const struct campaign_due *duev,
			    size_t duec, void *arg);

/** Phones are borrowed: copy what must outlive the call. */
typedef void (store_claim_h)(int err, const struct phone *phonev,
			     size_t phonec, void *arg);

/** How many phones of a campaign to claim, and for which prompt */
struct claim_req {
	int32_t campaign_id;
	uint32_t limit;
	uint32_t prompt_ms;             /**< for the lease               */
	int32_t prompt_id;
	char prompt_digest[DIGEST_SIZE];
};

struct store_health {
	uint32_t rtt_us;        /**< of the last statement               */
	int64_t retry_ms;       /**< until the next try to connect; -1: it
				     is connected or tries               */
};

struct store_ops {
	/** Read campaigns and config. ENOTCONN while the database is away. */
	int (*load)(void *st, store_load_h *h, void *arg);

	/**
	 * Which campaigns have something due within ahead_sec, or live
	 * calls? Cheap. ENOTCONN as above.
	 *
	 * @param idv  Campaigns to be looked at in any case; copied
	 */
	int (*scan)(void *st, uint32_t ahead_sec, const int32_t *idv,
		    size_t n, store_scan_h *h, void *arg);

	/**
	 * Claim due phones; reqv is copied. ENOTCONN as above.
	 *
	 * @param lead_ms  No slot before so many milliseconds
	 * @param room     Calls more that this engine could carry
	 */
	int (*claim)(void *st, const struct claim_req *reqv, size_t reqc,
		     uint32_t lead_ms, uint32_t room,
		     store_claim_h *h, void *arg);

	/**
	 * Put memory by for the reports of so many attempts, those that are
	 * live included; may be NULL. @return 0 or ENOMEM
	 */
	int (*reserve)(void *st, size_t n);

	/**
	 * Write a report. It is kept until committed, over reconnects; the
	 * only error is ENOMEM.
	 */
	int (*report)(void *st, const struct report *rep);

	/** Extend the leases of these attempts by sec from now; copied. */
	int (*extend)(void *st, const int64_t *attemptv, size_t n,
		      uint32_t sec);

	/**
	 * Note why a prompt cannot be played, for all to see; NULL: it can.
	 * Best effort: nothing is kept.
	 */
	void (*trouble)(void *st, int32_t prompt_id, const char *digest,
			const char *why);

	/** Reports not yet committed */
	size_t (*pending)(const void *st);

	/** How the connection is doing; may be NULL */
	void (*health)(const void *st, struct store_health *health);
};


/** What happens to a call; CLOSED comes exactly once and last */
enum call_ev {
	CALL_EV_RINGING,        /**< 18x; code                           */
	CALL_EV_ANSWER,         /**< 200 OK seen, ACK sent               */
	CALL_EV_PROMPT,         /**< first packet of the prompt sent     */
	CALL_EV_THRESHOLD,      /**< threshold_msec of prompt sent       */
	CALL_EV_PROMPT_END,     /**< the prompt has played to its end    */
	CALL_EV_CLOSED,
};

enum { CODEC_SIZE = 24 };

/** RTP of a call so far, by the host's counters and RTCP's */
struct call_stats {
	uint32_t tx;            /**< packets sent                        */
	uint32_t rx;            /**< packets received                    */
	int32_t tx_lost;        /**< that the callee misses, as it says  */
	int32_t rx_lost;        /**< that we miss                        */
	bool held;              /**< by the callee, now                  */
	char codec[CODEC_SIZE]; /**< that is sent; "": none              */
};

/** Facts of an event; what is pointed to is borrowed */
struct call_fact {
	uint16_t code;          /**< SIP status of RINGING and CLOSED    */
	uint32_t played_ms;     /**< prompt sent so far                  */
	enum ended_by ended_by; /**< CLOSED                              */
	const char *reason;     /**< CLOSED: words; may be NULL          */
	bool unsent;            /**< CLOSED: no INVITE has left, and why is
				     for others than the callee to put right */
	const struct call_stats *rtp;   /**< CLOSED; NULL: never answered */
};

struct dial_req {
	uint64_t id;            /**< comes back with each event          */
	const struct phone *phone;      /**< copied                      */
	const char *proxy;      /**< host[:port][;transport=…]; copied   */
	enum phone_media media; /**< in force, whatever the phone says   */
};

struct dialer_ops {
	/**
	 * Send an INVITE. On 0 the events follow by engine_call_event(),
	 * ending with exactly one CALL_EV_CLOSED; on an errno none does.
	 * ENOSYS: there is no such media encryption here.
	 */
	int (*dial)(void *dl, const struct dial_req *req);

	/** CANCEL or BYE; CALL_EV_CLOSED follows. Unknown ids are ignored. */
	void (*hangup)(void *dl, uint64_t id);

	/** The Call-ID of a call, borrowed until the next call; or NULL */
	const char *(*call_id)(void *dl, uint64_t id);

	/** Milliseconds of prompt sent so far */
	uint32_t (*played)(void *dl, uint64_t id);

	/**
	 * For those who look at a call that was answered; may be NULL
	 *
	 * @return 0, or ENOENT for an unknown id (nothing written)
	 */
	int (*stats)(void *dl, uint64_t id, struct call_stats *cs);

	/**
	 * Is this prompt ready to play? Starts to load it when it is not.
	 *
	 * @param ms   Its length, on 0
	 * @param why  Why it cannot be played, on another errno; borrowed
	 * @return 0, EINPROGRESS while loading (engine_wake() follows), or
	 *         another errno when it cannot be played
	 */
	int (*prompt)(void *dl, int32_t id, const char *digest,
		      uint32_t *ms, const char **why);
};


struct clock_ops {
	/** Milliseconds of a clock that nobody sets; it goes on while the
	    machine is suspended; never 0 */
	uint64_t (*now_ms)(void *ck);
};

#endif
