/**
 * @file fuzz_prompt.c  An uploaded file of any kind, decoded and converted
 *
 * links: audio/decode.o audio/memfile.o
 */
#include "tests/fuzz/fuzz.h"
#include <math.h>
#include "audio/decode.h"

enum { RATE = 8000 };


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pcm *pcm = NULL;
	int16_t *sampv = NULL;
	char why[128] = "";
	size_t sampc = 0;

	if (pcm_decode(&pcm, data, size, why, sizeof(why))) {
		EXPECT(!pcm && why[0] && fuzz_line(why));
		return 0;
	}

	EXPECT(pcm->rate >= PCM_MIN_RATE && pcm->rate <= PCM_MAX_RATE);
	EXPECT(pcm->sampc && pcm->sampc <= (size_t)pcm->rate * PCM_MAX_SEC);
	for (size_t i = 0; i < pcm->sampc; i++)
		EXPECT(isfinite(pcm->sampv[i]));

	EXPECT(pcm_length(pcm) >= 1);
	if (pcm->sampc < 20000) {
		EXPECT(!pcm_resample(&sampv, &sampc, pcm, RATE, NULL));
		EXPECT(sampc);
		free(sampv);
	}
	pcm_unref(pcm);

	return 0;
}
