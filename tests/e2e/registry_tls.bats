#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Debian's docker-registry by TLS and with passwords: pulled from, run, tagged, pushed
# to and pulled from by digest, with skopeo on the other side; and certificates that
# aren't good.

load ../lib/helpers
load ../lib/registry

# A certificate of the authority $TLS/ca for $1 (a subjectAltName): $TLS/$2.crt, .key;
# further options of openssl x509.
certify()
{
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" \
		-keyout "$TLS/$2.key" -out "$TLS/$2.csr" 2>/dev/null
	openssl x509 -req -in "$TLS/$2.csr" -CA "$TLS/ca.crt" -CAkey "$TLS/ca.key" -CAcreateserial \
		-extfile <(echo "subjectAltName=$1") -out "$TLS/$2.crt" "${@:3}" 2>/dev/null
}

# A registry with the certificate $1; HOST_$1 becomes its address.
serve()
{
	start_registry <<-END
		  tls:
		    certificate: $TLS/$1.crt
		    key: $TLS/$1.key
		    $2
		auth: {htpasswd: {realm: test, path: $BATS_FILE_TMPDIR/htpasswd}}
	END
	declare -gx "HOST_$1=$REGISTRY"
}

setup_file()
{
	export TLS=$BATS_FILE_TMPDIR/tls
	mkdir -p "$TLS/certs"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority \
		-keyout "$TLS/ca.key" -out "$TLS/ca.crt" 2>/dev/null
	certify IP:127.0.0.1,DNS:localhost good -days 2
	certify DNS:other.example wrong -days 2
	certify IP:127.0.0.1 late -days -1
	certify DNS:me client -days 2
	cp "$TLS/ca.crt" "$TLS/certs/ca.crt"
	htpasswd -Bbc "$BATS_FILE_TMPDIR/htpasswd" user secret 2>/dev/null
	serve good
	serve wrong
	serve late
	certify IP:127.0.0.1 asks -days 2
	serve asks "clientcas: [$TLS/ca.crt]"
	python tests/lib/make_image.py "$BATS_FILE_TMPDIR/layout" --layers 2 --size 100000 --busybox "$(command -v busybox)"
	skopeo copy -q --dest-creds user:secret --dest-cert-dir "$TLS/certs" "oci:$BATS_FILE_TMPDIR/layout:latest" \
		"docker://$HOST_good/a/box:1"
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

teardown()
{
	"$HOLT" system reset --force >/dev/null
}

# To or from $HOST_good, as who may.
good()
{
	"$HOLT" "$1" -q --tls-verify=true --cert-dir "$TLS/certs" --creds user:secret "${@:2}"
}

@test "pulled, run, tagged, pushed, pulled by digest, and read by skopeo" {
	local digest copy

	run -0 good pull "$HOST_good/a/box:1"
	run -0 "$HOLT" run --rm --network none "$HOST_good/a/box:1" sh -c 'echo "it runs"'
	expect_output 'it runs'
	run -0 "$HOLT" tag "$HOST_good/a/box:1" "$HOST_good/a/box:2"
	run -0 good push --digestfile "$BATS_TEST_TMPDIR/digest" "$HOST_good/a/box:2"
	digest=$(<"$BATS_TEST_TMPDIR/digest")
	# What skopeo reads is what it has put there, byte by byte.
	copy=$(skopeo inspect --raw --creds user:secret --cert-dir "$TLS/certs" "docker://$HOST_good/a/box:2" | sha256sum)
	[ "sha256:${copy%% *}" = "$digest" ]
	skopeo copy -q --src-creds user:secret --src-cert-dir "$TLS/certs" "docker://$HOST_good/a/box:2" "oci:$BATS_TEST_TMPDIR/back:2"
	for blob in "$BATS_TEST_TMPDIR"/back/blobs/sha256/*; do
		cmp "$blob" "$BATS_FILE_TMPDIR/layout/blobs/sha256/${blob##*/}"
	done
	"$HOLT" system reset --force >/dev/null
	run -0 good pull "$HOST_good/a/box@$digest"
	run -0 "$HOLT" run --rm --network none "$HOST_good/a/box@$digest" sh -c 'echo "it runs again"'
	expect_output 'it runs again'
	run -125 good pull "$HOST_good/a/box@sha256:$(printf '%064d' 1)"
}

@test "once logged in, passwords are known, and only there" {
	run -0 "$HOLT" login --cert-dir "$TLS/certs" --tls-verify=true -u user -p secret "$HOST_good"
	run -0 "$HOLT" pull -q --cert-dir "$TLS/certs" --tls-verify=true "$HOST_good/a/box:1"
	run -125 "$HOLT" pull -q --tls-verify=false "$HOST_wrong/a/box:1"
	[[ $output == *'holt login'* ]] || differs
}

@test "the registry's own directory of certificates is looked at" {
	mkdir -p "$XDG_CONFIG_HOME/containers/certs.d/$HOST_good"
	run -125 "$HOLT" pull -q --tls-verify=true --creds user:secret "$HOST_good/a/box:1"
	[[ $output == *"can't be trusted"* && $output == *certs.d* ]] || differs
	cp "$TLS/ca.crt" "$XDG_CONFIG_HOME/containers/certs.d/$HOST_good/ca.crt"
	run -0 "$HOLT" pull -q --tls-verify=true --creds user:secret "$HOST_good/a/box:1"
}

@test "a certificate for somebody else, one of yesterday, and one that nobody knows" {
	for host in "$HOST_wrong" "$HOST_late"; do
		run -125 "$HOLT" pull -q --tls-verify=true --cert-dir "$TLS/certs" --creds user:secret "$host/a/box:1"
		[[ $output == *"certificate"* ]] || differs
		[[ $output != *secret* ]]
		# Nobody was asked for anything.
		run -125 "$HOLT" push -q --tls-verify=true --cert-dir "$TLS/certs" --creds user:secret \
			"oci:$BATS_FILE_TMPDIR/layout" "$host/a/box:1"
	done
	run -125 "$HOLT" pull -q --tls-verify=true --creds user:secret "$HOST_good/a/box:1"
	[[ $output == *"--tls-verify=false"* ]] || differs
	run -125 "$HOLT" pull -q --tls-verify=false --creds user:secret "$HOST_late/a/box:1"
	[[ $output == *"manifest unknown"* || $output == *"no such image"* || $output == *404* ]] || differs
}

@test "who is to show a certificate shows one" {
	local certs=$BATS_TEST_TMPDIR/certs

	mkdir "$certs"
	cp "$TLS/ca.crt" "$certs/ca.crt"
	run -125 "$HOLT" pull -q --tls-verify=true --cert-dir "$certs" --creds user:secret "$HOST_asks/a/box:1"
	cp "$TLS/client.crt" "$certs/me.cert"
	run -125 "$HOLT" pull -q --tls-verify=true --cert-dir "$certs" --creds user:secret "$HOST_asks/a/box:1"
	[[ $output == *me.key* ]] || differs
	# A link leads out of what holt-image may read otherwise.
	ln -s "$TLS/client.key" "$certs/me.key"
	run -0 "$HOLT" login --tls-verify=true --cert-dir "$certs" -u user -p secret "$HOST_asks"
	skopeo copy -q --dest-creds user:secret --dest-cert-dir "$certs" "oci:$BATS_FILE_TMPDIR/layout:latest" \
		"docker://$HOST_asks/a/box:1"
	run -0 "$HOLT" pull -q --tls-verify=true --cert-dir "$certs" "$HOST_asks/a/box:1"
}
