// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "net/address.h"
#include "net/denials.h"

static const uint8_t guest[] = { 10, 0, 2, 100 };
static const uint8_t other[] = { 192, 0, 2, 1 };

static const struct denial sample = {
	.protocol = "tcp",
	.family = AF_INET,
	.src = guest,
	.dst = other,
	.src_port = 40000,
	.dst_port = 443,
	.name = "example.org",
	.rule = "192.0.2.0/24",
};

Test(denial, is_a_line_of_json)
{
	struct denial_line line;

	denial_write(&sample, 1709210096789, &line);
	cr_assert_eq(line.size, strlen(line.text));
	cr_assert_str_eq(
		line.text,
		"{\"time\":\"2024-02-29T12:34:56.789Z\",\"action\":\"deny\",\"protocol\":\"tcp\",\"source\":\"10.0.2.100\",\"source_port\":40000,\"destination\":\"192.0.2.1\",\"port\":443,\"name\":\"example.org\",\"rule\":\"192.0.2.0/24\"}\n");
}

Test(denial, what_is_not_known_is_left_out)
{
	struct denial denial = {
		.protocol = "icmp",
		.family = AF_INET6,
		.src = address_of(LINK_GUEST, AF_INET6)->bytes,
		.dst = address_of(LINK_GATEWAY, AF_INET6)->bytes,
	};
	struct denial_line line;

	denial_write(&denial, 0, &line);
	cr_assert_str_eq(
		line.text,
		"{\"time\":\"1970-01-01T00:00:00.000Z\",\"action\":\"deny\",\"protocol\":\"icmp\",\"source\":\"fd00::100\",\"destination\":\"fd00::2\"}\n");
}

Test(denial, days_are_those_of_the_calendar)
{
	static const struct {
		int64_t time_s;
		const char *day;
	} cases[] = {
		{ 951782400, "2000-02-29" },    { 951868800, "2000-03-01" },
		{ 978220800, "2000-12-31" },    { 978307200, "2001-01-01" },
		{ 1798761599, "2026-12-31" },   { 4107542400, "2100-03-01" },
		{ 4107456000, "2100-02-28" },   { 68256000, "1972-03-01" },
		{ 253402300799, "9999-12-31" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct denial_line line;

		denial_write(&sample, cases[i].time_s * 1000, &line);
		cr_assert_eq(strncmp(line.text + strlen("{\"time\":\""),
				     cases[i].day, 10),
			     0, "%s: %s", cases[i].day, line.text);
	}
}

Test(denial, any_name_fits_and_stays_a_json_text)
{
	struct denial denial = sample;
	struct denial_line line;
	char name[254];
	struct json_object *object;

	memset(name, '"', sizeof(name) - 1);
	name[0] = '\\';
	name[1] = '\n';
	name[253] = '\0';
	denial.name = name;
	denial_write(&denial, 0, &line);
	cr_assert_lt(line.size, sizeof(line.text) - 1);
	object = json_tokener_parse(line.text);
	cr_assert_str_eq(
		json_object_get_string(json_object_object_get(object, "name")),
		name);
	json_object_put(object);
}

/* Return: lines in the file, as text */
static char *content(int fd)
{
	char *text = calloc(1, 1 << 20);

	cr_assert_geq(pread(fd, text, (1 << 20) - 1, 0), 0);
	return text;
}

static size_t lines(int fd)
{
	auto_free char *text = content(fd);
	size_t count = 0;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		count++;
	return count;
}

Test(denials, lines_have_a_rate_and_the_rest_is_counted)
{
	struct denials log = { .fd = memfd_create("log", MFD_CLOEXEC) };
	auto_free char *text = NULL;

	for (int i = 0; i < 1000; i++)
		denials_put(&log, &sample, 5000);
	cr_assert_eq(lines(log.fd), DENIALS_BURST);
	cr_assert_eq(denials_timeout(&log, 5000), 1000);
	denials_on_time(&log, 5999);
	cr_assert_eq(lines(log.fd), DENIALS_BURST);
	denials_on_time(&log, 6000);
	cr_assert_eq(denials_timeout(&log, 6000), -1);
	text = content(log.fd);
	cr_assert(strstr(text, "\"action\":\"suppressed\",\"count\":900}\n"));
	/* A second later there is room for those of a second. */
	for (int i = 0; i < 1000; i++)
		denials_put(&log, &sample, 6000);
	cr_assert_eq(lines(log.fd), DENIALS_BURST + 1 + DENIALS_PER_SECOND);
	denials_finish(&log);
	cr_assert_eq(lines(log.fd), DENIALS_BURST + 2 + DENIALS_PER_SECOND);
	denials_finish(&log);
	cr_assert_eq(lines(log.fd), DENIALS_BURST + 2 + DENIALS_PER_SECOND);
}

Test(denials, a_full_log_says_so_once)
{
	struct denials log = {
		.fd = memfd_create("log", MFD_CLOEXEC),
		.size = DENIALS_SIZE_MAX - 1,
	};
	auto_free char *text = NULL;

	for (int i = 0; i < 10; i++)
		denials_put(&log, &sample, 1 + i);
	cr_assert_eq(lines(log.fd), 2);
	text = content(log.fd);
	cr_assert(strstr(text, "\"action\":\"full\"}\n"));
}

Test(denials, without_a_file_nothing_happens)
{
	struct denials log = { .fd = -1 };

	for (int i = 0; i < 1000; i++)
		denials_put(&log, &sample, 1);
	cr_assert_eq(denials_timeout(&log, 1), -1);
}

Test(denials, the_file_is_its_owners_and_grows)
{
	char path[] = "/tmp/denials.XXXXXX", link[sizeof(path) + 5];
	int fd = mkstemp(path);
	struct error err = { 0 };
	struct stat status;

	cr_assert_eq(write(fd, "before\n", 7), 7);
	close(fd);
	fd = denials_open(path, &err);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, "after\n", 6), 6);
	cr_assert_eq(fstat(fd, &status), 0);
	cr_assert_eq(status.st_size, 13);
	close(fd);
	(void)snprintf(link, sizeof(link), "%s.lnk", path);
	cr_assert_eq(symlink(path, link), 0);
	cr_assert_eq(denials_open(link, &err), -ELOOP);
	cr_assert(strstr(err.text, "is a symbolic link"));
	unlink(link);
	unlink(path);
	fd = denials_open(path, &err);
	cr_assert_eq(fstat(fd, &status), 0);
	cr_assert_eq(status.st_mode & 07777, 0600);
	close(fd);
	unlink(path);
	cr_assert_eq(denials_open("/nowhere/log", &err), -ENOENT);
	cr_assert_str_eq(err.text, "--net-log: /nowhere/log");
}
