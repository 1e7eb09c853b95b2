#!/bin/bash
# Healthy while this server is the primary of its replica set. Sends `hello`, which needs no password, over Bash's own
# /dev/tcp, because a mongosh per check takes about two seconds of CPU. Initializes the replica set at the first start.
set -u
export LC_ALL=C

# One message of MongoDB's wire protocol: OP_MSG with { hello: 1, $db: "admin" }.
HELLO='\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xdd\x07\x00\x00\x00\x00\x00\x00\x00\x1f\x00\x00\x00\x10hello\x00\x01\x00\x00\x00\x02$db\x00\x06\x00\x00\x00admin\x00\x00'

exec 3<>/dev/tcp/127.0.0.1/27017 || exit 1
printf "$HELLO" >&3
# The first four bytes are the length of the reply. Zero bytes become line breaks, because Bash cannot store them.
read -r length < <(timeout 5 head -c 4 <&3 | od -An -t u4)
[ "${length:-0}" -gt 4 ] || exit 1
answer=$(timeout 5 head -c "$((length - 4))" <&3 | tr '\000' '\n')

# A boolean's value follows its name. The temporary server that MongoDB's image starts first, to create users, belongs to no
# replica set and is no router.
if [[ $answer == *$'isWritablePrimary\n\x01'* && ($answer == *setName* || $answer == *isdbgrid*) ]]; then
  exit 0
fi
if [[ $answer == *isreplicaset* ]]; then
  exec mongosh --quiet --eval "
    db.getSiblingDB('admin').auth('root', process.env.MONGO_INITDB_ROOT_PASSWORD);
    rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] });
    quit(1)"
fi
echo 'It is not the primary of its replica set.' >&2
exit 1
