/**
 * @file fuzz_number.c  What is let onto the wire as a number is safe there
 *
 * links: core/number.o
 */
#include "tests/fuzz/fuzz.h"
#include "core/number.h"


/* RFC 3261 section 25.1: what cannot end a URI, a header or a quoted name */
static bool is_safe(const char *uri)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789-_.~+*%:@";

	return uri[strspn(uri, safe)] == '\0';
}


static void try_number(const char *number, bool uri_allowed)
{
	const char *why = number_refuse(number, uri_allowed);
	char uri[512], small[24];

	if (why) {
		EXPECT(*why && fuzz_line(why));
		return;
	}

	EXPECT(uri_allowed || !number_is_uri(number));
	EXPECT(strlen(number) <= (number_is_uri(number) ? NUMBER_URI_MAX
				  : NUMBER_MAX));
	EXPECT(!number_uri(uri, sizeof(uri), number, "192.0.2.1:5061"));
	EXPECT(!strncmp(uri, "sip:", 4) && strchr(uri, '@'));
	EXPECT(is_safe(uri));

	if (!number_uri(small, sizeof(small), number, "192.0.2.1:5061"))
		EXPECT(!strcmp(small, uri));
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *number = fuzz_text(data, size);

	try_number(number, false);
	try_number(number, true);
	free(number);

	return 0;
}
