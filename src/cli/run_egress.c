// SPDX-License-Identifier: Apache-2.0
/* --net-allow, --net-deny, --net-log: holt-net reads them. */
#include "base/cleanup.h"
#include "cli/run_settings.h"

static void add_words(const char *option, const struct list *values,
		      struct strv *words)
{
	for (size_t i = 0; i < values->count; i++)
		strv_addf(words, "--%s=%s", option, values->items[i]);
}

int run_set_egress(const struct run_settings *settings,
		   struct run_request *request, struct error *err)
{
	struct strv *words = &request->network.words;
	const char *option = settings->net_allow.count  ? "allow"
			     : settings->net_deny.count ? "deny"
			     : settings->net_log        ? "log"
							: NULL;

	if (!option)
		return 0;
	/* Without it there would be nobody who heeds them. */
	if (!request->has_network)
		return error_say(
			err, EINVAL,
			"--net-%s goes with a network of holt's own (--network slirp)",
			option);
	/* Nor would somebody see what goes by the host's own sockets. */
	if (request->network.bypass)
		return error_say(
			err, EINVAL,
			"--net-%s and --network slirp:bypass=true don't go together: no rule holds for sockets of the host",
			option);
	/* The bridge is the kernel's. */
	if (request->shared_count)
		return error_say(
			err, EINVAL,
			"--net-%s and --network %s don't go together: no rule holds between containers that share a network",
			option, request->shared[0].definition.name);
	request->network.has_rules =
		settings->net_allow.count || settings->net_deny.count;
	add_words("net-allow", &settings->net_allow, words);
	add_words("net-deny", &settings->net_deny, words);
	if (settings->net_log)
		strv_addf(words, "--net-log=%s", settings->net_log);
	return 0;
}
