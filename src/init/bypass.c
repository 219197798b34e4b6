// SPDX-License-Identifier: Apache-2.0
/* The filter of a container whose connections holt-net makes in its place
 * (net/supervisor.h), on top of the container's own. It notifies of the calls
 * that name whom a socket is to be connected to, or make it one to connect to,
 * and leaves no other way to do that:
 * - io_uring, whose work no filter sees, isn't there;
 * - data can't be sent along with a connection that isn't there yet
 *   (MSG_FASTOPEN), as if the kernel had that switched off;
 * - 32-bit programs have the same calls under other numbers, but not the old
 *   one for all, whose arguments a filter doesn't see;
 * - the x32 ABI isn't there, as in most kernels.
 * What it notifies of isn't needed up to the command's execution, so we can go
 * on as before; unlike with other listeners (filter.c).
 */
#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "init/step.h"

/* Of 32-bit programs; calls from 403 on have the same number everywhere. */
enum {
	I386_SOCKETCALL = 102,
	I386_SENDMMSG = 345,
	I386_BIND = 361,
	I386_CONNECT = 362,
	I386_LISTEN = 363,
	I386_SENDTO = 369,
	I386_SENDMSG = 370,
	X32_BIT = 0x40000000,
};

/* Which call of socketcall(2) */
enum {
	CALL_BIND = 2,
	CALL_CONNECT = 3,
	CALL_LISTEN = 4,
	CALL_SENDTO = 11,
	CALL_SENDMSG = 16,
	CALL_SENDMMSG = 20,
};

#define FAIL(code) \
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)(code))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define LOAD(member) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 offsetof(struct seccomp_data, member))
/* The half of an argument that the kernel looks at: x86 has it first. */
#define LOAD_ARGUMENT(n) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 offsetof(struct seccomp_data, args) + 8UL * (n))
#define JUMP(how, value, yes, no) \
	BPF_JUMP(BPF_JMP | (how) | BPF_K, (value), (yes), (no))

/* Is the number that was loaded @number? Then @action, else go on. */
#define IF_IS(number, action) JUMP(BPF_JEQ, (number), 0, 1), action

/* The same for calls that may pass without any of @bits in the argument @n. */
#define IF_HAS(number, n, bits, action) \
	JUMP(BPF_JEQ, (number), 0, 4), LOAD_ARGUMENT(n), \
		JUMP(BPF_JSET, (bits), 0, 1), action, \
		RETURN(SECCOMP_RET_ALLOW)

#define NOTIFY       RETURN(SECCOMP_RET_USER_NOTIF)
#define NO_SUCH_CALL FAIL(ENOSYS)
#define NO_SUCH_FLAG FAIL(EOPNOTSUPP)
#define NO_IO_URING \
	IF_IS(__NR_io_uring_setup, NO_SUCH_CALL), \
		IF_IS(__NR_io_uring_enter, NO_SUCH_CALL), \
		IF_IS(__NR_io_uring_register, NO_SUCH_CALL)

#define STEPS_64 \
	LOAD(nr), JUMP(BPF_JGE, X32_BIT, 0, 1), NO_SUCH_CALL, \
		IF_IS(__NR_connect, NOTIFY), IF_IS(__NR_bind, NOTIFY), \
		IF_IS(__NR_listen, NOTIFY), NO_IO_URING, \
		IF_HAS(__NR_sendto, 3, MSG_FASTOPEN, NO_SUCH_FLAG), \
		IF_HAS(__NR_sendmsg, 2, MSG_FASTOPEN, NO_SUCH_FLAG), \
		IF_HAS(__NR_sendmmsg, 3, MSG_FASTOPEN, NO_SUCH_FLAG), \
		RETURN(SECCOMP_RET_ALLOW)

#define STEPS_32 \
	LOAD(nr), IF_IS(I386_CONNECT, NOTIFY), IF_IS(I386_BIND, NOTIFY), \
		IF_IS(I386_LISTEN, NOTIFY), NO_IO_URING, \
		IF_HAS(I386_SENDTO, 3, MSG_FASTOPEN, NO_SUCH_FLAG), \
		IF_HAS(I386_SENDMSG, 2, MSG_FASTOPEN, NO_SUCH_FLAG), \
		IF_HAS(I386_SENDMMSG, 3, MSG_FASTOPEN, NO_SUCH_FLAG), \
		JUMP(BPF_JEQ, I386_SOCKETCALL, 1, 0), \
		RETURN(SECCOMP_RET_ALLOW), LOAD_ARGUMENT(0), \
		IF_IS(CALL_BIND, NO_SUCH_CALL), \
		IF_IS(CALL_CONNECT, NO_SUCH_CALL), \
		IF_IS(CALL_LISTEN, NO_SUCH_CALL), \
		IF_IS(CALL_SENDTO, NO_SUCH_CALL), \
		IF_IS(CALL_SENDMSG, NO_SUCH_CALL), \
		IF_IS(CALL_SENDMMSG, NO_SUCH_CALL), RETURN(SECCOMP_RET_ALLOW)

enum { COUNT_64 = ARRAY_COUNT(((struct sock_filter[]){ STEPS_64 })) };

/* Calls that it isn't about are known to be so by their number alone: so the
 * kernel can remember that, and needn't run the filter.
 */
static const struct sock_filter code[] = {
	LOAD(arch),   JUMP(BPF_JEQ, AUDIT_ARCH_X86_64, 0, COUNT_64),
	STEPS_64,     JUMP(BPF_JEQ, AUDIT_ARCH_I386, 1, 0),
	FAIL(ENOSYS), STEPS_32,
};

/* struct sock_fprog, but const: the kernel only reads it. */
struct program {
	unsigned short length;
	const struct sock_filter *code;
};

int bypass_load(const struct init *init, struct error *err)
{
	struct program program = { ARRAY_COUNT(code), code };
	/* Once the supervisor has a call, signals wait for its answer: a socket
	 * may have been replaced by then.
	 */
	int listener =
		(int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			     SECCOMP_FILTER_FLAG_NEW_LISTENER |
				     SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
			     &program);
	int result;

	if (listener < 0 && errno == EBUSY)
		return error_say(
			err, EBUSY,
			"load the bypass's filter: there is a filter with a listener around us already, and the kernel allows one");
	if (listener < 0)
		return error_set(err, errno, "load the bypass's filter");
	result = sync_send(init->sync, STAGE_LISTENER, listener);
	close(listener);
	if (result < 0)
		return error_set(err, -result, "tell the parent");
	return init_wait_for(init, STAGE_LISTENED, err);
}
