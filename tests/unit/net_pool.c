// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "net/pool.h"

/* A pool whose helper we are, at the other end of @ret. */
static struct pool make_pool(int *ret)
{
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	*ret = pair[1];
	return (struct pool){ .helper = pair[0], .asked = AF_UNSPEC };
}

static void answer(int helper)
{
	int fd = dup(0);

	cr_assert_eq(fd_send(helper, "s", 1, &fd, 1), 0);
	close(fd);
}

Test(pool, an_event_whose_answer_was_taken_already_is_nothing)
{
	int helper;
	struct pool pool = make_pool(&helper);

	pool_fill(&pool, false);
	cr_assert_eq(pool.asked, AF_INET);
	answer(helper);
	cr_assert_geq(pool_take(&pool, AF_INET), 0);
	/* epoll has reported it before. */
	pool_on_sockets(&pool);
	cr_assert_geq(pool.helper, 0);
	pool_fill(&pool, false);
	pool_on_sockets(&pool);
	cr_assert_geq(pool.helper, 0);
	answer(helper);
	pool_on_sockets(&pool);
	cr_assert_eq(pool.v4.count, 1);
}

Test(pool, a_helper_that_is_gone_is_noticed)
{
	int helper;
	struct pool pool = make_pool(&helper);

	close(helper);
	pool_on_sockets(&pool);
	cr_assert_eq(pool.helper, -1);
	cr_assert(pool.has_died);
	cr_assert_lt(pool_take(&pool, AF_INET), 0);
}
