#!/bin/sh
# Writes the file of Redis users, readable by this user only, and starts the given server with it:
#   REDIS_QUEUE_PASSWORD=... REDIS_LIMITS_PASSWORD=... REDIS_OPERATOR_PASSWORD=... sh start.sh redis-server --port 6379
# The file contains hashes; passwords are on no command line and not in the server's environment.
set -eu
umask 077

prefix="${REDIS_PREFIX:-flashreserve}"
case "$prefix" in
  *[!A-Za-z0-9_-]*)
    echo 'REDIS_PREFIX must be letters, digits, "_" or "-".' >&2
    exit 1
    ;;
esac

hash_of() {
  printf '%s' "$1" | sha256sum | cut -d ' ' -f 1
}
queue=$(hash_of "${REDIS_QUEUE_PASSWORD:?is not set}")
limits=$(hash_of "${REDIS_LIMITS_PASSWORD:?is not set}")
operator=$(hash_of "${REDIS_OPERATOR_PASSWORD:?is not set}")
unset REDIS_QUEUE_PASSWORD REDIS_LIMITS_PASSWORD REDIS_OPERATOR_PASSWORD

users="${TMPDIR:-/tmp}/users.acl"
# Joins each user into one line; Redis supports neither comments nor continued lines here.
sed -e '/^#/d' -e ':join' -e '/\\$/{' -e 'N' -e 's/\\\n *//' -e 'b join' -e '}' \
  -e "s/{prefix}/$prefix/g" -e "s/{queue}/$queue/" -e "s/{limits}/$limits/" -e "s/{operator}/$operator/" \
  "$(dirname "$0")/users.acl" >"$users"

exec "$@" --aclfile "$users"
