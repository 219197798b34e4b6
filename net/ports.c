// SPDX-License-Identifier: Apache-2.0
#include "net/ports.h"

#include <netinet/in.h>
#include <unistd.h>

#include "base/cleanup.h"

static bool is_of_stack(const struct network *network, size_t number)
{
	return network->publish.ports[number].protocol == IPPROTO_TCP &&
	       !network->lane.is_on;
}

must_check static int start(struct network *network, size_t number,
			    struct error *err)
{
	struct publish_port *port = &network->publish.ports[number];

	if (!is_of_stack(network, number))
		return publish_start(&network->publish, number, err);
	close(port->fd);
	port->fd = -1;
	return stack_publish(&network->stack, port, err);
}

int ports_start(struct network *network, struct error *err)
{
	for (size_t i = 0; i < network->publish.count; i++)
		if (network->publish.ports[i].protocol &&
		    start(network, i, err) < 0)
			return -err->code;
	return 0;
}

int ports_add(struct network *network, const struct publish_port *port,
	      struct error *err)
{
	int number = publish_add(&network->publish, port, err);

	if (number < 0)
		return number;
	if (publish_open(&network->publish, (size_t)number, err) < 0 ||
	    start(network, (size_t)number, err) < 0) {
		publish_remove(&network->publish, (size_t)number);
		return -err->code;
	}
	return number;
}

void ports_remove(struct network *network, size_t number)
{
	if (is_of_stack(network, number))
		stack_unpublish(&network->stack,
				&network->publish.ports[number]);
	publish_remove(&network->publish, number);
}
