#!/bin/sh
# Starts MongoDB with the key that the members of a replica set know each other by. The key is a file because mongod takes
# it in no other way; with it, nobody comes in without a password.
set -eu
umask 077
key="${TMPDIR:-/tmp}/replica-set.key"
printf '%s' "${MONGO_REPLICA_KEY:?is not set}" >"$key"
unset MONGO_REPLICA_KEY
exec docker-entrypoint.sh "$@" --keyFile "$key"
