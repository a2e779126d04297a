#!/bin/sh
# Starts Redis as the user redis, who gets the volume, and hands it the password on standard input: on the command line
# every process of the machine could read it.
set -eu
chown redis:redis /data
exec setpriv --reuid=redis --regid=redis --init-groups --no-new-privs \
  redis-server /etc/redis/redis.conf - <<CONFIG
requirepass ${REDIS_PASSWORD:?}
CONFIG
