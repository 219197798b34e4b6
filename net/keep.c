// SPDX-License-Identifier: Apache-2.0
#include "net/keep.h"

#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Return: is the file of the right size? */
static bool set_size(int fd, bool is_again)
{
	struct stat st;

	if (is_again)
		return fstat(fd, &st) == 0 &&
		       st.st_size == (off_t)sizeof(struct keep);
	return ftruncate(fd, sizeof(struct keep)) == 0;
}

struct keep *keep_open(int fd, bool is_again)
{
	void *memory = MAP_FAILED;

	if (set_size(fd, is_again))
		memory = mmap(NULL, sizeof(struct keep), PROT_READ | PROT_WRITE,
			      MAP_SHARED, fd, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

void keep_ports(struct keep *keep, const struct publish *publish)
{
	for (size_t i = 0; keep && i < publish->count; i++) {
		struct publish_port port = publish->ports[i];

		/* It has its number by now. */
		port.is_paused = port.is_pair = false;
		port.fd = -1;
		keep->ports[i] = port;
	}
	if (keep)
		keep->port_count = (uint32_t)publish->count;
}

bool keep_port(const struct keep *keep, uint32_t number,
	       struct publish_port *ret)
{
	struct publish_port port;

	if (!keep || number >= PUBLISH_MAX || number >= keep->port_count)
		return false;
	port = keep->ports[number];
	if ((port.protocol != IPPROTO_TCP && port.protocol != IPPROTO_UDP) ||
	    (port.address.family != AF_INET &&
	     port.address.family != AF_INET6) ||
	    !port.host_port || !port.guest_port)
		return false;
	*ret = (struct publish_port){
		.protocol = port.protocol,
		.host_port = port.host_port,
		.guest_port = port.guest_port,
		.fd = -1,
		.address = port.address,
	};
	return true;
}
