// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "scratch.h"

static int text_file(const char *text)
{
	int fd = memfd_create("text", MFD_CLOEXEC);

	cr_assert_geq(fd, 0);
	cr_assert_eq(fd_write_all(fd, text, strlen(text)), 0);
	cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

Test(fd, reads_a_whole_file)
{
	auto_close int fd = text_file("one\ntwo\n");
	auto_free char *text = NULL;
	struct error err = { 0 };
	size_t size = 0;

	cr_assert_eq(fd_read_text(fd, 8, &text, &size, &err), 0);
	cr_assert_eq(size, 8);
	cr_assert_str_eq(text, "one\ntwo\n");
}

Test(fd, refuses_a_file_above_the_limit)
{
	auto_close int fd = text_file("123456789");
	auto_free char *text = NULL;
	struct error err = { 0 };

	cr_assert_eq(fd_read_text(fd, 8, &text, NULL, &err), -EFBIG);
	cr_assert_null(text);
}

Test(fd, reads_what_has_no_size_of_its_own)
{
	auto_free char *text = NULL;
	struct error err = { 0 };

	cr_assert_eq(
		file_read_text("/proc/self/status", 1 << 16, &text, NULL, &err),
		0);
	cr_assert_eq(strncmp(text, "Name:", 5), 0);
}

Test(fd, refuses_a_fifo_without_waiting_for_its_writer)
{
	char path[128];
	auto_close int dir = scratch_open();
	auto_free char *text = NULL;
	struct error err = { 0 };

	cr_assert_eq(mkfifoat(dir, "fifo", 0600), 0);
	(void)snprintf(path, sizeof(path), "%s/fifo", scratch_path());
	cr_assert_eq(file_read_text(path, 100, &text, NULL, &err), -EINVAL);
	cr_assert_neq(strstr(err.text, path), NULL, "%s", err.text);
	scratch_remove();
}

Test(fd, refuses_a_device_and_names_a_missing_file)
{
	auto_free char *text = NULL;
	struct error err = { 0 };

	cr_assert_eq(file_read_text("/dev/zero", 100, &text, NULL, &err),
		     -EINVAL);
	cr_assert_eq(file_read_text("/no/such", 100, &text, NULL, &err),
		     -ENOENT);
	cr_assert_neq(strstr(err.text, "/no/such"), NULL, "%s", err.text);
}

static void make_pair(int pair[2])
{
	cr_assert_eq(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
}

static int open_fds(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

Test(fd, passes_descriptors_that_close_at_exec)
{
	int pair[2], sent[2], got[3] = { 0 };
	char data[8];

	make_pair(pair);
	sent[0] = text_file("first");
	sent[1] = text_file("second");
	cr_assert_eq(fd_send(pair[0], "hi", 3, sent, 2), 0);
	cr_assert_eq(fd_receive(pair[1], data, sizeof(data), got, 3), 3);
	cr_assert_str_eq(data, "hi");
	cr_assert_eq(fcntl(got[0], F_GETFD), FD_CLOEXEC);
	cr_assert_eq(pread(got[1], data, 6, 0), 6);
	cr_assert_eq(memcmp(data, "second", 6), 0);
	cr_assert_eq(got[2], -1);
}

Test(fd, closes_descriptors_nobody_asked_for)
{
	int pair[2], sent[3] = { 0, 1, 2 }, got[1];
	char data[8];

	make_pair(pair);
	cr_assert_eq(fd_send(pair[0], "x", 1, sent, 3), 0);

	int before = open_fds();

	cr_assert_eq(fd_receive(pair[1], data, sizeof(data), got, 1), 1);
	cr_assert_geq(got[0], 0);
	cr_assert_eq(open_fds(), before + 1);
}

Test(fd, receives_nothing_at_the_end)
{
	int pair[2];
	char data[8];

	make_pair(pair);
	close(pair[0]);
	cr_assert_eq(fd_receive(pair[1], data, sizeof(data), NULL, 0), 0);
}

Test(fd, marks_all_from_one_on_as_closed_at_exec)
{
	auto_close int low = dup(0);
	auto_close int high = dup(0);

	cr_assert_lt(low, high);
	cr_assert_eq(fd_cloexec_from((unsigned int)high), 0);
	cr_assert_eq(fcntl(low, F_GETFD), 0);
	cr_assert_eq(fcntl(high, F_GETFD), FD_CLOEXEC);
}

Test(fd, a_write_to_nobody_is_an_error)
{
	int pair[2];

	make_pair(pair);
	close(pair[1]);
	cr_assert_eq(fd_send(pair[0], "x", 1, NULL, 0), -EPIPE);
}

Test(fd, list)
{
	static const int fds[] = { 3, 10, 255 };
	char text[FD_LIST_SIZE];
	int many[100];

	cr_assert(fd_list(fds, 3, text));
	cr_expect_str_eq(text, "3:10:255");
	cr_assert(fd_list(fds, 0, text));
	cr_expect_str_eq(text, "");
	for (int i = 0; i < 100; i++)
		many[i] = 100 + i;
	cr_expect(!fd_list(many, 100, text));
	cr_expect(fd_list(many, 64, text));
	cr_expect(!fd_list(many, 65, text));
}
