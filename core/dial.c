/**
 * @file dial.c  Numbers as people write them, as E.164 has them
 */
#include "core/dial.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	CODE_MAX = 3,           /* digits of a calling code (E.164)      */
	E164_MAX = 15,          /* and of it and the number together     */
};

static const char letters[] = "holds letters";
static const char strange[] = "holds a character that no number has";
static const char no_digit[] = "holds no digit";
static const char endless[] = "is longer than 32 digits";
static const char no_code[] = "begins with no country's calling code";
static const char abroad_not[] = "is no number of the country it names: its "
	"length or its first digit is wrong";
static const char home_not[] = "is no number of this country: its length or "
	"its first digit is wrong";
static const char either[] = "may be with or without its country code: write "
	"it with + or 0 in front";


const struct dial_plan *dial_plan(const char *region)
{
	for (size_t i = 0; i < dial_planc; i++) {
		if (*region && !strcasecmp(dial_planv[i].region, region))
			return &dial_planv[i];
	}

	return NULL;
}


/* What may stand between digits: blanks, dashes and invisible marks, those of
 * Unicode, too, which spreadsheets and address books put there. */
static size_t filler(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	if (strchr(" \t\r\n-./()_~", *p))
		return 1;
	if (u[0] == 0xc2 && (u[1] == 0xa0 || u[1] == 0xad))
		return 2;
	if (u[0] == 0xe2 && u[1] == 0x80 &&
	    ((u[2] >= 0x80 && u[2] <= 0x95) ||
	     (u[2] >= 0xaa && u[2] <= 0xaf)))
		return 3;
	if (u[0] == 0xe2 && u[1] == 0x88 && u[2] == 0x92)
		return 3;

	return 0;
}


static const char *clean(char *buf, const char *text)
{
	size_t n = 0, skip;
	bool digit = false;

	while (*text) {
		const bool named = n && (buf[0] == '+' ||
					 !strncmp(buf, "00", 2));

		skip = filler(text);
		if (named && !strncmp(text, "(0)", 3))
			skip = 3;
		if (skip) {
			text += skip;
			continue;
		}

		if (isalpha((unsigned char)*text))
			return letters;
		if (!isdigit((unsigned char)*text) && *text != '*' &&
		    *text != '#' && (*text != '+' || n))
			return strange;
		if (n == NUMBER_MAX)
			return endless;

		digit = digit || isdigit((unsigned char)*text);
		buf[n++] = *text++;
		buf[n] = '\0';
	}

	return digit ? NULL : no_digit;
}


/* Has the plan numbers that begin as this one and are as long? Germany's has
 * some that would be too long for the world. */
static bool fits(const struct dial_plan *plan, const char *number)
{
	const size_t len = strlen(number);
	const size_t code = plan->code < 10 ? 1 : plan->code < 100 ? 2 : 3;
	const char *p = plan->numberv;
	bool first = false;

	if (code + len > E164_MAX)
		return false;

	while (*p && !first) {
		for (; *p != ':'; p++)
			first = first || *p == *number;
		for (; !first && *p && *p != ' '; p++)
			;
		p += !first && *p;
	}

	while (first && *p && *p != ' ') {
		char *end;

		if (strtoul(p + 1, &end, 10) == len)
			return true;
		p = end;
	}

	return false;
}


/**
 * What follows a prefix of a list
 *
 * @param prefixv Where to go on in the list; NULL at its end
 */
static const char *behind(const char *number, const char **prefixv)
{
	while (*prefixv && **prefixv) {
		const char *prefix = *prefixv;
		const size_t len = strcspn(prefix, " ");

		*prefixv = prefix[len] ? prefix + len + 1 : NULL;
		if (!strncmp(number, prefix, len))
			return number + len;
	}

	return NULL;
}


/* The number without its trunk prefix, when the plan then has it */
static const char *trunkless(const struct dial_plan *plan,
			     const char *number)
{
	const char *prefixv = plan->trunk, *rest;

	while ((rest = behind(number, &prefixv))) {
		if (fits(plan, rest))
			return rest;
	}

	return NULL;
}


static void write_out(char *buf, int code, const char *number)
{
	snprintf(buf, NUMBER_MAX + 1, "+%d%s", code, number);
}


/* A number behind its code in one of the plans of that code. As it is written
 * it is right when it fits; many write the trunk prefix all the same. */
static const char *in_plans(char *buf, size_t first, const char *number)
{
	const uint16_t code = dial_planv[first].code;
	const char *rest;

	for (size_t i = first; i < dial_planc && dial_planv[i].code == code;
	     i++) {
		if (fits(&dial_planv[i], number)) {
			write_out(buf, code, number);
			return NULL;
		}
	}

	for (size_t i = first; i < dial_planc && dial_planv[i].code == code;
	     i++) {
		rest = trunkless(&dial_planv[i], number);
		if (rest) {
			write_out(buf, code, rest);
			return NULL;
		}
	}

	return abroad_not;
}


/* The first plan of a code; the plans are in the order of their codes. */
static bool code_find(const char *code, size_t *at)
{
	size_t low = 0, high = dial_planc;
	char text[8];

	while (low < high) {
		const size_t mid = (low + high) / 2;

		snprintf(text, sizeof(text), "%d", dial_planv[mid].code);
		if (strcmp(text, code) < 0)
			low = mid + 1;
		else
			high = mid;
	}

	*at = low;

	return low < dial_planc && dial_planv[low].code == atoi(code);
}


/* No code is the beginning of another one (E.164). */
static const char *international(char *buf, const char *digits)
{
	char code[CODE_MAX + 1] = "";
	size_t at;

	if (strpbrk(digits, "*#"))
		return strange;

	for (size_t n = 0; n < CODE_MAX && digits[n]; n++) {
		code[n] = digits[n];
		code[n + 1] = '\0';
		if (code[0] != '0' && code_find(code, &at))
			return in_plans(buf, at, digits + n + 1);
	}

	return no_code;
}


static const char *at_home(char *buf, const struct dial_plan *home,
			   const char *digits)
{
	const char *prefixv = home->abroad, *rest, *coded;
	char code[8];

	while ((rest = behind(digits, &prefixv))) {
		if (!international(buf, rest))
			return NULL;
	}

	rest = trunkless(home, digits);
	if (rest) {
		write_out(buf, home->code, rest);
		return NULL;
	}

	snprintf(code, sizeof(code), "%d", home->code);
	prefixv = code;
	coded = behind(digits, &prefixv);
	if (coded && !fits(home, coded))
		coded = trunkless(home, coded);

	if (fits(home, digits)) {
		write_out(buf, home->code, digits);
		return coded ? either : NULL;
	}
	if (coded) {
		write_out(buf, home->code, coded);
		return NULL;
	}

	return strncmp(digits, "00", 2) ? home_not :
		international(buf, digits + 2);
}


const char *dial_number(char *buf, const struct dial_plan *home,
			const char *text)
{
	char digits[NUMBER_MAX + 1] = "";
	const char *why;

	why = clean(digits, text);
	if (why)
		return why;

	if (digits[0] == '+')
		return international(buf, digits + 1);
	if (home && strpbrk(digits, "*#"))
		return strange;
	if (home)
		return at_home(buf, home, digits);
	if (!strncmp(digits, "00", 2))
		return international(buf, digits + 2);

	memcpy(buf, digits, sizeof(digits));

	return NULL;
}
