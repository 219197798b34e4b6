# SPDX-License-Identifier: Apache-2.0
# For tests of registries: load ../lib/registry, after helpers.
#
# REGISTRY is the host of a docker-registry that start_registry has started, STORE
# a store of images. What is started is stopped by stop_registries, in
# teardown_file.
HOLT_IMAGE=${HOLT_IMAGE:-$(dirname "$HOLT")/holt-image}
STORE=$BATS_FILE_TMPDIR/data/holt
export STORE HOLT_IMAGE

python()
{
	/usr/bin/python3 "$@"
}

free_port()
{
	python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

listens_on()
{
	ss -Hltn "sport = $1" | grep -q .
}

# Start a docker-registry; what stands in stdin is added to the section "http:" or
# follows it. PORT, if it is set, is its port.
start_registry()
{
	local port=${PORT:-$(free_port)} dir

	dir=$BATS_FILE_TMPDIR/registry-$port
	mkdir -p "$dir"
	cat - >"$dir/config.yml" <<-END
		version: 0.1
		log: {level: error}
		storage: {filesystem: {rootdirectory: $dir/data}, delete: {enabled: true}}
		http:
		  addr: 127.0.0.1:$port
		$(cat)
	END
	docker-registry serve "$dir/config.yml" >"$dir/log" 2>&1 3>&- &
	echo $! >>"$BATS_FILE_TMPDIR/registry-pids"
	eventually listens_on "$port"
	REGISTRY=127.0.0.1:$port
	export REGISTRY
}

stop_registries()
{
	local pid

	[ -e "$BATS_FILE_TMPDIR/registry-pids" ] || return 0
	while read -r pid; do
		kill "$pid" 2>/dev/null || :
	done <"$BATS_FILE_TMPDIR/registry-pids"
}

# Make an image of make_image.py and put it at $1 (PATH:TAG) of the registry.
publish()
{
	local dir name=$1

	shift
	dir=$(mktemp -d "$BATS_FILE_TMPDIR/layout-XXXXXX")
	python tests/lib/make_image.py "$dir" "$@"
	skopeo copy -q --all --dest-tls-verify=false "oci:$dir:latest" "docker://$REGISTRY/$name"
	LAYOUT=$dir
}

empty_store()
{
	rm -rf "$STORE"
	mkdir -p "$STORE"
	chmod 0700 "$STORE"
}

# Print the request for $1 (HOST/PATH:TAG or HOST/PATH@DIGEST), with what jq is to
# do to it.
request()
{
	local name=$1 rest

	rest=${name#*/}
	jq -nc --arg host "${name%%/*}" --arg path "${rest%%[:@]*}" --arg name "$rest" '
		{
			reference: ({domain: $host, path: $path} +
				if $name | contains("@") then {digest: ($name | sub(".*@"; ""))}
				else {tag: ($name | sub(".*:"; ""))} end),
			endpoints: [{host: $host, path: $path}],
			retryDelay: 10
		}' | jq -c "${2:-.}"
}

# Run a job of holt-image: JOB NAME [JQ].
job()
{
	run bash -c '"$HOLT_IMAGE" "$1" 3<"$STORE" <<<"$2"' job "$1" "$(request "$2" "${3:-.}")"
}

# The value of $1, a filter of jq, of the reports in the output.
report()
{
	jq -sr "$1" <<<"$output"
}

# The job failed, and its last words have $1 in them.
expect_failed()
{
	expect_status 125
	[[ $(report '.[-1] | select(.report == "error").text') == *"$1"* ]] ||
		differs "wanted the error: $1"
}

expect_done()
{
	expect_status 0
	[ "$(report '.[-1].report')" = "done" ] || differs "it isn't done"
}

# The sum of the numbers in stdin, one a line.
sum()
{
	awk '{ sum += $1 } END { print sum + 0 }'
}

# Every blob of the store is what its name says.
expect_sound_store()
{
	local file

	for file in "$STORE"/blobs/sha256/*; do
		[ -e "$file" ] || continue
		[ "$(sha256sum <"$file")" = "${file##*/}  -" ] || differs "$file isn't sound"
	done
}

# Start a mock_registry.py with the image of the layout $2, and what it takes
# further; MOCK becomes its host, and $BATS_FILE_TMPDIR/$1 its directory.
start_mock()
{
	local dir=$BATS_FILE_TMPDIR/$1

	mkdir -p "$dir"
	/usr/bin/python3 tests/lib/mock_registry.py "$dir" "${@:2}" >"$dir/errors" 2>&1 3>&- &
	echo $! >>"$BATS_FILE_TMPDIR/registry-pids"
	eventually test -e "$dir/port"
	MOCK=127.0.0.1:$(cat "$dir/port")
	export MOCK
}

# Tell the mock $1 to follow the rules $2, and to forget what was asked so far.
rules()
{
	echo "${2:-[]}" >"$BATS_FILE_TMPDIR/$1/rules"
	: >"$BATS_FILE_TMPDIR/$1/log"
}

# What $2, a filter of jq, says of the requests to the mock $1.
asked()
{
	jq -sr "$2" "$BATS_FILE_TMPDIR/$1/log"
}

# What a store has after a fetch that failed: no blob but whole ones, and no lock
# that is held, so that the next fetch succeeds.
expect_next_succeeds()
{
	expect_sound_store
	rules "$1"
	job fetch "$2"
	expect_done
	expect_sound_store
}
