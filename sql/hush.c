/**
 * @file hush.c  Which complaints have been made lately
 */
#include "sql/hush.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>


bool hush_news(struct hush *hu, const char *line, uint64_t now_ms)
{
	size_t i, oldest = 0;

	for (i = 0; i < HUSH_LINES; i++) {
		if (!strncmp(hu->v[i].line, line, HUSH_SIZE - 1)) {
			oldest = i;
			break;
		}
		if (hu->v[i].said_ms < hu->v[oldest].said_ms)
			oldest = i;
	}

	if (i < HUSH_LINES && now_ms - hu->v[i].said_ms < HUSH_MS)
		return false;

	hu->v[oldest].said_ms = now_ms;
	(void)snprintf(hu->v[oldest].line, HUSH_SIZE, "%s", line);

	return true;
}
