// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "image/worker/url.h"

struct nearness_case {
	char host[50];
	enum nearness nearness;
};

ParameterizedTestParameters(url, nearness)
{
	static struct nearness_case cases[] = {
		{ "127.0.0.1", NEAR_LOOPBACK },
		{ "127.9.9.9", NEAR_LOOPBACK },
		{ "0.0.0.0", NEAR_LOOPBACK },
		{ "localhost", NEAR_LOOPBACK },
		{ "a.localhost", NEAR_LOOPBACK },
		{ "[::1]", NEAR_LOOPBACK },
		{ "[::]", NEAR_LOOPBACK },
		{ "[::ffff:127.0.0.1]", NEAR_LOOPBACK },
		{ "[64:ff9b::7f00:1]", NEAR_LOOPBACK },
		{ "[2002:7f00:1::]", NEAR_LOOPBACK },
		{ "224.0.0.1", NEAR_LOOPBACK },
		{ "169.254.169.254", NEAR_LINK },
		{ "[fe80::1%25eth0]", NEAR_LINK },
		{ "10.1.2.3", NEAR_PRIVATE },
		{ "172.31.0.1", NEAR_PRIVATE },
		{ "172.32.0.1", NEAR_PUBLIC },
		{ "192.168.0.1", NEAR_PRIVATE },
		{ "100.64.0.1", NEAR_PRIVATE },
		{ "[fd00::1]", NEAR_PRIVATE },
		{ "1.1.1.1", NEAR_PUBLIC },
		{ "[2606:4700::1111]", NEAR_PUBLIC },
		{ "example.com", NEAR_PUBLIC },
	};

	return cr_make_param_array(struct nearness_case, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct nearness_case *c, url, nearness)
{
	cr_expect(host_nearness(c->host) == c->nearness, "%s: %d", c->host,
		  host_nearness(c->host));
}

/* Whatever an address is written like, it is the same one. */
Test(url, odd_spellings_of_addresses)
{
	static const char *const texts[] = { "http://2130706433/",
					     "http://0x7f.1/",
					     "http://0177.0.0.1/",
					     "http://LOCALHOST./" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct url url = { 0 };
		struct error err;

		cr_assert(url_parse(texts[i], NULL, &url, &err) == 0);
		cr_expect(host_nearness(url.host) == NEAR_LOOPBACK, "%s",
			  url.host);
		url_clear(&url);
	}
}

struct site {
	char registry[40], server[40];
	bool same;
};

ParameterizedTestParameters(url, same_site)
{
	static struct site cases[] = {
		{ "registry-1.docker.io", "auth.docker.io", true },
		{ "ghcr.io", "ghcr.io", true },
		{ "registry.gitlab.com", "gitlab.com", true },
		{ "registry.example.co.uk", "gitlab.example.co.uk", true },
		{ "a.co.uk", "b.co.uk", false },
		{ "registry.example.com", "example.com.evil.org", false },
		{ "registry.example.com", "evilexample.com", false },
		{ "me.github.io", "you.github.io", false },
		{ "127.0.0.1", "127.0.0.1", true },
		{ "10.0.0.1", "10.0.0.2", false },
		{ "1.2.3.4", "5.6.3.4", false },
		{ "com", "com.com", false },
	};

	return cr_make_param_array(struct site, cases,
				   sizeof(cases) / sizeof(cases[0]));
}

ParameterizedTest(struct site *c, url, same_site)
{
	cr_expect(url_is_same_site(c->registry, c->server) == c->same, "%s, %s",
		  c->registry, c->server);
}

Test(url, refuses_what_is_no_address_of_ours)
{
	static const char *const texts[] = {
		"",
		"x",
		"file:///etc",
		"http://",
		"http://u@h/",
		"http://u:p@h/",
		"ftp://h/",
		"http://h/a b",
		"http://h/\r\nX: y",
		"http://h:99999/",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct url url = { 0 };
		struct error err = { 0 };

		cr_expect(url_parse(texts[i], NULL, &url, &err) == -EINVAL,
			  "%s", texts[i]);
	}
}

Test(url, nobody_is_led_nearer)
{
	cr_expect(nearness_allows(NEAR_PUBLIC, NEAR_PUBLIC));
	cr_expect(!nearness_allows(NEAR_PUBLIC, NEAR_PRIVATE));
	cr_expect(!nearness_allows(NEAR_PUBLIC, NEAR_LOOPBACK));
	cr_expect(nearness_allows(NEAR_PRIVATE, NEAR_PUBLIC));
	cr_expect(!nearness_allows(NEAR_PRIVATE, NEAR_LOOPBACK));
	cr_expect(!nearness_allows(NEAR_PRIVATE, NEAR_LINK));
	cr_expect(nearness_allows(NEAR_LOOPBACK, NEAR_PRIVATE));
	cr_expect(!nearness_allows(NEAR_LOOPBACK, NEAR_LINK));
}
