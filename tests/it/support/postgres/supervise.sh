#!/bin/sh
# Makes a PostgreSQL cluster, runs its server until standard input closes, then removes both.
# Arguments: an empty directory, the directory of PostgreSQL's programs, port, superuser.
set -u
directory=$1 programs=$2 port=$3 user=$4
log=$directory/initdb.log
trap 'cd /; rm -rf "$directory"' EXIT

init() {
    "$programs/initdb" -D "$directory/data" -U "$user" --auth=trust --encoding=UTF8 --no-sync "$@" \
        </dev/null >"$log" 2>&1
}

# A linguistic collation where the server knows ICU, as on the servers of districts: what silently relies on the
# order of bytes fails here. Older servers and systems get what they have.
init --locale=C.UTF-8 --locale-provider=icu --icu-locale=und ||
    init --locale=C.UTF-8 ||
    init --locale=C ||
    { cat "$log" >&2; exit 1; }

# The data is thrown away: nothing needs to reach the disk.
"$programs/postgres" -D "$directory/data" -k "$directory" -p "$port" -c listen_addresses= \
    -c max_connections=300 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=128MB -c min_wal_size=32MB -c autovacuum=off -c jit=off -c log_min_messages=fatal </dev/null &
server=$!

while read -r _; do :; done
# A server that has just begun still ignores QUIT, as every background command of a shell does, but dies of TERM; a
# running one would let its clients finish after TERM, but stops at once after QUIT.
kill -TERM "$server"
kill -QUIT "$server"
wait "$server"
