// SPDX-License-Identifier: Apache-2.0
#include "image/worker/retry.h"

#include <sys/random.h>
#include <time.h>

#include "base/parse.h"

enum { DELAY_MAX = 30000, ASKED_MAX = 120 };

bool retry_is_worth(const struct http_answer *answer)
{
	switch (answer->status) {
	case 408:
	case 429:
	case 500:
	case 502:
	case 503:
	case 504:
		return true;
	default:
		return answer->again;
	}
}

/* Not all who were refused at once shall come back at once. */
static unsigned int jitter(unsigned int below)
{
	unsigned int number = 0;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
		number = (unsigned int)retry_now();
	return below ? number % below : 0;
}

int retry_delay(unsigned int tries, unsigned int first,
		const struct http_answer *answer)
{
	const char *asked = http_answer_header(answer, "retry-after");
	unsigned int delay = first << (tries > 10 ? 9 : tries - 1);
	uint64_t seconds;

	if (delay > DELAY_MAX)
		delay = DELAY_MAX;
	delay = delay / 2 + jitter(delay / 2 + 1);
	if (asked && parse_number(asked, ASKED_MAX, &seconds) == 0 &&
	    seconds * 1000 > delay)
		delay = (unsigned int)seconds * 1000;
	return (int)delay;
}

uint64_t retry_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void retry_sleep(struct http *http, int milliseconds)
{
	uint64_t end = retry_now() + (uint64_t)milliseconds;

	for (uint64_t now = retry_now(); now < end; now = retry_now())
		http_wait(http, (int)(end - now));
}
