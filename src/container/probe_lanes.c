// SPDX-License-Identifier: Apache-2.0
/* Which ways TCP can go: a cell is given a network as a container is. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "container/lanes.h"
#include "container/network.h"
#include "container/probe_cell.h"

struct visit {
	struct network *network;
	struct lanes *lanes;
};

static int visit(const struct process *cell, void *argument, struct error *err)
{
	struct visit *visit = argument;

	if (network_attach(visit->network, cell, err) < 0 ||
	    network_wait(visit->network, err) < 0)
		return -err->code;
	return lanes_ask(visit->network->control, visit->lanes, err);
}

must_check static int try_network(enum probe_ids ids, struct lanes *ret,
				  struct error *err)
{
	static const struct network_settings settings = { .requests = -1 };
	auto_with(cell_maps_clear) struct cell_maps maps = { 0 };
	auto_with(network_clear) struct network network = NO_NETWORK;
	struct visit what = { &network, ret };

	if (network_start(&settings, &network, err) < 0)
		return -err->code;
	if (cell_maps_make(ids, &maps, err) < 0 ||
	    cell_visit(&maps, visit, &what, err) < 0) {
		process_clear(&network.process);
		return -err->code;
	}
	/* It ends with the cell. */
	(void)process_wait(&network.process);
	return 0;
}

/* What to do depends on what the kernel said. */
static const char *remedy(int code)
{
	switch (code) {
	case EROFS:
		return "in an outer container: start that one with --security-opt systempaths=unconfined, so that /proc/sys can be written";
	case ENOENT:
	case ENODEV:
	case EOPNOTSUPP:
	case EPROTONOSUPPORT:
	case EAFNOSUPPORT:
		return "sudo modprobe -a veth nf_tables nft_socket";
	default:
		return "";
	}
}

void probe_lanes(struct probe_state *state, struct finding *ret)
{
	auto_with(lanes_clear) struct lanes lanes = { 0 };
	struct error err = { 0 };

	if (try_network(state->ids, &lanes, &err) < 0) {
		finding_say(ret, PROBE_FAIL,
			    "no network could be made for a container");
		finding_error(ret, &err);
	} else if (lanes.tcp && !strcmp(lanes.tcp, "kernel")) {
		finding_say(ret, PROBE_OK, "connections go by the kernel");
	} else {
		finding_say(ret, PROBE_WARN,
			    "connections go through libslirp, which is slower");
		finding_because(ret, lanes.reason ? lanes.reason : "",
				remedy(lanes.code));
	}
}

/* As listener.c does it. Our process is there for this alone. */
static int try_listener(struct error *err)
{
	struct sock_filter all[] = {
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { ARRAY_COUNT(all), all };
	long listener;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_set(err, errno, "set no_new_privs");
	listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			   SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	if (listener >= 0)
		return 0;
	if (errno == EBUSY)
		return error_say(
			err, EBUSY,
			"around holt there is a seccomp filter already that somebody answers for, and there can be but one");
	return error_set(err, errno,
			 "make a seccomp filter that somebody answers for");
}

static int try_descriptor(struct error *err)
{
	auto_close int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	auto_close int copy =
		self < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, self, self, 0);

	return copy < 0
		       ? error_set(err, errno, "take a descriptor of a process")
		       : 0;
}

void probe_bypass(struct probe_state *state, struct finding *ret)
{
	struct error err = { 0 };

	(void)state;
	if (try_descriptor(&err) == 0 && try_listener(&err) == 0) {
		finding_say(ret, PROBE_OK,
			    "available: --network slirp:bypass=true");
		return;
	}
	finding_say(ret, PROBE_WARN,
		    "not available: --network slirp:bypass=true doesn't work");
	finding_error(ret, &err);
}
