// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/run_settings.h"

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

int run_set_namespaces(const struct run_settings *settings,
		       struct run_request *request, struct error *err)
{
	struct spec_namespace *ns = request->spec.namespaces;

	if (set_namespace("pid", settings->pid, &ns[NS_PID], err) < 0 ||
	    set_namespace("ipc", settings->ipc, &ns[NS_IPC], err) < 0 ||
	    set_namespace("uts", settings->uts, &ns[NS_UTS], err) < 0)
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
