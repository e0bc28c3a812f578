/**
 * @file order.h  What a console asks of the engine in its own process
 *
 * An order goes into a queue whose lock is held for a push or a pop, and
 * wakes the loop. The answer comes with the next snapshot, which follows at
 * once: snapshot.ackv.
 */
#ifndef RINGROUND_ORDER_H
#define RINGROUND_ORDER_H

#include <stddef.h>
#include <stdint.h>

enum {
	ORDER_PHONES = 256,     /**< phones of one order, at most        */
	ORDERS       = 64,      /**< waiting for the engine, at most     */
	ORDER_ACKS   = 16,      /**< the last ones in a snapshot         */
};

enum order_kind {
	ORDER_HANGUP,           /**< CANCEL or BYE to the calls of phones:
				     such an attempt has failed, or was cut
				     short, and is tried again by the rules */
	ORDER_DRAIN,            /**< no more calls, let the live ones end,
				     then leave                          */
	ORDER_LEAVE,            /**< the same, but hang up at once       */
	ORDER_DETACH,           /**< end the console; the engine goes on
				     headless. The last order: no ack    */
	ORDER_LOST,             /**< the same, since the terminal is gone */
};

struct order {
	enum order_kind kind;
	uint64_t serial;        /**< the asker's, comes back in the ack  */
	size_t phonec;
	int64_t phonev[ORDER_PHONES];   /**< i_campaign_phone            */
};

/** What became of an order */
struct order_ack {
	uint64_t serial;
	int err;                /**< 0: obeyed. ENOENT: HANGUP found none of
				     its phones live. EALREADY: it leaves
				     already                             */
	uint32_t done;          /**< HANGUP: calls that are being ended  */
};

/**
 * Give an order; copied. Any thread, never blocks.
 *
 * @return 0, or EAGAIN when ORDERS are waiting, or ENOMEM
 */
typedef int (order_h)(const struct order *order, void *arg);

#endif
