// SPDX-License-Identifier: Apache-2.0
#include "container/revival.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/log.h"

/* The first is started at once, and each further one after twice the pause. */
enum { PAUSE_MS = 100, READY_WITHIN_MS = 10000 };

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void revival_prepare(const struct revival *revival, struct pollfd *ret)
{
	const struct network *network = revival->network;
	enum revival_state state = revival->state;

	for (size_t i = 0; i < REVIVAL_EVENTS; i++)
		ret[i] = (struct pollfd){ -1, POLLIN, 0 };
	if (!revival->settings || state == REVIVAL_PAUSE ||
	    state == REVIVAL_GIVEN_UP)
		return;
	ret[REVIVAL_DEATH].fd = network->process.pidfd;
	if (state == REVIVAL_STARTS)
		ret[REVIVAL_ANSWER].fd = network->control;
	else if (state == REVIVAL_BYPASS)
		ret[REVIVAL_ANSWER].fd = network->bypass;
}

int revival_timeout(const struct revival *revival)
{
	int64_t left = revival->due_ms - now_ms();

	if (revival->state == REVIVAL_NONE ||
	    revival->state == REVIVAL_GIVEN_UP)
		return -1;
	return left < 0 ? 0 : (int)left;
}

static size_t recent_deaths(const struct revival *revival, int64_t now)
{
	size_t count = 0;

	for (size_t i = 0; i < REVIVAL_DEATHS_MAX; i++)
		count += revival->times_ms[i] &&
			 now - revival->times_ms[i] < REVIVAL_WITHIN_MS;
	return count;
}

/* A container outlives its network; whoever uses it shall know why it is gone.
 * Its calls shall fail, not wait for ever.
 */
static void give_up(struct revival *revival)
{
	revival->state = REVIVAL_GIVEN_UP;
	cleanup_close(&revival->network->listener);
	revival->network->listener = -1;
	log_warning(
		"holt-net has ended: the container goes on without its network%s%s",
		*revival->lost ? ": " : "", revival->lost);
}

static void on_death(struct revival *revival)
{
	int64_t now = now_ms();
	size_t recent;

	(void)process_wait(&revival->network->process);
	revival->times_ms[revival->deaths++ % REVIVAL_DEATHS_MAX] = now;
	recent = recent_deaths(revival, now);
	if (recent >= REVIVAL_DEATHS_MAX) {
		give_up(revival);
		return;
	}
	revival->state = REVIVAL_PAUSE;
	revival->due_ms = now;
	if (recent > 1)
		revival->due_ms += PAUSE_MS << (recent - 2);
}

/* It can't be of use: the rest is as with one that has died by itself. */
static void end(struct revival *revival, const struct error *err)
{
	(void)snprintf(revival->lost, sizeof(revival->lost), "%s", err->text);
	(void)process_kill(&revival->network->process, SIGKILL);
	on_death(revival);
}

static bool has_ended(const struct process *init)
{
	struct pollfd fd = { init->pidfd, POLLIN, 0 };

	return poll(&fd, 1, 0) != 0;
}

static void start(struct revival *revival)
{
	struct error err = { 0 };

	/* Of two that have ended it is said in which order. */
	if (has_ended(revival->init)) {
		revival->state = REVIVAL_GIVEN_UP;
		return;
	}
	revival->state = REVIVAL_STARTS;
	revival->due_ms = now_ms() + READY_WITHIN_MS;
	if (network_start_again(revival->network, revival->settings,
				revival->init, &err) < 0)
		end(revival, &err);
}

static void finish(struct revival *revival)
{
	revival->state = REVIVAL_NONE;
	cleanup_close(&revival->network->bypass);
	revival->network->bypass = -1;
	log_warning(
		"holt-net has ended and was started again: connections that were open are lost%s%s",
		*revival->lost ? ": " : "", revival->lost);
	*revival->lost = '\0';
}

static void on_answer(struct revival *revival)
{
	struct network *network = revival->network;
	bool is_bypass = revival->state == REVIVAL_BYPASS;
	struct error err;

	if (network_hear(is_bypass ? network->bypass : network->control, &err) <
	    0) {
		end(revival, &err);
		return;
	}
	if (!is_bypass)
		(void)snprintf(revival->lost, sizeof(revival->lost), "%s",
			       err.text);
	if (is_bypass || network->bypass < 0)
		finish(revival);
	else
		revival->state = REVIVAL_BYPASS;
}

void revival_serve(struct revival *revival, const struct pollfd *events)
{
	bool is_due = revival_timeout(revival) == 0;
	struct error late;

	if (events[REVIVAL_ANSWER].revents) {
		on_answer(revival);
	} else if (events[REVIVAL_DEATH].revents) {
		on_death(revival);
	} else if (is_due && revival->state == REVIVAL_PAUSE) {
		start(revival);
	} else if (is_due) {
		(void)error_say(&late, ETIMEDOUT,
				"holt-net is not ready in time");
		end(revival, &late);
	}
}
