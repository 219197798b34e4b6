// SPDX-License-Identifier: Apache-2.0
/* /etc/resolv.conf: --dns, --dns-search, --dns-option, and what of the host's
 * goes on to hold.
 */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "cli/run_settings.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define RESOLVER    "10.0.2.3" /* of holt-net(1) */

enum { SIZE_MAX_READ = 1 << 16 };

/* Where rules go by names, holt-net has to know what addresses these have: it
 * is asked, and asks who is given by --dns.
 */
static bool is_forwarded(const struct run_settings *settings,
			 const struct run_request *request)
{
	return request->has_network &&
	       (settings->net_allow.count || settings->net_deny.count);
}

static int add_servers(const struct run_settings *settings,
		       struct run_request *request, enum run_resolver resolver,
		       struct strv *lines, struct error *err)
{
	for (size_t i = 0; i < settings->dns.count; i++) {
		const char *server = settings->dns.items[i];

		if (!run_is_address(server))
			return error_say(err, EINVAL,
					 "--dns: '%s' is not an address",
					 server);
		if (is_forwarded(settings, request))
			strv_addf(&request->network.words, "--dns=%s", server);
		else
			strv_addf(lines, "nameserver %s\n", server);
	}
	if (!lines->count && resolver == RUN_RESOLVER_OURS)
		strv_add(lines, xstrdup("nameserver " RESOLVER "\n"));
	return 0;
}

/* One line of all the words that were given. */
static int add_words(const char *keyword, const char *option,
		     const struct list *words, struct strv *lines,
		     struct error *err)
{
	auto_with(strv_clear) struct strv line = { 0 };
	auto_free char *text = NULL;

	strv_add(&line, xstrdup(keyword));
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i];

		if (!*word || strpbrk(word, " \t\r\n"))
			return error_say(err, EINVAL, "%s: '%s' is not a word",
					 option, word);
		strv_add(&line, xstrdup(word));
	}
	text = strv_join(&line, " ");
	if (words->count)
		strv_addf(lines, "%s\n", text);
	return 0;
}

/* --dns-search=. is none at all. */
static bool is_search_empty(const struct list *words)
{
	return words->count == 1 && strcmp(words->items[0], ".") == 0;
}

static int add_given(const struct run_settings *settings, struct strv *lines,
		     struct error *err)
{
	if (!is_search_empty(&settings->dns_search) &&
	    add_words("search", "--dns-search", &settings->dns_search, lines,
		      err) < 0)
		return -err->code;
	return add_words("options", "--dns-option", &settings->dns_option,
			 lines, err);
}

/* Is it a line of resolv.conf that is about @word? */
static bool is_about(const char *line, const char *word)
{
	size_t length = strlen(word);

	return !strncmp(line, word, length) &&
	       isblank((unsigned char)line[length]);
}

/* What isn't given is as the host has it; @is_hosts: its servers too. */
static void add_hosts(const struct run_settings *settings, bool is_hosts,
		      struct strv *lines)
{
	const struct {
		const char *keyword;
		bool is_wanted;
	} rows[] = {
		{ "nameserver", is_hosts && !settings->dns.count },
		{ "search", !settings->dns_search.count },
		{ "domain", !settings->dns_search.count },
		{ "options", !settings->dns_option.count },
	};
	auto_free char *text = NULL;
	struct error ignored;
	char *rest, *line;

	if (file_read_text(RESOLV_CONF, SIZE_MAX_READ, &text, NULL, &ignored) <
	    0)
		return;
	rest = text;
	while ((line = strsep(&rest, "\n")))
		for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
			if (rows[i].is_wanted &&
			    is_about(line, rows[i].keyword))
				strv_addf(lines, "%s\n", line);
}

int run_set_resolver(const struct run_settings *settings,
		     struct run_request *request, enum run_resolver resolver,
		     struct error *err)
{
	bool is_hosts = resolver == RUN_RESOLVER_HOSTS;
	auto_with(strv_clear) struct strv lines = { 0 };
	auto_free char *text = NULL;

	if (add_servers(settings, request, resolver, &lines, err) < 0 ||
	    add_given(settings, &lines, err) < 0)
		return -err->code;
	if (resolver != RUN_RESOLVER_NONE)
		add_hosts(settings, is_hosts, &lines);
	if (!lines.count && !is_hosts)
		return 0;
	text = strv_join(&lines, "");
	(void)spec_add_file(&request->spec, SPEC_FILE_TEXT, RESOLV_CONF, text,
			    0644);
	return 0;
}
