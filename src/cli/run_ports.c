// SPDX-License-Identifier: Apache-2.0
/* -p and -P: which ports of the host lead to which inside. */
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cli/port_mapping.h"
#include "cli/run_settings.h"

enum { PORTS_MAX = 4096 };

static void add_ports(const struct port_mapping *mapping,
		      struct network_settings *network)
{
	for (uint32_t i = 0; i < port_range_size(&mapping->guest); i++)
		strv_addf(&network->publish, "%s/%s/%u/%u", mapping->protocol,
			  mapping->address,
			  mapping->host.first ? mapping->host.first + i : 0,
			  mapping->guest.first + i);
}

static int add_word(const char *word, struct network_settings *network,
		    struct error *err)
{
	auto_free char *copy = xstrdup(word);
	struct port_mapping mapping;

	if (port_mapping_read(word, copy, &mapping, err) < 0)
		return error_wrap(err, "--publish");
	if (network->publish.count + port_range_size(&mapping.guest) >
	    PORTS_MAX)
		return error_say(err, EINVAL,
				 "--publish: at most %d ports can be published",
				 PORTS_MAX);
	add_ports(&mapping, network);
	return 0;
}

/* PORT[-PORT][/PROTOCOL]; with -P each gets a port of the host's. */
static int add_exposed(const char *word, bool is_published,
		       struct network_settings *network, struct error *err)
{
	auto_free char *copy = xstrdup(word);
	struct port_mapping mapping;

	if (strchr(word, ':') ||
	    port_mapping_read(word, copy, &mapping, err) < 0)
		return error_say(err, EINVAL,
				 "--expose: '%s' is not PORT[-PORT][/tcp|/udp]",
				 word);
	if (is_published)
		add_ports(&mapping, network);
	return 0;
}

int run_set_ports(const struct run_settings *settings,
		  struct run_request *request, struct error *err)
{
	const struct image_config *image = &request->image.config;
	struct network_settings *network = &request->network;

	for (size_t i = 0; i < settings->publish.count; i++)
		if (add_word(settings->publish.items[i], network, err) < 0)
			return -err->code;
	for (size_t i = 0; i < settings->expose.count; i++)
		if (add_exposed(settings->expose.items[i],
				settings->publish_all, network, err) < 0)
			return -err->code;
	for (size_t i = 0;
	     settings->publish_all && i < image->exposed_ports.count; i++)
		if (add_exposed(image->exposed_ports.items[i], true, network,
				err) < 0)
			return error_wrap(err, "a port of the image");
	if (network->publish.count && !request->has_network)
		log_warning(
			"no port is published: that goes with a network of holt's own (--network slirp)");
	return 0;
}
