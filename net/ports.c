// SPDX-License-Identifier: Apache-2.0
#include "net/ports.h"

#include <netinet/in.h>
#include <unistd.h>

#include "base/cleanup.h"

int ports_open(struct network *network, const struct publish_port *list,
	       size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		int number = publish_add(&network->publish, &list[i], err);

		if (number < 0 ||
		    publish_open(&network->publish, (size_t)number, err) < 0)
			return -err->code;
	}
	return 0;
}

void ports_open_again(struct network *network, struct error *ret_lost)
{
	struct publish_port port;
	struct error err;
	size_t lost = 0;

	*ret_lost = (struct error){ 0 };
	for (uint32_t i = 0; i < PUBLISH_MAX; i++) {
		if (!keep_port(network->keep, i, &port))
			continue;
		publish_put(&network->publish, i, &port);
		if (publish_open(&network->publish, i, &err) == 0)
			continue;
		publish_remove(&network->publish, i);
		if (lost++ == 0)
			*ret_lost = err;
	}
	if (lost > 1)
		(void)error_wrap(ret_lost, "%zu ports are lost, the first",
				 lost);
}

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
	keep_ports(network->keep, &network->publish);
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
	keep_ports(network->keep, &network->publish);
	return number;
}

void ports_remove(struct network *network, size_t number)
{
	if (is_of_stack(network, number))
		stack_unpublish(&network->stack,
				&network->publish.ports[number]);
	publish_remove(&network->publish, number);
	keep_ports(network->keep, &network->publish);
}
