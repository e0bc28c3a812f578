/**
 * @file ladder.c  A call as people read it: one line for each SIP message
 */
#include "core/ladder.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "core/text.h"

enum {
	BAR_WIDTH   = 20,
	HEADER_SIZE = 128,
	START_SIZE  = 100,      /* of a start line that is shown         */
};

static const char version[] = "SIP/2.0";


/* The line at p, without its end. @return where the next begins; NULL: none */
static const char *line_take(const char *p, const char *end, size_t *len)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	*len = (size_t)((nl ? nl : end) - p);
	if (*len && p[*len - 1] == '\r')
		--*len;

	return nl ? nl + 1 : NULL;
}


static void copy(char *dst, size_t size, const char *text, size_t len)
{
	(void)snprintf(dst, size, "%.*s", (int)(len < size ? len : size - 1),
		       text);
}


/* A header by its name, long or short (RFC 3261 section 7.3.3); "": none */
static void header(char *value, size_t size, const char *msg, size_t msg_len,
		   const char *name, const char *brief)
{
	const char *p = msg, *const end = msg + msg_len;
	size_t len = 0;

	value[0] = '\0';
	while ((p = line_take(p, end, &len)) && p < end) {
		const char *next = line_take(p, end, &len);
		const char *colon = memchr(p, ':', len);
		size_t n = colon ? (size_t)(colon - p) : 0;

		if (!len)
			return;

		while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
			--n;
		if (n && ((n == strlen(name) && !strncasecmp(p, name, n))
			  || (n == strlen(brief)
			      && !strncasecmp(p, brief, n)))) {
			for (++colon; colon < p + len && *colon == ' ';)
				++colon;
			copy(value, size, colon, (size_t)(p + len - colon));
			return;
		}
		if (!next)
			return;
	}
}


/* FNV-1a */
static uint32_t hash(uint32_t h, const char *text)
{
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;

	return h;
}


static bool seen(struct ladder *la, uint32_t what)
{
	size_t i;

	for (i = 0; i < la->seenc; i++) {
		if (la->seenv[i] == what)
			return true;
	}
	if (la->seenc < LADDER_SEEN)
		la->seenv[la->seenc++] = what;

	return false;
}


static bool is_ours(struct ladder *la, bool tx, const char *start,
		    const char *call_id, uint64_t now_ms)
{
	if (!la->begun && tx && !strncmp(start, "INVITE ", 7)) {
		la->begun = true;
		la->began_ms = now_ms;
		copy(la->call_id, sizeof(la->call_id), call_id,
		     strlen(call_id));
	}

	return la->begun && !strcmp(call_id, la->call_id);
}


/* "180 Ringing", "200 OK (BYE)", "INVITE sip:1@example.net", "ACK" */
static void message_words(char *words, size_t size, const char *start,
			  const char *cseq)
{
	const char *method = strchr(cseq, ' ');

	if (!strncmp(start, version, sizeof(version) - 1)) {
		start += sizeof(version) - 1;
		start += *start == ' ';
		method = method ? method + 1 : "?";
		(void)snprintf(words, size, strcmp(method, "INVITE")
			       ? "< %s (%s)" : "< %s", start, method);
		words[0] = '<';
		return;
	}

	(void)snprintf(words, size, "> %.*s", strncmp(start, "INVITE ", 7)
		       ? (int)strcspn(start, " ")
		       : (int)(strcspn(start + 7, " ") + 7), start);
}


void ladder_note(const struct ladder *la, char *line, uint64_t now_ms,
		 const char *words)
{
	const uint64_t ms = la->begun ? now_ms - la->began_ms : 0;
	char text[LADDER_LINE];

	(void)snprintf(text, sizeof(text), "%5" PRIu64 ".%03u  %s",
		       ms / 1000, (unsigned)(ms % 1000), words);
	(void)text_clean(line, LADDER_LINE, text);
}


bool ladder_message(struct ladder *la, char *line, bool tx, const char *msg,
		    size_t len, uint64_t now_ms)
{
	char call_id[HEADER_SIZE], cseq[HEADER_SIZE], start[START_SIZE];
	char words[LADDER_LINE - 16];
	uint32_t what = 2166136261u;
	size_t start_len = 0;

	if (!line_take(msg, msg + len, &start_len) || !start_len)
		return false;

	copy(start, sizeof(start), msg, start_len);
	header(call_id, sizeof(call_id), msg, len, "Call-ID", "i");
	header(cseq, sizeof(cseq), msg, len, "CSeq", "CSeq");
	if (!call_id[0] || !cseq[0]
	    || !is_ours(la, tx, start, call_id, now_ms))
		return false;

	message_words(words, sizeof(words) - 8, start, cseq);
	words[0] = tx ? '>' : '<';
	what = hash(hash(hash(what, words), start), cseq);
	if (seen(la, what))
		strcat(words, "  again");

	ladder_note(la, line, now_ms, words);

	return true;
}


void ladder_bar(char *words, size_t size, uint32_t played_ms,
		uint32_t length_ms)
{
	const uint32_t most = length_ms ? length_ms : 1;
	const uint32_t done = played_ms < most ? played_ms : most;
	const int n = (int)((uint64_t)done * BAR_WIDTH / most);

	(void)snprintf(words, size, "prompt [%.*s%*s] %u.%u s of %u.%u s", n,
		       "####################", BAR_WIDTH - n, "",
		       played_ms / 1000, played_ms / 100 % 10,
		       length_ms / 1000, length_ms / 100 % 10);
}


__attribute__((format(printf, 3, 4)))
static void add(char *text, size_t size, const char *fmt, ...)
{
	const size_t len = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text + len, size - len, fmt, ap);
	va_end(ap);
}


static double sec(uint64_t from, uint64_t to)
{
	return to > from ? (double)(to - from) / 1000.0 : 0.0;
}


static void add_result(char *text, size_t size, const struct report *rep)
{
	const char *reason = rep->reason;

	if (rep->outcome == OUTCOME_SUCCESS)
		add(text, size, "result    the prompt was heard to its end\n");
	else if (rep->connect_ms)
		add(text, size, "result    answered, but hung up %s before "
		    "the end of the prompt%s%s\n",
		    rep->ended_by == ENDED_LOCAL ? "here" : "there",
		    reason[0] ? ": " : "", reason);
	else if (rep->sip_code / 100 == 2)
		add(text, size, "result    hung up at once: %s\n", reason);
	else if (rep->sip_code)
		add(text, size, "result    not answered: %u%s%s\n",
		    rep->sip_code, reason[0] ? " " : "", reason);
	else
		add(text, size, "result    not answered%s%s\n",
		    reason[0] ? ": " : "", reason);
}


static void add_times(char *text, size_t size, const struct report *rep)
{
	const uint64_t until = rep->connect_ms ? rep->connect_ms
		: rep->ended_ms;

	if (rep->ring_ms)
		add(text, size, "ringing   from %.3f s on, for %.3f s\n",
		    sec(rep->setup_ms, rep->ring_ms),
		    sec(rep->ring_ms, until));
	if (rep->connect_ms)
		add(text, size, "answered  after %.3f s, for %.3f s\n",
		    sec(rep->setup_ms, rep->connect_ms),
		    sec(rep->connect_ms, rep->ended_ms));
}


void ladder_summary(char *text, size_t size, const struct report *rep,
		    uint32_t length_ms, const struct call_stats *rtp)
{
	char clean[LADDER_LINE];
	struct report shown = *rep;

	(void)text_clean(clean, sizeof(clean), rep->reason);
	(void)snprintf(shown.reason, sizeof(shown.reason), "%s", clean);

	text[0] = '\0';
	add_result(text, size, &shown);
	add_times(text, size, &shown);
	if (!rep->connect_ms)
		return;

	add(text, size, "prompt    %.2f s of %.2f s", rep->played_ms / 1000.0,
	    length_ms / 1000.0);
	if (rtp && rtp->codec[0])
		add(text, size, " as %s, %u packets", rtp->codec, rtp->tx);
	if (rtp && rtp->tx_lost > 0)
		add(text, size, ", of which the callee misses %d",
		    rtp->tx_lost);
	add(text, size, "\n");
}
