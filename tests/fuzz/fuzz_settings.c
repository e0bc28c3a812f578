/**
 * @file fuzz_settings.c  Values of config, addresses, schedules and fields
 *
 * links: core/settings.o core/phone.o core/address.o core/text.o tui/schedule_text.o
 * links: tui/campaign_fields.o tui/secret.o tui/options.o tui/command.o
 * links: tui/command_base.o tui/command_campaign.o tui/command_prompt.o
 * links: tui/command_schedule.o tui/command_import.o tui/command_report.o
 * links: tui/command_call.o tui/command_plan.o tui/options_engine.o
 * links: tui/conceal.o
 */
#include "tests/fuzz/fuzz.h"
#include <errno.h>
#include "core/address.h"
#include "core/settings.h"
#include "tui/campaign_fields.h"
#include "tui/schedule_text.h"


static void try_config(const char *value)
{
	static const char *const optionv[] = {
		"sipproxy", "scanintervalsec", "maxcallspersecond", "sipuri",
		"of-others",
	};
	struct settings set, was;
	char why[96];

	for (size_t i = 0; i < sizeof(optionv) / sizeof(optionv[0]); i++) {
		settings_default(&set, NULL);
		was = set;
		why[0] = '\0';
		if (settings_set(&set, "campaign", optionv[i], value, why,
				 sizeof(why))) {
			EXPECT(!memcmp(&set, &was, sizeof(set)));
			EXPECT(why[0]);
		}
		EXPECT(!address_proxy_check(set.proxy));
		EXPECT(fuzz_line(set.proxy) && !strpbrk(set.proxy, " <>\""));
		EXPECT(set.scan_sec >= 1 && set.scan_sec <= SCAN_SEC_MAX);
		EXPECT(set.rate >= 1 && set.rate <= CALL_RATE_MAX);
	}
}


static void try_address(const char *text)
{
	struct address ad;
	struct settings set;

	if (address_parse(&ad, text))
		return;

	EXPECT(strlen(ad.host) < sizeof(ad.host));
	EXPECT(ad.v6 == (strchr(ad.host, ':') != NULL));
	settings_default(&set, ad.host);
	EXPECT(!address_proxy_check(set.proxy));
}


/* What is read and written again is the same. */
static void try_schedule(const char *text)
{
	struct schedule_record recv[SCHEDULE_RECORDS];
	struct schedule_record back[SCHEDULE_RECORDS];
	char why[256] = "", line[SCHEDULE_TEXT_SIZE];
	size_t recc = 0, backc = 0;

	if (schedule_text_read(recv, &recc, text, why, sizeof(why))) {
		EXPECT(why[0]);
		return;
	}

	EXPECT(recc <= SCHEDULE_RECORDS);
	for (size_t i = 0; i < recc; i++) {
		schedule_text_write(line, sizeof(line), &recv[i]);
		EXPECT(line[0] && fuzz_line(line));
		EXPECT(!schedule_text_read(back, &backc, line, why,
					   sizeof(why)));
		EXPECT(backc >= 1);
	}
}


static void try_fields(char *text)
{
	static const struct options opt;
	struct campaign_fields cf;
	char *wordv[8], why[256] = "";
	int wordc = 0;

	while (text && wordc < 8) {
		wordv[wordc++] = strsep(&text, "\n");
		memset(&cf, 0, sizeof(cf));
		if (campaign_fields_read(&cf, &opt, wordc, wordv, why,
					 sizeof(why)))
			EXPECT(why[0]);
	}
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	try_config(text);
	try_address(text);
	try_schedule(text);
	try_fields(text);
	free(text);

	return 0;
}
