/**
 * @file test_ladder.c  SIP messages as lines, and what a call came to
 *
 * links: core/ladder.o core/text.o
 */
#include "core/ladder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { T0 = 5000 };

static struct ladder la;
static char line[LADDER_LINE];


/* The line for a message that begins so, of a call, at an instant */
static const char *see(bool tx, const char *start, const char *rest,
		       uint64_t at_ms)
{
	char msg[1024];

	snprintf(msg, sizeof(msg), "%s\r\nVia: SIP/2.0/UDP x\r\n%s\r\n\r\n"
		 "Call-ID: in the body\r\n", start, rest);
	line[0] = '\0';

	return ladder_message(&la, line, tx, msg, strlen(msg), T0 + at_ms)
		? line : NULL;
}


static int fresh(void **state)
{
	(void)state;
	memset(&la, 0, sizeof(la));

	return 0;
}


static void a_call_is_a_line_a_message(void **state)
{
	static const struct {
		bool tx;
		const char *start, *rest, *line;
		uint64_t at_ms;
	} casev[] = {
		{ true, "INVITE sip:1@h SIP/2.0",
		  "Call-ID: a\r\nCSeq: 1 INVITE",
		  "    0.000  > INVITE sip:1@h", 0 },
		{ false, "SIP/2.0 100 Trying", "CSeq: 1 INVITE\r\nCall-ID: a",
		  "    0.001  < 100 Trying", 1 },
		{ false, "SIP/2.0 180 Ringing", "call-id : a\r\n"
		  "cseq:1 INVITE", "    0.020  < 180 Ringing", 20 },
		{ false, "SIP/2.0 180 Ringing", "i: a\r\nCSeq: 1 INVITE",
		  "    0.500  < 180 Ringing  again", 500 },
		{ false, "SIP/2.0 200 OK", "i: a\r\nCSeq: 1 INVITE",
		  "    2.345  < 200 OK", 2345 },
		{ true, "ACK sip:1@h SIP/2.0", "Call-ID: a\r\nCSeq: 1 ACK",
		  "    2.346  > ACK", 2346 },
		{ true, "BYE sip:1@h SIP/2.0", "Call-ID: a\r\nCSeq: 2 BYE",
		  "12345.678  > BYE", 12345678 },
		{ false, "SIP/2.0 200 OK", "Call-ID: a\r\nCSeq: 2 BYE",
		  "12345.679  < 200 OK (BYE)", 12345679 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof(casev) / sizeof(casev[0]); i++) {
		const char *got = see(casev[i].tx, casev[i].start,
				      casev[i].rest, casev[i].at_ms);

		assert_non_null(got);
		assert_string_equal(casev[i].line, got);
	}
}


static void another_invite_with_a_login_is_none_again(void **state)
{
	(void)state;

	see(true, "INVITE sip:1@h SIP/2.0", "i: a\r\nCSeq: 1 INVITE", 0);
	see(true, "ACK sip:1@h SIP/2.0", "i: a\r\nCSeq: 1 ACK", 1);
	assert_string_equal("    0.002  > INVITE sip:1@h",
			    see(true, "INVITE sip:1@h SIP/2.0",
				"i: a\r\nCSeq: 2 INVITE", 2));
	assert_string_equal("    0.502  > INVITE sip:1@h  again",
			    see(true, "INVITE sip:1@h SIP/2.0",
				"i: a\r\nCSeq: 2 INVITE", 502));
}


static void what_is_not_of_the_call_gives_no_line(void **state)
{
	(void)state;

	assert_null(see(false, "INVITE sip:x@h SIP/2.0",
			"Call-ID: b\r\nCSeq: 1 INVITE", 0));
	assert_null(see(true, "OPTIONS sip:x@h SIP/2.0",
			"Call-ID: b\r\nCSeq: 1 OPTIONS", 0));
	assert_non_null(see(true, "INVITE sip:1@h SIP/2.0",
			    "Call-ID: a\r\nCSeq: 1 INVITE", 0));
	assert_null(see(false, "SIP/2.0 200 OK",
			"Call-ID: ab\r\nCSeq: 1 INVITE", 1));
	assert_null(see(false, "SIP/2.0 200 OK", "CSeq: 1 INVITE", 1));
	assert_null(see(false, "SIP/2.0 200 OK", "Call-ID: a", 1));
	assert_false(ladder_message(&la, line, false, "\r\n\r\n", 4, T0));
	assert_false(ladder_message(&la, line, false, "x", 1, T0));
	assert_false(ladder_message(&la, line, false, "", 0, T0));
}


static void words_of_a_peer_do_no_harm(void **state)
{
	char longest[900];
	(void)state;

	see(true, "INVITE sip:1@h SIP/2.0", "i: a\r\nCSeq: 1 INVITE", 0);
	assert_string_equal("    0.001  < 486 Busy?[2J%s%n",
			    see(false, "SIP/2.0 486 Busy\x1b[2J%s%n",
				"i: a\r\nCSeq: 1 INVITE", 1));
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memcpy(longest, "SIP/2.0 500 ", 12);
	assert_non_null(see(false, longest, "i: a\r\nCSeq: 1 INVITE", 2));
	assert_true(strlen(line) < LADDER_LINE);
	assert_non_null(see(false, "SIP/2.0", "i: a\r\nCSeq: 1", 2));
}


static void many_messages_are_all_shown(void **state)
{
	char start[64];
	(void)state;

	see(true, "INVITE sip:1@h SIP/2.0", "i: a\r\nCSeq: 1 INVITE", 0);
	for (int i = 0; i < 3 * LADDER_SEEN; i++) {
		snprintf(start, sizeof(start), "SIP/2.0 180 %d", i);
		assert_non_null(see(false, start, "i: a\r\nCSeq: 1 INVITE",
				    1));
	}
}


static void a_bar_fills(void **state)
{
	char words[80];
	(void)state;

	ladder_bar(words, sizeof(words), 0, 2000);
	assert_string_equal("prompt [                    ] 0.0 s of 2.0 s",
			    words);
	ladder_bar(words, sizeof(words), 1000, 2000);
	assert_string_equal("prompt [##########          ] 1.0 s of 2.0 s",
			    words);
	ladder_bar(words, sizeof(words), 2500, 2000);
	assert_string_equal("prompt [####################] 2.5 s of 2.0 s",
			    words);
	ladder_bar(words, sizeof(words), 0, 0);
	assert_string_equal("prompt [                    ] 0.0 s of 0.0 s",
			    words);
}


static void a_call_is_summed_up(void **state)
{
	const struct call_stats rtp = { .tx = 100, .codec = "PCMU",
		.tx_lost = 3 };
	struct report rep = { .outcome = OUTCOME_SUCCESS, .setup_ms = 1000,
		.ring_ms = 1020, .connect_ms = 3020, .ended_ms = 5250,
		.played_ms = 2000, .sip_code = 200 };
	char text[512];
	(void)state;

	ladder_summary(text, sizeof(text), &rep, 2000, &rtp);
	assert_string_equal("result    the prompt was heard to its end\n"
			    "ringing   from 0.020 s on, for 2.000 s\n"
			    "answered  after 2.020 s, for 2.230 s\n"
			    "prompt    2.00 s of 2.00 s as PCMU, 100 packets,"
			    " of which the callee misses 3\n", text);

	rep.outcome = OUTCOME_PREMATURE;
	rep.ended_by = ENDED_REMOTE;
	rep.ring_ms = 0;
	rep.played_ms = 700;
	ladder_summary(text, sizeof(text), &rep, 2000, NULL);
	assert_string_equal("result    answered, but hung up there before "
			    "the end of the prompt\n"
			    "answered  after 2.020 s, for 2.230 s\n"
			    "prompt    0.70 s of 2.00 s\n", text);

	rep = (struct report) { .outcome = OUTCOME_FAILURE, .sip_code = 486,
		.reason = "Busy \x07Here" };
	ladder_summary(text, sizeof(text), &rep, 2000, NULL);
	assert_string_equal("result    not answered: 486 Busy ?Here\n", text);

	rep = (struct report) { .outcome = OUTCOME_FAILURE, .sip_code = 200,
		.reason = "answered without a codec" };
	ladder_summary(text, sizeof(text), &rep, 2000, NULL);
	assert_string_equal("result    hung up at once: answered without a "
			    "codec\n", text);

	rep = (struct report) { .outcome = OUTCOME_NO_ANSWER,
		.reason = "no answer within 2 s", .setup_ms = 1, .ring_ms = 3,
		.ended_ms = 2001 };
	ladder_summary(text, sizeof(text), &rep, 2000, NULL);
	assert_string_equal("result    not answered: no answer within 2 s\n"
			    "ringing   from 0.002 s on, for 1.998 s\n", text);
}


int main(void)
{
	const struct CMUnitTest testv[] = {
		cmocka_unit_test_setup(a_call_is_a_line_a_message, fresh),
		cmocka_unit_test_setup(
			another_invite_with_a_login_is_none_again, fresh),
		cmocka_unit_test_setup(what_is_not_of_the_call_gives_no_line,
				       fresh),
		cmocka_unit_test_setup(words_of_a_peer_do_no_harm, fresh),
		cmocka_unit_test_setup(many_messages_are_all_shown, fresh),
		cmocka_unit_test(a_bar_fills),
		cmocka_unit_test(a_call_is_summed_up),
	};

	return cmocka_run_group_tests(testv, NULL, NULL);
}
