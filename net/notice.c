// SPDX-License-Identifier: Apache-2.0
#include "net/notice.h"

#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/cleanup.h"

/* Of 32-bit programs. */
enum { I386_BIND = 361, I386_CONNECT = 362, I386_LISTEN = 363 };

/* A newer kernel may have more to say than its headers here know. */
union room {
	struct seccomp_notif notif;
	char bytes[512];
};

static enum notice_call find_call(const struct seccomp_data *data)
{
	static const struct {
		uint32_t arch;
		int number;
		enum notice_call call;
	} calls[] = {
		{ AUDIT_ARCH_X86_64, __NR_connect, NOTICE_CONNECT },
		{ AUDIT_ARCH_X86_64, __NR_bind, NOTICE_BIND },
		{ AUDIT_ARCH_X86_64, __NR_listen, NOTICE_LISTEN },
		{ AUDIT_ARCH_I386, I386_CONNECT, NOTICE_CONNECT },
		{ AUDIT_ARCH_I386, I386_BIND, NOTICE_BIND },
		{ AUDIT_ARCH_I386, I386_LISTEN, NOTICE_LISTEN },
	};

	for (size_t i = 0; i < ARRAY_COUNT(calls); i++)
		if (calls[i].arch == data->arch && calls[i].number == data->nr)
			return calls[i].call;
	return NOTICE_OTHER;
}

/* Linux 6.6 and newer than the headers; without, it is only slower. */
void notice_hurry(int listener)
{
	enum { SYNC_WAKE_UP = 1 };

	(void)ioctl(listener, SECCOMP_IOW(4, uint64_t), SYNC_WAKE_UP);
}

int notice_receive(int listener, struct notice *ret)
{
	union room room;

	/* The kernel insists. */
	memset(&room, 0, sizeof(room));
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &room) < 0)
		return errno == ENOENT || errno == EINTR ? 0 : -errno;
	*ret = (struct notice){
		.id = room.notif.id,
		.thread = (pid_t)room.notif.pid,
		.call = find_call(&room.notif.data),
		.fd = (int)room.notif.data.args[0],
		.address = room.notif.data.args[1],
		/* The kernel's own calls take an int. */
		.size = (uint32_t)room.notif.data.args[2],
	};
	return 1;
}

bool notice_is_valid(int listener, uint64_t id)
{
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

/* Who has died meanwhile needs no answer. */
static void respond(int listener, const struct seccomp_notif_resp *response)
{
	(void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, response);
}

void notice_answer(int listener, uint64_t id, int error)
{
	respond(listener,
		&(struct seccomp_notif_resp){ .id = id, .error = error });
}

void notice_let_go(int listener, uint64_t id)
{
	respond(listener, &(struct seccomp_notif_resp){
				  .id = id,
				  .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE,
			  });
}

void notice_abandon(int listener, const uint64_t *calls, size_t count,
		    int error)
{
	enum { NEXT_MAX = 64 };

	for (size_t i = 0; i < count; i++)
		if (calls[i])
			notice_answer(listener, calls[i], error);
	/* Ids are given and received one after the other. Who was killed right
	 * after having received one has not written it down.
	 */
	for (uint64_t next = 1; calls[0] && next < NEXT_MAX; next++)
		notice_answer(listener, calls[0] + next, error);
}

int notice_replace(int listener, uint64_t id, int fd, int by, bool cloexec)
{
	const struct seccomp_notif_addfd replace = {
		.id = id,
		.flags = SECCOMP_ADDFD_FLAG_SETFD,
		.srcfd = (uint32_t)by,
		.newfd = (uint32_t)fd,
		.newfd_flags = cloexec ? O_CLOEXEC : 0,
	};

	return ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &replace) < 0 ? -errno
									: 0;
}
