/**
 * @file prompt_speech.h  A text spoken by espeak-ng, where it is installed
 */
#ifndef RINGROUND_PROMPT_SPEECH_H
#define RINGROUND_PROMPT_SPEECH_H

#include <stddef.h>
#include <stdint.h>

/**
 * @param voice  A language or voice of espeak-ng: "en-gb", "uk"; NULL: its
 *               own choice
 * @param speed  Words a minute; NULL: as it is
 * @param datap  A WAV file, for the caller to free, on 0
 * @return 0 or an errno, with why
 */
int prompt_speech(uint8_t **datap, size_t *lenp, const char *text,
		  const char *voice, const char *speed,
		  char *why, size_t size);

#endif
