/**
 * @file fake_dialer.h  A dialer that notes what it is asked to do
 *
 * It makes no events by itself: the test does.
 */
#ifndef RINGROUND_FAKE_DIALER_H
#define RINGROUND_FAKE_DIALER_H

#include "core/ports.h"

struct fake_call {
	uint64_t id;
	struct phone ph;
	char proxy[256];
	unsigned hangups;
	uint32_t played_ms;
	struct call_stats stats;
	bool closed;            /**< the test has closed it              */
};

struct fake_dialer {
	int dial_err;           /**< of each dial()                      */
	int32_t unfit;          /**< a campaign of which each is ENOSYS  */
	const char *call_id;    /**< of each call; or NULL               */
	int prompt_err;         /**< of each prompt()                    */
	const char *why;
	uint32_t prompt_ms;
	unsigned prompts;       /**< times it was asked for one          */
	unsigned tries;         /**< calls of dial(), failed ones too    */
	struct fake_call *callv;        /**< in the order of dialling    */
	size_t callc;
	size_t open;            /**< not closed                          */
};

/** Its argument is a struct fake_dialer */
extern const struct dialer_ops fake_dialer_ops;

/** A dialer with a prompt of that length */
void fake_dialer_init(struct fake_dialer *dl, uint32_t prompt_ms);
void fake_dialer_free(struct fake_dialer *dl);

/** @return the call, borrowed until the next dial; or NULL */
struct fake_call *fake_dialer_call(struct fake_dialer *dl, uint64_t id);

#endif
