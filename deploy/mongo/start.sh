#!/bin/sh
# Starts MongoDB with the key by which the members of a replica set authenticate to each other. mongod requires the key as a
# file; with it, clients must authenticate.
set -eu
umask 077
key="${TMPDIR:-/tmp}/replica-set.key"
printf '%s' "${MONGO_REPLICA_KEY:?is not set}" >"$key"
unset MONGO_REPLICA_KEY
exec docker-entrypoint.sh "$@" --keyFile "$key"
