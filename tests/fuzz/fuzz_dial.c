/**
 * @file fuzz_dial.c  Numbers as people write them become E.164, or do not
 *
 * The first byte is the country.
 *
 * links: core/dial.o core/dial_plans.o core/number.o
 */
#include "tests/fuzz/fuzz.h"
#include "core/dial.h"

enum { E164_MAX = 15 };


static void try_number(const struct dial_plan *home, const char *text)
{
	char number[NUMBER_MAX + 1], again[NUMBER_MAX + 1];
	const char *why = dial_number(number, home, text);
	size_t len;

	if (why) {
		EXPECT(*why && fuzz_line(why));
		return;
	}

	len = strlen(number);
	EXPECT(len && len <= NUMBER_MAX);
	EXPECT(!number_refuse(number, false));
	EXPECT(!home || number[0] == '+');
	if (number[0] == '+')
		EXPECT(len <= E164_MAX + 1 &&
		       strspn(number + 1, "0123456789") == len - 1);

	/* What it has become, it stays. */
	EXPECT(number[0] != '+' || !dial_number(again, home, number));
	EXPECT(number[0] != '+' || !strcmp(again, number));
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t country = fuzz_byte(&data, &size);
	char *text = fuzz_text(data, size);

	try_number(NULL, text);
	try_number(&dial_planv[country % dial_planc], text);
	(void)dial_plan(text);
	free(text);

	return 0;
}
