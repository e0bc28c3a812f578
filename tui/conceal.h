/**
 * @file conceal.h  What does not stay on the command line
 */
#ifndef RINGROUND_CONCEAL_H
#define RINGROUND_CONCEAL_H

/**
 * Everybody can read a command line (/proc, ps): a connection string that may
 * hold a password is overwritten there
 *
 * @param value  In argv
 * @return value, or a copy that lives until the next call
 */
const char *conceal_conninfo(char *value);

#endif
