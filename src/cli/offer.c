// SPDX-License-Identifier: Apache-2.0
#include "cli/offer.h"

#include <ctype.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/capability.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/commands.h"
#include "container/name.h"
#include "image/tag.h"
#include "image/transport.h"
#include "image/volume.h"
#include "network/definition.h"

extern char **environ;

void offering_put(const struct offering *offering, const char *candidate,
		  const char *why)
{
	if (strncmp(candidate, offering->typed, strlen(offering->typed)) != 0)
		return;
	(void)fprintf(offering->out, "%s%s\t%s\n", offering->prefix, candidate,
		      why ? why : "");
}

static void offer_files(const struct offering *offering)
{
	(void)fputs(":files\n", offering->out);
}

static void offer_directories(const struct offering *offering)
{
	(void)fputs(":dirs\n", offering->out);
}

static void offer_programs(const struct offering *offering)
{
	(void)fputs(":commands\n", offering->out);
}

static void offer_commands(const struct offering *offering)
{
	for (const struct command *const *c = commands; *c; c++)
		if (!(*c)->internal)
			offering_put(offering, (*c)->name, (*c)->summary);
}

static void offer_images(const struct offering *offering)
{
	auto_with(strv_clear) struct strv names = { 0 };

	tags_offer(&names);
	for (size_t i = 0; i < names.count; i++)
		offering_put(offering, names.items[i], NULL);
}

static void offer_volumes(const struct offering *offering)
{
	auto_with(strv_clear) struct strv names = { 0 };

	volumes_offer(&names);
	for (size_t i = 0; i < names.count; i++)
		offering_put(offering, names.items[i], NULL);
}

/* What is behind the colon is for the shell to complete. */
static void offer_transports(const struct offering *offering)
{
	const char *prefix;

	if (transport_has_path(offering->typed))
		offer_files(offering);
	for (size_t i = 0; (prefix = transport_prefix(i)); i++)
		if (strlen(offering->typed) < strlen(prefix))
			offering_put(offering, prefix, NULL);
}

static void offer_roots(const struct offering *offering)
{
	offering_put(offering, "host", "the files of this machine, read-only");
	offering_put(offering, "busybox", "a small root of its own");
	offering_put(offering, "hello", "what a container sees of itself");
	offer_images(offering);
	offer_transports(offering);
}

/* The local files only: asking a directory server could take seconds. */
static void offer_users(const struct offering *offering)
{
	auto_fclose FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *user;

	while (file && (user = fgetpwent(file)))
		offering_put(offering, user->pw_name, user->pw_gecos);
}

static void offer_groups(const struct offering *offering)
{
	auto_fclose FILE *file = fopen("/etc/group", "re");
	const struct group *group;

	while (file && (group = fgetgrent(file)))
		offering_put(offering, group->gr_name, NULL);
}

static void offer_signals(const struct offering *offering)
{
	for (int number = 1; number < SIGRTMIN; number++) {
		const char *name = sigabbrev_np(number);

		if (name)
			offering_put(offering, name, sigdescr_np(number));
	}
}

/* "CAP_NET_ADMIN" or "net_admin" to "NET_ADMIN" */
static char *capability_word(const char *name)
{
	char *word = xstrdup(name + (strncmp(name, "cap_", 4) ? 0 : 4));

	for (char *c = word; *c; c++)
		*c = (char)(toupper)((unsigned char)*c);
	return word;
}

static void offer_capabilities(const struct offering *offering)
{
	offering_put(offering, "ALL", "every capability");
	for (cap_value_t number = 0; number < cap_max_bits(); number++) {
		char *name = cap_to_name(number);

		if (!name)
			continue;

		auto_free char *word = capability_word(name);

		(void)cap_free(name);
		offering_put(offering, word, NULL);
	}
}

static void offer_variables(const struct offering *offering)
{
	for (char *const *entry = environ; *entry; entry++) {
		auto_free char *name = xstrndup(*entry, strcspn(*entry, "="));

		offering_put(offering, name, NULL);
	}
}

static void offer_networks(const struct offering *offering)
{
	auto_with(strv_clear) struct strv names = { 0 };
	struct error ignored;

	if (definition_list(&names, &ignored) < 0)
		return;
	for (size_t i = 0; i < names.count; i++)
		offering_put(offering, names.items[i], NULL);
}

static void offer_containers(const struct offering *offering)
{
	auto_with(strv_clear) struct strv names = { 0 };

	name_list(&names);
	for (size_t i = 0; i < names.count; i++)
		offering_put(offering, names.items[i], NULL);
}

void offering_all(const struct offering *offering, enum offer offer)
{
	static void (*const by_kind[OFFER_COUNT])(const struct offering *) = {
		[OFFER_FILE] = offer_files,
		[OFFER_DIRECTORY] = offer_directories,
		[OFFER_COMMAND] = offer_commands,
		[OFFER_PROGRAM] = offer_programs,
		[OFFER_ROOT] = offer_roots,
		[OFFER_USER] = offer_users,
		[OFFER_GROUP] = offer_groups,
		[OFFER_SIGNAL] = offer_signals,
		[OFFER_CAPABILITY] = offer_capabilities,
		[OFFER_VARIABLE] = offer_variables,
		[OFFER_NETWORK] = offer_networks,
		[OFFER_VOLUME] = offer_volumes,
		[OFFER_CONTAINER] = offer_containers,
		[OFFER_IMAGE] = offer_images,
		[OFFER_TRANSPORT] = offer_transports,
	};

	if (by_kind[offer])
		by_kind[offer](offering);
}
