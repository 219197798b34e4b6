// SPDX-License-Identifier: Apache-2.0
#include "container/probe.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "container/probe_cell.h"
#include "container/probe_rungs.h"

#define RUNG_LIMIT_MS  450
#define TOTAL_LIMIT_MS 1800

enum rung {
	RUNG_NAMESPACES,
	RUNG_MAPS,
	RUNG_MOUNT,
	RUNG_OVERLAY,
	RUNG_PIVOT,
	RUNG_TAP,
	RUNG_NETWORK,
	RUNG_TCP,
	RUNG_BYPASS,
	RUNG_DNS,
	RUNG_CGROUP,
	RUNG_EXEC,
	RUNG_AROUND,
	RUNG_PART_HOLT,
	RUNG_PART_NET,
	RUNG_PART_NEWUIDMAP,
	RUNG_PART_NEWGIDMAP,
	RUNG_COUNT,
	RUNG_NONE = RUNG_COUNT,
};

#define NEEDS(rung) (1U << RUNG_##rung)

static const struct {
	const char *name;
	unsigned int needs; /* earlier ones */
	probe_fn *probe;
} rungs[] = {
	[RUNG_NAMESPACES] = { "user namespace", 0, probe_namespaces },
	[RUNG_MAPS] = { "id maps", NEEDS(NAMESPACES), probe_maps },
	[RUNG_MOUNT] = { "mount", NEEDS(MAPS), probe_mounts },
	[RUNG_OVERLAY] = { "overlay", NEEDS(MOUNT), probe_overlay },
	[RUNG_PIVOT] = { "pivot_root", NEEDS(MOUNT), probe_pivot },
	[RUNG_TAP] = { "tap", NEEDS(MAPS), probe_tap },
	[RUNG_NETWORK] = { "network program", 0, probe_network_program },
	[RUNG_TCP] = { "tcp", NEEDS(TAP) | NEEDS(NETWORK), probe_lanes },
	[RUNG_BYPASS] = { "bypass", 0, probe_bypass },
	[RUNG_DNS] = { "dns", 0, probe_dns },
	[RUNG_CGROUP] = { "cgroup", 0, probe_cgroup },
	[RUNG_EXEC] = { "exec", NEEDS(PIVOT), probe_exec },
	[RUNG_AROUND] = { "surroundings", 0, probe_around },
	[RUNG_PART_HOLT] = { "holt", 0, probe_part_holt },
	[RUNG_PART_NET] = { "holt-net", 0, probe_part_net },
	[RUNG_PART_NEWUIDMAP] = { "newuidmap", 0, probe_part_newuidmap },
	[RUNG_PART_NEWGIDMAP] = { "newgidmap", 0, probe_part_newgidmap },
};

_Static_assert(ARRAY_COUNT(rungs) == RUNG_COUNT, "a row for each rung");

struct shared {
	struct probe_state state;
	struct finding findings[RUNG_COUNT];
};

static long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Wait for the probe's end, up to @limit. One that hangs is killed with all it
 * started, and left alone: what hangs in the kernel can't be waited for.
 */
static bool wait_limited(const struct process *process, long limit_ms)
{
	struct pollfd end = { .fd = process->pidfd, .events = POLLIN };
	int ready;
	siginfo_t info;

	do {
		ready = poll(&end, 1, (int)limit_ms);
	} while (ready < 0 && errno == EINTR);
	if (ready <= 0)
		(void)kill(-process->pid, SIGKILL);
	(void)waitid(P_PIDFD, (id_t)process->pidfd, &info, WEXITED | WNOHANG);
	close(process->pidfd);
	return ready > 0;
}

static void run_limited(struct shared *shared, enum rung rung, long limit_ms)
{
	struct finding *finding = &shared->findings[rung];
	struct process process;
	pid_t pid = probe_fork(&process.pidfd);

	if (pid == 0) {
		(void)setpgid(0, 0);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		rungs[rung].probe(&shared->state, finding);
		_exit(0);
	}
	if (pid < 0) {
		finding_say(finding, PROBE_FAIL,
			    "no process can be started: %s", strerror(-pid));
		return;
	}
	process.pid = pid;
	/* Both sides do it, for either may be first. */
	(void)setpgid(pid, pid);
	if (!wait_limited(&process, limit_ms)) {
		finding_say(finding, PROBE_FAIL, "no end within %ld ms",
			    limit_ms);
		finding_because(
			finding,
			"something that it uses hangs: a network file system, a name service or the kernel itself",
			"");
	} else if (!*finding->found) {
		finding_say(finding, PROBE_FAIL, "the probe itself was killed");
		finding_because(
			finding,
			"perhaps a seccomp filter that kills, or the memory is used up",
			"");
	}
}

/* Return: one that it needs and that doesn't work; RUNG_NONE */
static enum rung find_missing(const struct shared *shared, enum rung rung)
{
	for (enum rung needed = 0; needed < rung; needed++) {
		enum probe_status status = shared->findings[needed].status;

		if ((rungs[rung].needs & 1U << needed) &&
		    (status == PROBE_FAIL || status == PROBE_SKIP))
			return needed;
	}
	return RUNG_NONE;
}

static void run_rung(struct shared *shared, enum rung rung, long deadline)
{
	struct finding *finding = &shared->findings[rung];
	enum rung missing = find_missing(shared, rung);
	long left = deadline - now_ms();

	finding->rung = rungs[rung].name;
	if (missing != RUNG_NONE)
		finding_say(finding, PROBE_SKIP, "not tried: needs %s",
			    rungs[missing].name);
	else if (left <= 0)
		finding_say(finding, PROBE_SKIP, "not tried: out of time");
	else
		run_limited(shared, rung,
			    left < RUNG_LIMIT_MS ? left : RUNG_LIMIT_MS);
}

int probe_all(struct findings *ret, struct error *err)
{
	long deadline = now_ms() + TOTAL_LIMIT_MS;
	struct shared *shared =
		mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return error_set(err, errno, "make memory for the findings");
	for (enum rung rung = 0; rung < RUNG_COUNT; rung++)
		run_rung(shared, rung, deadline);
	ret->items = xcalloc(RUNG_COUNT, sizeof(*ret->items));
	memcpy(ret->items, shared->findings, sizeof(shared->findings));
	ret->count = RUNG_COUNT;
	(void)munmap(shared, sizeof(*shared));
	return 0;
}

void findings_clear(struct findings *findings)
{
	free(findings->items);
	*findings = (struct findings){ 0 };
}
