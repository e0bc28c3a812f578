/**
 * @file fuzz_import.c  A file of numbers, from its bytes to what COPY is sent
 *
 * The first byte chooses options. The database is stood in for: what it gets
 * has to be lines of four values in its text format.
 *
 * links: tui/import_read.o tui/import_column.o tui/csv_file.o tui/progress.o
 * links: core/dial.o core/dial_plans.o core/number.o core/text.o
 * links: sql/embedded.o tui/options.o tui/command.o tui/command_base.o
 * links: tui/command_campaign.o tui/command_prompt.o tui/command_schedule.o
 * links: tui/command_import.o tui/command_report.o tui/command_call.o
 * links: tui/command_plan.o tui/options_engine.o tui/conceal.o
 * links: core/address.o
 */
#include "tests/fuzz/fuzz.h"
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>
#include "core/text.h"
#include "sql/db.h"
#include "tui/import_read.h"

static uint64_t linec;


int db_copy_begin(struct db *db, const char *sql, char *why, size_t size)
{
	(void)db;
	(void)sql;
	(void)why;
	(void)size;
	linec = 0;

	return 0;
}


static void value_check(const char *value, size_t len)
{
	char text[4096];
	size_t n;
	int fit;

	EXPECT(len < sizeof(text));
	memcpy(text, value, len);
	text[len] = '\0';

	for (const char *p = text; *p; p += n) {
		n = text_next(p, &fit);
		EXPECT(fit);
		if (*p == '\\') {
			EXPECT(p[1] && strchr("\\tnrN", p[1]));
			++n;
		}
	}
}


int db_copy_put(struct db *db, const char *data, size_t len,
		char *why, size_t size)
{
	const char *const end = data + len;

	(void)db;
	(void)why;
	(void)size;

	while (data < end) {
		for (int i = 0; i < 4; i++) {
			const char stop = i == 3 ? '\n' : '\t';
			const char *p = memchr(data, stop,
					       (size_t)(end - data));

			EXPECT(p);
			value_check(data, (size_t)(p - data));
			data = p + 1;
		}
		++linec;
	}

	return 0;
}


int db_copy_end(struct db *db, char *why, size_t size)
{
	(void)db;
	(void)why;
	(void)size;

	return 0;
}


static int file_of(const uint8_t *data, size_t size, char *path, size_t room)
{
	const int fd = memfd_create("numbers", MFD_CLOEXEC);

	EXPECT(fd >= 0);
	EXPECT(write(fd, data, size) == (ssize_t)size);
	EXPECT(!lseek(fd, 0, SEEK_SET));
	(void)snprintf(path, room, "/proc/self/fd/%d", fd);

	return fd;
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const columnv[] = { NULL, "phone", "2", "" };
	const uint8_t how = fuzz_byte(&data, &size);
	struct import_counts counts = { 0 };
	struct tool tl = { .why = "" };
	struct progress pr;
	struct import_prm prm = {
		.latin1 = how & 1,
		.delimiter = how & 2 ? ';' : '\0',
		.home = how & 4 ? dial_plan("GB") : NULL,
		.column = columnv[how >> 3 & 3],
		.header = (enum header)((how >> 5) % 3),
	};
	char path[64];
	int fd, err;

	fd = file_of(data, size, path, sizeof(path));
	prm.path = path;
	memset(&pr, 0, sizeof(pr));
	err = import_read(&tl, &prm, &pr, &counts);
	close(fd);

	EXPECT(err == 0 || (tl.why[0] && fuzz_line(tl.why)));
	EXPECT(err || linec == counts.read);
	EXPECT(counts.invalid <= counts.read);

	return 0;
}
