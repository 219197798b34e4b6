#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Registries that mean ill: what they can't make holt-image do.

load ../lib/helpers
load ../lib/registry

setup_file()
{
	local tls=$BATS_FILE_TMPDIR/tls kind

	python tests/lib/make_image.py "$BATS_FILE_TMPDIR/layout" --layers 2 --size 50000
	mkdir -p "$tls"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj /CN=localhost -addext 'subjectAltName=IP:127.0.0.1,DNS:localhost' \
		-keyout "$tls/key" -out "$tls/me.crt" 2>/dev/null
	start_mock plain "$BATS_FILE_TMPDIR/layout"
	PLAIN=$MOCK
	start_mock other "$BATS_FILE_TMPDIR/layout"
	OTHER=$MOCK
	start_mock secure "$BATS_FILE_TMPDIR/layout" --tls "$tls/me.crt" "$tls/key"
	SECURE=$MOCK
	for kind in basic bearer; do
		start_mock $kind "$BATS_FILE_TMPDIR/layout" --auth $kind
		declare -g "${kind^^}=$MOCK"
	done
	layer=$(cd "$BATS_FILE_TMPDIR/layout/blobs/sha256" && ls -S | head -n 1)
	manifest=$(jq -r '.manifests[0].digest' "$BATS_FILE_TMPDIR/layout/index.json")
	manifest_text=$(cat "$BATS_FILE_TMPDIR/layout/blobs/sha256/${manifest#*:}")
	export PLAIN OTHER SECURE BASIC BEARER layer manifest manifest_text
}

teardown_file()
{
	stop_registries
}

setup()
{
	local mock

	empty_store
	for mock in plain other secure basic bearer; do
		rules $mock
	done
	known='.endpoints[0] += {username: "user", password: "secret"}'
}

fetch()
{
	job fetch "$1/some/image:latest" ".retries = 1 | .stall = 2 | ${2:-.}"
}

# A mock that asked for nothing got nothing that is secret.
expect_told_nothing()
{
	[ "$(asked "$1" '[.[] | select(.authorization or (.sent | contains("secret")))] | length')" = 0 ] ||
		differs "$(cat "$BATS_FILE_TMPDIR/$1/log")"
}

@test "who we are is told to who asks, and only then" {
	fetch "$BASIC" "$known"
	expect_done
	[ "$(asked basic '.[0].authorization')" = null ]
	[ "$(asked basic '[.[1:][] | .authorization] | unique | length')" = 1 ]
	fetch "$BEARER" "$known"
	expect_done
	[ "$(asked bearer '.[] | select(.path | startswith("/token")).path')" = \
		'/token?service=mock&scope=repository%3Asome%2Fimage%3Apull&account=user' ]
	[ "$(asked bearer '.[-1].authorization')" = 'Bearer the-token' ]
	empty_store
	fetch "$PLAIN" "$known"
	expect_done
	expect_told_nothing plain
	[[ $(asked plain '.[0].agent') == holt/* ]]
	[ "$(asked plain '[.[] | select(.encoding)] | length')" = 0 ]
}

@test "an identity token is sent in a form" {
	fetch "$BEARER" '.endpoints[0] += {identityToken: "the-secret"}'
	expect_done
	[ "$(asked bearer '.[] | select(.method == "POST").sent')" = \
		'service=mock&grant_type=refresh_token&client_id=holt&refresh_token=the-secret&scope=repository%3Asome%2Fimage%3Apull' ]
}

@test "a redirect to another origin takes no password along" {
	rules basic "[{\"match\": \"/blobs/sha256:$layer\", \"status\": 307, \"headers\": {\"Location\": \"http://$OTHER/v2/x/blobs/sha256:$layer\"}}]"
	fetch "$BASIC" "$known"
	expect_done
	expect_sound_store
	[ "$(asked other 'length')" = 1 ]
	expect_told_nothing other
}

@test "redirects that don't end, lead from https to http, or nowhere" {
	local where

	rules plain '[{"match": "/manifests/", "status": 302, "headers": {"Location": "http://127.0.0.1:{port}/v2/some/image/manifests/latest"}}]'
	fetch "$PLAIN"
	expect_failed 'leads on more than 10 times'
	[ "$(asked plain length)" = 11 ]
	rules secure "[{\"match\": \"/manifests/\", \"status\": 302, \"headers\": {\"Location\": \"http://$OTHER/v2/x/manifests/latest\"}}]"
	fetch "$SECURE"
	expect_failed 'without encryption: refused'
	[ "$(asked other length)" = 0 ]
	for where in 'file:///etc/passwd' 'ftp://x/y' 'http://user:pass@127.0.0.1/' 'http://' 'gopher://x'; do
		rules plain "[{\"match\": \"/manifests/\", \"status\": 302, \"headers\": {\"Location\": \"$where\"}}]"
		fetch "$PLAIN"
		expect_failed 'leads on'
	done
}

@test "nobody leads us to who listens only to this machine or this link" {
	local where

	for where in 169.254.169.254 '[fe80::1]' 100.100.100.200 ; do
		rules plain "[{\"match\": \"/manifests/\", \"status\": 302, \"headers\": {\"Location\": \"http://$where/latest/meta-data\"}}]"
		fetch "$PLAIN" '.stall = 1'
		expect_status 125
		[[ $where == 100* ]] || expect_failed 'nearer to us than it is itself: refused'
	done
}

@test "the password goes to no server of tokens but the registry's own" {
	local realm

	for realm in "https://tokens.example.com/token" "https://user@127.0.0.1/token" "http://localhost:${OTHER#*:}/token" \
		"https://169.254.169.254/token" "ftp://127.0.0.1/token" "https://[::1]:${OTHER#*:}/token" '' 'x'; do
		rules basic "[{\"match\": \"manifests\", \"status\": 401, \"headers\": {\"WWW-Authenticate\": \"Bearer realm=\\\"$realm\\\",service=\\\"x\\\"\"}}]"
		fetch "$BASIC" "$known"
		expect_status 125
		expect_no_text secret
	done
	expect_told_nothing other
	expect_told_nothing basic
	# Of another name, with a certificate that is good: asked as anybody may.
	export SSL_CERT_FILE=$BATS_FILE_TMPDIR/tls/me.crt
	rules bearer "[{\"match\": \"manifests\", \"status\": 401, \"headers\": {\"WWW-Authenticate\": \"Bearer realm=\\\"https://localhost:${SECURE#*:}/token\\\"\"}}]"
	rules secure
	fetch "$BEARER" "$known"
	expect_failed 'HOLT_AUTH_SERVERS=localhost'
	[ "$(asked secure 'length')" -gt 0 ]
	expect_told_nothing secure
	fetch "$BEARER" "$known | .authServers = [\"localhost\"]"
	expect_status 125
	[ "$(asked secure '[.[] | select(.authorization | . and startswith("Basic"))] | length')" -gt 0 ]
	# By https the registry isn't followed to http.
	rules secure "[{\"match\": \"manifests\", \"status\": 401, \"headers\": {\"WWW-Authenticate\": \"Bearer realm=\\\"http://$OTHER/token\\\"\"}}]"
	fetch "$SECURE" "$known"
	expect_failed 'without encryption: refused'
	expect_told_nothing other
}

@test "a token with more than a token in it" {
	local body

	for body in '{}' '[]' '{"token": ""}' '{"token": "a\r\nX-Evil: 1"}' '{"token": "a b"}' '{"token": 1}' 'x' ''; do
		rules bearer "$(jq -nc --arg body "$body" '[{match: "/token", body: $body}]')"
		fetch "$BEARER"
		expect_status 125
		[ "$(asked bearer '[.[] | select(.authorization)] | length')" = 0 ]
	done
}

@test "a certificate that nobody vouches for" {
	fetch "$SECURE"
	expect_done # on this machine, as docker has it
	run bash -c '"$HOLT_IMAGE" fetch 3<"$STORE" <<<"$1"' x "$(request "localhost.localdomain:${SECURE#*:}/some/image:latest")"
	expect_status 125
}

@test "manifests without end, and slow ones" {
	rules plain '[{"match": "/manifests/", "endless": true, "body": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}]'
	fetch "$PLAIN"
	expect_failed 'longer than the 4194304 bytes'
	rules plain '[{"match": "/manifests/", "length": "99999999999"}]'
	fetch "$PLAIN" '.retries = 0'
	expect_status 125
	rules plain '[{"match": "/manifests/", "delay": 0.3}]'
	fetch "$PLAIN" '.retries = 0'
	expect_failed 'too slow'
	rules plain '[{"match": "/manifests/", "status": 500, "endless": true, "body": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}]'
	fetch "$PLAIN" '.retries = 0'
	expect_failed 'without an end'
	rules plain '[{"match": "/manifests/", "headers": {"Content-Encoding": "gzip"}}]'
	fetch "$PLAIN" '.retries = 0'
	expect_failed 'compresses what it sends'
	expect_next_succeeds plain "$PLAIN/some/image:latest"
}

@test "layers that are longer than they should be, without end, slow, or something else" {
	rules plain "[{\"match\": \"/blobs/.*$layer\", \"endless\": true, \"body\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}]"
	fetch "$PLAIN"
	expect_failed 'more bytes come than'
	[ "$(find "$STORE/ingest" -size +1M)" = '' ]
	expect_next_succeeds plain "$PLAIN/some/image:latest"
	empty_store
	rules plain "[{\"match\": \"/blobs/.*$layer\", \"corrupt\": true}]"
	fetch "$PLAIN"
	expect_failed 'is something else'
	[ ! -e "$STORE/blobs/sha256/$layer" ]
	expect_next_succeeds plain "$PLAIN/some/image:latest"
	empty_store
	rules plain "[{\"match\": \"/blobs/.*$layer\", \"delay\": 0.5}]"
	fetch "$PLAIN" '.retries = 0'
	expect_failed 'too slow'
	expect_next_succeeds plain "$PLAIN/some/image:latest"
	empty_store
	rules plain "[{\"match\": \"/blobs/.*$layer\", \"body\": \"\"}]"
	fetch "$PLAIN"
	expect_failed 'less than there should be'
	expect_next_succeeds plain "$PLAIN/some/image:latest"
}

@test "a digest is what counts, whatever the registry says" {
	rules plain "$(jq -nc --arg body "$manifest_text " '[{match: "/manifests/", body: $body, headers: {"Docker-Content-Digest": "'"$manifest"'"}}]')"
	job fetch "$PLAIN/some/image@$manifest" '.retries = 0'
	expect_failed 'is something else'
	expect_next_succeeds plain "$PLAIN/some/image@$manifest"
}

@test "manifests that mean two things, or nothing" {
	local change

	# What jq does to the good one.
	for change in '.manifests = []' 'del(.layers) | del(.config)' '.schemaVersion = 1' '.schemaVersion = "2"' \
		'.mediaType = "application/vnd.oci.image.index.v1+json"' '.mediaType = "text/html"' \
		'.layers[0].digest = "sha256:../../../x"' '.layers[0].digest = ""' '.layers[0].digest |= ascii_upcase' \
		'.layers[0].digest += "0"' '.layers[0].digest = "md5:00"' '.layers[0].digest = 1' 'del(.layers[0].digest)' \
		'.layers[0].size = -1' '.layers[0].size = "1"' '.layers[0].size = 1e30' 'del(.layers[0].size)' \
		'.layers[0].mediaType = "application/x"' '.config.size = 99999999' '.config = []' '.layers = {}' \
		'.config.mediaType = "application/vnd.evil"' '[.]' 'null' '"x"'; do
		rules plain "$(jq -nc --arg body "$(jq -c "$change" <<<"$manifest_text")" '[{match: "/manifests/", body: $body}]')"
		fetch "$PLAIN" '.retries = 0'
		expect_status 125 || differs "$change"
		[ "$(report '.[-1].report')" = error ]
		[ -z "$(ls "$STORE/blobs/sha256" 2>/dev/null)" ] || differs "$change"
	done
	expect_next_succeeds plain "$PLAIN/some/image:latest"
}

@test "manifests that readers could take differently" {
	local text

	for text in "${manifest_text%\}},\"layers\": []}" $'\xef\xbb\xbf'"$manifest_text" "$manifest_text x" "$manifest_text{}" \
		"${manifest_text%\}}" ''; do
		rules plain "$(jq -nc --arg body "$text" '[{match: "/manifests/", body: $body}]')"
		fetch "$PLAIN" '.retries = 0'
		expect_status 125 || differs "$text"
		[ -z "$(ls "$STORE/blobs/sha256" 2>/dev/null)" ] || differs "$text"
		[[ $text != *'"layers": []'* ]] || expect_failed 'there twice'
	done
}

@test "a config that contradicts its manifest" {
	local text config

	# Another manifest for the same config: one layer fewer.
	text=$(jq -c 'del(.layers[1])' <<<"$manifest_text")
	rules plain "$(jq -nc --arg body "$text" '[{match: "/manifests/", body: $body}]')"
	fetch "$PLAIN" '.retries = 0'
	expect_failed '1 layers in its manifest, and 2 in its config'
	# A blob that is here, and said to have another size.
	rules plain
	fetch "$PLAIN"
	text=$(jq -c '.layers[0].size += 1' <<<"$manifest_text")
	rules plain "$(jq -nc --arg body "$text" '[{match: "/manifests/", body: $body}]')"
	fetch "$PLAIN" '.retries = 0'
	expect_failed 'in the store'
}

@test "tags without end" {
	rules plain '[{"match": "/tags/", "status": 200, "body": "{\"tags\": [\"a\"]}", "headers": {"Link": "</v2/some/image/tags/list>; rel=\"next\""}}]'
	job tags "$PLAIN/some/image:latest"
	expect_failed "doesn't end"
}
