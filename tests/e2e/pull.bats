#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt pull, login and logout.

load ../lib/helpers
load ../lib/registry

setup_file()
{
	start_registry </dev/null
	publish some/image:one --layers 2 --size 200000
	publish some/image:two --seed two
	publish library/tool:latest --seed tool --layers 3 --busybox "$(command -v busybox)"
	mkdir -p "$BATS_FILE_TMPDIR/tls"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj /CN=localhost -addext 'subjectAltName=IP:127.0.0.1,DNS:registry.test' \
		-keyout "$BATS_FILE_TMPDIR/tls/key" -out "$BATS_FILE_TMPDIR/tls/crt" 2>/dev/null
	htpasswd -Bbc "$BATS_FILE_TMPDIR/htpasswd" user secret 2>/dev/null
	OPEN=$REGISTRY
	start_registry <<-END
		  tls: {certificate: $BATS_FILE_TMPDIR/tls/crt, key: $BATS_FILE_TMPDIR/tls/key}
		auth: {htpasswd: {realm: test, path: $BATS_FILE_TMPDIR/htpasswd}}
	END
	LOCKED=$REGISTRY
	skopeo copy -q --dest-creds user:secret --dest-tls-verify=false --src-tls-verify=false \
		"docker://$OPEN/some/image:one" "docker://$LOCKED/some/image:one"
	export OPEN LOCKED
}

teardown_file()
{
	stop_registries
}

setup()
{
	empty_store
	export XDG_DATA_HOME=${STORE%/*} HOME=$BATS_TEST_TMPDIR/home
	export XDG_CONFIG_HOME=$HOME/.config XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run
	mkdir -p "$XDG_CONFIG_HOME/containers" "$XDG_RUNTIME_DIR"
}

# registries.conf of the user is stdin.
configure()
{
	cat >"$XDG_CONFIG_HOME/containers/registries.conf"
}

pull()
{
	run --separate-stderr "$HOLT" pull "$@"
}

@test "the id is the last line, and the image has its name" {
	pull "$OPEN/some/image:one"
	expect_status 0
	expect_match '^[0-9a-f]{64}$'
	[ -e "$STORE/images/$output" ]
	[ "$(jq -r .image "$STORE/tags/$OPEN%2Fsome%2Fimage:one")" = "$output" ]
	grep -q 'done$' <<<"$stderr"
	pull -q "docker://$OPEN/some/image:two"
	expect_status 0
	[ -z "$stderr" ] || differs
}

@test "what was pulled runs" {
	pull -q "$OPEN/library/tool:latest"
	expect_status 0
	run "$HOLT" run --rm "$OPEN/library/tool:latest" sh -c 'echo /file*'
	expect_status 0
	expect_output '/file0 /file1 /file2'
}

@test "every tag" {
	pull -q --all-tags "$OPEN/some/image"
	expect_status 0
	[ "$(wc -l <<<"$output")" -eq 2 ]
	[ "$(ls "$STORE/tags" | wc -l)" -eq 2 ]
}

@test "a platform that isn't there, and options that contradict" {
	pull --platform linux/arm64 "$OPEN/some/image:one"
	expect_status 0
	[[ $stderr == *'is for linux/amd64, and not for linux/arm64'* ]] || differs
	pull --platform linux/arm64 --arch arm64 "$OPEN/some/image:one"
	expect_status 125
	pull --retry x "$OPEN/some/image:one"
	expect_status 125
}

@test "short names by alias, by search, and moved by a prefix" {
	configure <<-END
		unqualified-search-registries = ["$OPEN"]
		[aliases]
		"nick" = "$OPEN/some/image"
		[[registry]]
		prefix = "example.com/moved"
		location = "$OPEN/some"
		[[registry]]
		prefix = "blocked.example.com"
		blocked = true
	END
	pull -q nick:two
	expect_status 0
	[ -e "$STORE/tags/$OPEN%2Fsome%2Fimage:two" ]
	pull -q some/image:one
	expect_status 0
	pull -q example.com/moved/image:one
	expect_status 0
	[ -e "$STORE/tags/example.com%2Fmoved%2Fimage:one" ]
	pull blocked.example.com/x
	expect_status 125
	[[ $stderr == *'registries.conf blocks'* ]] || differs
}

@test "mirrors come first, and without them it comes from where it says" {
	configure <<-END
		[[registry]]
		location = "$OPEN"
		mirror = [
			{ location = "127.0.0.1:1" }, # nobody
		]
	END
	pull "$OPEN/some/image:one" --retry 0
	expect_status 0
	[[ $stderr == *"asking $OPEN"* ]] || differs
}

@test "who isn't known is refused, and told what helps" {
	pull "$LOCKED/some/image:one"
	expect_status 125
	[[ $stderr == *"holt login"* ]] || differs
	pull -q --creds user:secret "$LOCKED/some/image:one"
	expect_status 0
	pull -q --creds user:wrong "$LOCKED/some/image:one"
	expect_status 125
}

@test "login, what it remembers, and logout" {
	run "$HOLT" login -u user -p wrong "$LOCKED"
	expect_refusal 'refuses (401)'
	[ ! -e "$XDG_RUNTIME_DIR/containers/auth.json" ]
	run "$HOLT" login -u user --password-stdin "$LOCKED" <<<secret
	expect_status 0
	expect_output 'Login Succeeded!'
	[ "$(stat -c %a "$XDG_RUNTIME_DIR/containers/auth.json")" = 600 ]
	# As podman's tools write it, and they can use it.
	[ "$(jq -r ".auths[\"$LOCKED\"].auth" "$XDG_RUNTIME_DIR/containers/auth.json")" = \
		"$(printf user:secret | base64)" ]
	skopeo inspect --tls-verify=false "docker://$LOCKED/some/image:one" >/dev/null
	run "$HOLT" login --get-login "$LOCKED"
	expect_output user
	pull -q "$LOCKED/some/image:one"
	expect_status 0
	run "$HOLT" logout "$LOCKED"
	expect_output "Removed login credentials for $LOCKED"
	run "$HOLT" login --get-login "$LOCKED"
	expect_refusal "not logged into $LOCKED"
	run "$HOLT" logout "$LOCKED"
	expect_refusal 'not logged in'
}

@test "what others wrote is left alone, and the longest name counts" {
	local file=$BATS_TEST_TMPDIR/auth.json

	cat >"$file" <<-END
		{"auths": {"$LOCKED": {"auth": "$(printf a:b | base64)"},
			"$LOCKED/some": {"auth": "$(printf user:secret | base64)"},
			"$LOCKED/som": {"auth": "$(printf c:d | base64)"}},
		 "other": {"kept": 1}}
	END
	pull -q --authfile "$file" "$LOCKED/some/image:one"
	expect_status 0
	run "$HOLT" login -u user -p secret --authfile "$file" "$LOCKED"
	expect_status 0
	[ "$(jq .other.kept "$file")" = 1 ]
	REGISTRY_AUTH_FILE=$file pull -q "$LOCKED/some/image:one"
	expect_status 0
	DOCKER_AUTH_CONFIG=$(cat "$file") pull -q "$LOCKED/some/image:one"
	expect_status 0
	run "$HOLT" logout --all --authfile "$file"
	expect_status 0
	[ "$(jq -c .auths "$file")" = '{}' ]
}

@test "helpers keep passwords" {
	local bin=$BATS_TEST_TMPDIR/bin

	mkdir -p "$bin" "$HOME/.docker"
	cat >"$bin/docker-credential-test" <<-'END'
		#!/bin/sh
		echo "$1" >>"$HOME/called"
		case $1 in
		get)
			read -r server
			[ -e "$HOME/$server" ] || { echo 'credentials not found in native keychain'; exit 1; }
			cat "$HOME/$server" ;;
		store) jq -c . >"$HOME/$(jq -r .ServerURL | tee "$HOME/server")" ;;
		esac
	END
	chmod +x "$bin/docker-credential-test"
	echo "{\"credHelpers\": {\"$LOCKED\": \"test\"}}" >"$HOME/.docker/config.json"
	echo '{"ServerURL": "x", "Username": "user", "Secret": "secret"}' >"$HOME/$LOCKED"
	PATH=$bin:$PATH pull -q "$LOCKED/some/image:one"
	expect_status 0
	rm "$HOME/$LOCKED"
	PATH=$bin:$PATH pull -q "$LOCKED/some/image:one"
	expect_status 125
	[[ $stderr == *"holt login"* ]] || differs
	pull -q "$LOCKED/some/image:one"
	expect_status 125
	[[ $stderr == *"docker-credential-test"*"isn't in PATH"* ]] || differs
}

@test "push: what was pulled is the same elsewhere, and what is there isn't sent" {
	local digest

	pull -q "$OPEN/some/image:one"
	run --separate-stderr "$HOLT" push --creds user:secret --digestfile "$BATS_TEST_TMPDIR/digest" \
		"$OPEN/some/image:one" "$LOCKED/new/place:one"
	expect_status 0
	digest=$(cat "$BATS_TEST_TMPDIR/digest")
	[ "$(skopeo inspect --creds user:secret --tls-verify=false --format '{{.Digest}}' \
		"docker://$LOCKED/new/place:one")" = "$digest" ]
	[ "$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$OPEN/some/image:one")" = "$digest" ]
	run --separate-stderr "$HOLT" push --creds user:secret "$OPEN/some/image:one" "$LOCKED/new/place:two"
	expect_status 0
	[ "$(grep -c 'is there already' <<<"$stderr")" -eq 3 ] || differs
	# From another repository of the same registry.
	run --separate-stderr "$HOLT" push "$OPEN/some/image:one" "$OPEN/mounted/image:one"
	expect_status 0
	[ "$(grep -c 'is there already' <<<"$stderr")" -eq 3 ] || differs
	empty_store
	pull -q "$OPEN/mounted/image:one"
	expect_status 0
	run "$HOLT" push no-such-image
	expect_status 125
	pull -q "$OPEN/some/image:one"
	run "$HOLT" push "$OPEN/some/image:one" "$LOCKED/new/place:three"
	expect_status 125
	expect_text 'holt login'
}
