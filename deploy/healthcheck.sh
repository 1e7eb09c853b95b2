#!/bin/bash
# Checks on the metrics port whether the component in this container is alive or, with the argument "ready", whether it
# should get requests; if not, prints the reason. Exits with 1 if not, or without a response within about five seconds.
# Uses Bash and its own /dev/tcp, because a Node process per check takes about a hundred times the CPU.
set -u

path=/healthz
[ "${1:-}" = ready ] && path=/readyz

exec 3<>"/dev/tcp/${METRICS_HOST:-127.0.0.1}/${METRICS_PORT:-9464}" || exit 1
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$path" >&3

if ! IFS=' ' read -r -t 5 _ status _ <&3; then
  echo 'It does not answer in time.' >&2
  exit 1
fi
[ "$status" = 200 ] && exit 0

# The body is one line, after an empty one.
while IFS= read -r -t 5 line <&3 && [ "$line" != $'\r' ]; do :; done
IFS= read -r -t 5 line <&3
echo "$status $line" >&2
exit 1
