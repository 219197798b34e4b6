// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/run_settings.h"
#include "container/name.h"

/* --pid, --ipc, --uts: whose namespace it is. NULL: as it is. */
static int set_namespace(const char *option, const char *word,
			 struct spec_namespace *ns, struct error *err)
{
	if (!word)
		return 0;
	if (!strcmp(word, "host")) {
		ns->wanted = false;
		return 0;
	}
	if (!strcmp(word, "private") ||
	    (!strcmp(option, "ipc") &&
	     (!strcmp(word, "shareable") || !strcmp(word, "none")))) {
		ns->wanted = true;
		return 0;
	}
	if (!strncmp(word, "ns:", 3) && word[3] == '/') {
		ns->wanted = true;
		ns->path = xstrdup(word + 3);
		return 0;
	}
	return error_say(err, EINVAL,
			 "--%s: '%s' is not one of private, host, ns:PATH",
			 option, word);
}

/* A network belongs to a user namespace, and who has no right there can't join
 * the one without the other.
 */
static int join_container(const char *name, struct spec_namespace *ns,
			  struct error *err)
{
	auto_with(name_owner_clear) struct name_owner owner = NAME_OWNER_NONE;
	const struct {
		enum ns_type type;
		int *fd;
	} joined[] = { { NS_USER, &owner.userns },
		       { NS_NETWORK, &owner.netns } };

	if (name_find(name, &owner, err) < 0)
		return error_wrap(err, "--network container:%s", name);
	if (owner.netns < 0)
		return error_say(
			err, EINVAL,
			"--network container:%s: it has no network of its own",
			name);
	for (size_t i = 0; i < ARRAY_COUNT(joined); i++) {
		ns[joined[i].type].wanted = true;
		/* They stay open until we end. */
		ns[joined[i].type].path =
			xasprintf("/proc/self/fd/%d", steal_fd(joined[i].fd));
	}
	return 0;
}

int run_set_namespaces(const struct run_settings *settings,
		       struct run_request *request, struct error *err)
{
	struct spec_namespace *ns = request->spec.namespaces;

	if (set_namespace("pid", settings->pid, &ns[NS_PID], err) < 0 ||
	    set_namespace("ipc", settings->ipc, &ns[NS_IPC], err) < 0 ||
	    set_namespace("uts", settings->uts, &ns[NS_UTS], err) < 0)
		return -err->code;
	if (run_joined_container(settings) &&
	    join_container(run_joined_container(settings), ns, err) < 0)
		return -err->code;
	/* Only the host's root makes namespaces without one for users. */
	if (request->caller.uid != 0)
		ns[NS_USER].wanted = true;
	if (settings->hostname && !ns[NS_UTS].wanted)
		return error_say(
			err, EINVAL,
			"--hostname and --uts=host contradict each other");
	return 0;
}
