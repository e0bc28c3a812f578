/**
 * @file solo.c  A store that holds one phone, and hands it out once
 */
#include "core/solo.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SOLO_ID = 1 };           /* of all there is: campaign, prompt ... */

static const char digest[] = "solo";


static int text_copy(char *dst, size_t size, const char *text)
{
	const size_t len = strlen(text);

	if (len >= size)
		return EINVAL;

	memcpy(dst, text, len + 1);

	return 0;
}


int solo_init(struct solo *so, const struct solo_prm *prm,
	      const struct settings *set)
{
	struct phone *ph = &so->phone;
	int err;

	memset(so, 0, sizeof(*so));
	so->set = *set;
	ph->id = ph->attempt_id = ph->campaign_id = ph->prompt_id = SOLO_ID;
	ph->attempt_no = ph->max_attempts = 1;
	ph->timeout_sec = prm->timeout_sec;
	ph->threshold_msec = UINT32_MAX;
	ph->slot_ms = -1;
	memcpy(ph->prompt_digest, digest, sizeof(digest));

	err = text_copy(ph->cld, sizeof(ph->cld), prm->number);
	if (!err)
		err = text_copy(ph->cli, sizeof(ph->cli), prm->cli);
	if (!err)
		err = text_copy(ph->username, sizeof(ph->username),
				prm->username);
	if (!err)
		err = text_copy(ph->secret, sizeof(ph->secret), prm->secret);

	return err;
}


static int solo_load(void *arg, store_load_h *h, void *harg)
{
	struct solo *so = arg;

	so->loadh = h;
	so->load_arg = harg;

	return 0;
}


static int solo_scan(void *arg, uint32_t ahead_sec, const int32_t *idv,
		     size_t n, store_scan_h *h, void *harg)
{
	struct solo *so = arg;
	(void)ahead_sec;
	(void)idv;
	(void)n;

	so->scanh = h;
	so->scan_arg = harg;

	return 0;
}


static int solo_claim(void *arg, const struct claim_req *reqv, size_t reqc,
		      uint32_t lead_ms, uint32_t room, store_claim_h *h,
		      void *harg)
{
	struct solo *so = arg;
	(void)reqv;
	(void)reqc;
	(void)lead_ms;
	(void)room;

	so->claimh = h;
	so->claim_arg = harg;

	return 0;
}


static int solo_report(void *arg, const struct report *rep)
{
	struct solo *so = arg;

	switch (rep->kind) {

	case REPORT_ANSWER:
	case REPORT_SUCCESS:
		break;

	case REPORT_RELEASE:
		so->back = true;
		break;

	case REPORT_END:
	case REPORT_UNDONE:
		so->last = *rep;
		so->done = true;
		break;
	}

	return 0;
}


static int solo_extend(void *arg, const int64_t *attemptv, size_t n,
		       uint32_t sec)
{
	(void)arg;
	(void)attemptv;
	(void)n;
	(void)sec;

	return 0;
}


static void solo_prompt(void *arg, int32_t prompt_id, const char *of,
			const char *why)
{
	struct solo *so = arg;
	(void)prompt_id;
	(void)of;

	(void)snprintf(so->trouble, sizeof(so->trouble), "%s",
		       why ? why : "");
}


static size_t solo_pending(const void *arg)
{
	(void)arg;

	return 0;
}


const struct store_ops solo_ops = {
	.load    = solo_load,
	.scan    = solo_scan,
	.claim   = solo_claim,
	.report  = solo_report,
	.extend  = solo_extend,
	.trouble = solo_prompt,
	.pending = solo_pending,
};


static void answer_load(struct solo *so)
{
	struct campaign camp = {
		.id = SOLO_ID, .name = "call", .open = true, .change_ms = -1,
		.due_ms = so->handed_out ? -1 : 0, .prompt_id = SOLO_ID,
		.max_concurrent = 1, .max_attempts = 1,
		.timeout_sec = so->phone.timeout_sec,
		.threshold_msec = so->phone.threshold_msec,
	};
	store_load_h *h = so->loadh;

	so->loadh = NULL;
	memcpy(camp.prompt_digest, digest, sizeof(digest));
	h(0, &camp, 1, &so->set, so->load_arg);
}


static void answer_scan(struct solo *so)
{
	const struct campaign_due due = {
		.id = SOLO_ID, .known = true,
		.due_ms = so->handed_out ? -1 : 0,
	};
	store_scan_h *h = so->scanh;

	so->scanh = NULL;
	h(0, &due, 1, so->scan_arg);
}


static void answer_claim(struct solo *so)
{
	const size_t n = so->handed_out ? 0 : 1;
	store_claim_h *h = so->claimh;

	so->claimh = NULL;
	so->handed_out = true;
	h(0, &so->phone, n, so->claim_arg);
}


void solo_tick(struct solo *so)
{
	if (so->loadh)
		answer_load(so);
	if (so->scanh)
		answer_scan(so);
	if (so->claimh)
		answer_claim(so);
}


enum solo_end solo_state(const struct solo *so)
{
	if (so->done)
		return SOLO_ENDED;

	return so->back ? SOLO_BACK : SOLO_LIVE;
}


const char *solo_trouble(const struct solo *so)
{
	return so->trouble;
}
