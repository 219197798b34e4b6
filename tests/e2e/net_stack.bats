#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What networks are for: a web server, an application and a database, each in a
# container, find each other by name; Debian's nginx, Python and PostgreSQL.

load ../lib/helpers

postgres=/usr/lib/postgresql/15/bin

setup()
{
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/data
	# One that nobody listens on now.
	PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])')
	work=$BATS_TEST_TMPDIR/work
	mkdir "$work"
	make_database
	make_application
	make_web
	"$HOLT" network create --subnet 10.77.0.0/24 stack
}

teardown()
{
	local name

	for name in "${!pids[@]}"; do
		stop "$name"
	done
	expect_nothing_left
}

make_database()
{
	"$postgres/initdb" --no-locale --auth=trust -D "$work/db" >/dev/null
	echo 'host all all 10.77.0.0/24 trust' >>"$work/db/pg_hba.conf"
}

make_application()
{
	cat >"$work/app.py" <<-'END'
		import http.server
		import psycopg2

		class Handler(http.server.BaseHTTPRequestHandler):
		    def do_GET(self):
		        db = psycopg2.connect(host="database", dbname="postgres",
		                              user="app", connect_timeout=5)
		        with db, db.cursor() as cursor:
		            cursor.execute("insert into visits default values;"
		                           " select count(*), host(inet_server_addr()) from visits")
		            count, address = cursor.fetchone()
		        db.close()
		        self.send_response(200)
		        self.end_headers()
		        self.wfile.write(f"visit {count}, of {address}\n".encode())

		http.server.ThreadingHTTPServer(("", 8000), Handler).serve_forever()
	END
}

# The name is asked for again each second; until then it connects to an address
# that nobody has any more, of which the kernel tells only after a long while.
make_web()
{
	cat >"$work/nginx.conf" <<-'END'
		daemon off;
		pid /tmp/nginx.pid;
		error_log stderr;
		events {}
		http {
			access_log off;
			client_body_temp_path /tmp/body;
			proxy_temp_path /tmp/proxy;
			fastcgi_temp_path /tmp/fastcgi;
			uwsgi_temp_path /tmp/uwsgi;
			scgi_temp_path /tmp/scgi;
			resolver 10.0.2.3 valid=1s ipv6=off;
			proxy_connect_timeout 1s;
			server {
				listen 80;
				location / {
					set $app app;
					proxy_pass http://$app:8000;
				}
			}
		}
	END
}

# start NAME OPTION... host COMMAND...
start()
{
	local name=$1

	shift
	"$HOLT" run --rm --name "$name" --userns keep-id --volume "$work:/srv" "$@" \
		>"$work/$name.log" 2>&1 3>&- &
	pids[$name]=$!
}

# stop NAME: as its command is told to end.
stop()
{
	kill -INT "${pids[$1]}" 2>/dev/null || :
	wait "${pids[$1]}" || :
	unset "pids[$1]"
}

start_database()
{
	start db --network stack:alias=database --ip "$1" host \
		"$postgres/postgres" -D /srv/db -h '*' -k /tmp
	eventually in_database 'select 1'
}

in_database()
{
	"$HOLT" run --rm --network stack host psql -qAtX -h database -d postgres \
		-U "$(id -un)" -c "$1" >/dev/null
}

asked()
{
	run -0 curl -sSf "http://127.0.0.1:$PORT/"
}

@test "a web server, its application and its database find each other by name" {
	declare -gA pids
	start_database 10.77.0.20
	in_database 'create role app login; create table visits (id serial);
		grant all on visits, visits_id_seq to app'
	start app --network stack host python3 /srv/app.py
	start web --network stack -p "127.0.0.1:$PORT:80" host nginx -c /srv/nginx.conf -e stderr
	eventually curl -sSf -o "$work/first" "http://127.0.0.1:$PORT/"
	asked
	expect_output "visit 2, of 10.77.0.20"
	# A database that comes back elsewhere is found there, with all it had.
	stop db
	start_database 10.77.0.21
	eventually asked
	asked
	expect_output "visit 4, of 10.77.0.21"
	# The same for the application, whose name the web server looks up.
	stop app
	start app --network stack --ip 10.77.0.99 host python3 /srv/app.py
	eventually asked
	[[ "$output" = 'visit '*', of 10.77.0.21' ]]
	for name in "${!pids[@]}"; do
		stop "$name"
	done
}
