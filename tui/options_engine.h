/**
 * @file options_engine.h  What options of the engine may say
 *
 * Each takes the value of one up. @return 0, or EINVAL with one line in why
 */
#ifndef RINGROUND_OPTIONS_ENGINE_H
#define RINGROUND_OPTIONS_ENGINE_H

#include "tui/options.h"

int option_listen(struct options *opt, const char *text,
		  char *why, size_t size);
int option_node(struct options *opt, const char *text,
		char *why, size_t size);
int option_calls(struct options *opt, const char *text,
		 char *why, size_t size);
int option_ports(struct options *opt, const char *text,
		 char *why, size_t size);
int option_metrics(struct options *opt, const char *text,
		   char *why, size_t size);

#endif
