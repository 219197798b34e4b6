// SPDX-License-Identifier: Apache-2.0
#include "net/tun.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/checksum.h"
#include "net/frame.h"
#include "net/packet.h"

#define TUN_PATH "/dev/net/tun"

must_check static int open_error(int code, struct error *err)
{
	if (code == ENOENT || code == ENODEV || code == ENXIO)
		return error_say(
			err, code,
			"%s: there is no such device; the administrator can make it with `modprobe tun`",
			TUN_PATH);
	if (code == EACCES || code == EPERM)
		return error_say(
			err, code,
			"%s: permission denied; the administrator can allow it with `chmod 0666 %s`",
			TUN_PATH, TUN_PATH);
	return error_set(err, code, "open %s", TUN_PATH);
}

int tun_make(const char *name, struct error *err)
{
	struct ifreq request = {
		.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR,
	};
	unsigned long offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
	auto_close int tun = open(TUN_PATH, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (tun < 0)
		return open_error(errno, err);
	memcpy(request.ifr_name, name, strnlen(name, IFNAMSIZ - 1));
	if (ioctl(tun, TUNSETIFF, &request) < 0)
		return error_set(err, errno, "make the interface %s", name);
	if (ioctl(tun, TUNSETOFFLOAD, offloads) < 0)
		return error_set(err, errno, "set offloads of %s", name);
	/* Otherwise our end would wait tens of milliseconds for the kernel to
	 * take the interface down: this way it goes with its namespace.
	 */
	if (ioctl(tun, TUNSETPERSIST, 1) < 0)
		return error_set(err, errno, "keep the interface %s", name);
	return steal_fd(&tun);
}

/* The kernel has put the sum of the pseudo header there. Return: did the places
 * make sense?
 */
static bool complete_checksum(const struct virtio_net_hdr *head, uint8_t *ip,
			      size_t size)
{
	size_t start = head->csum_start, at = start + head->csum_offset;

	if (start > size || at + 2 > size)
		return false;

	uint16_t sum =
		checksum_finish(checksum_add(0, ip + start, size - start));

	/* Zero would mean "no checksum" to UDP, and the same to TCP. */
	if (sum == 0)
		sum = 0xffff;
	memcpy(ip + at, &sum, sizeof(sum));
	return true;
}

ssize_t tun_read(int tun, uint8_t *frame)
{
	struct virtio_net_hdr head;
	uint8_t *ip = frame + FRAME_ETHER_SIZE;
	const struct iovec parts[] = {
		{ &head, sizeof(head) },
		{ ip, FRAME_SIZE_MAX - FRAME_ETHER_SIZE },
	};
	ssize_t size = readv(tun, parts, ARRAY_COUNT(parts));

	if (size < 0)
		return -1;
	size -= (ssize_t)sizeof(head);
	if (size < 1)
		return 0;
	if ((head.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) &&
	    !complete_checksum(&head, ip, (size_t)size))
		return 0;
	memcpy(frame, ether_gateway, ETHER_SIZE);
	memcpy(frame + ETHER_SIZE, ether_guest, ETHER_SIZE);
	packet_put16(frame + 12, ip[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP);
	return FRAME_ETHER_SIZE + size;
}

void tun_write(int tun, const uint8_t *frame, size_t size)
{
	/* Its sums are right: libslirp's, or ours. */
	struct virtio_net_hdr head = { .flags = VIRTIO_NET_HDR_F_DATA_VALID };
	struct iovec parts[] = {
		{ &head, sizeof(head) },
		{ NULL, size - FRAME_ETHER_SIZE },
	};
	const uint8_t *ip = frame + FRAME_ETHER_SIZE;

	if (size <= FRAME_ETHER_SIZE || packet_get16(frame + 12) == ETH_P_ARP)
		return;
	/* writev(2) doesn't write there; its type can't say so. */
	memcpy(&parts[1].iov_base, &ip, sizeof(ip));
	/* Whatever the reason, the sender will send again or not. */
	(void)!writev(tun, parts, ARRAY_COUNT(parts));
}
