#!/usr/bin/env bash
# A private MariaDB for the tests: `mariadb.sh start DIR` prints the DSN of a fresh server whose files are all under DIR,
# `mariadb.sh stop DIR` ends it.
set -euo pipefail
export PATH=$PATH:/usr/sbin
what=${1:?start or stop} dir=$(realpath -m "${2:?folder}")

case $what in
start)
  rm -rf "$dir"; mkdir -p "$dir/tmp"
  user=$(id -un)
  mariadb-install-db --no-defaults --user="$user" --datadir="$dir/data" --auth-root-authentication-method=normal --skip-test-db >"$dir/install.log" 2>&1 ||
    { cat "$dir/install.log" >&2; exit 1; }
  port=$(python3 - <<'PY' 2>/dev/null || echo $((20000 + RANDOM % 20000))
import random
import socket
for port in random.sample(range(10240, 32768), 100):  # below the ports of outgoing connections
    try:
        socket.socket().bind(("127.0.0.1", port))
    except OSError:
        continue
    print(port)
    break
PY
)
  # Nobody pulls this machine's plug: the tests need no disk that is waited for.
  mariadbd --no-defaults --user="$user" --datadir="$dir/data" --socket="$dir/s.sock" --port="$port" --bind-address=127.0.0.1 --pid-file="$dir/pid" \
    --tmpdir="$dir/tmp" --log-error="$dir/err.log" --character-set-server=utf8mb4 --collation-server=utf8mb4_bin \
    --innodb-flush-log-at-trx-commit=0 --skip-innodb-doublewrite --innodb-flush-method=nosync --skip-log-bin --innodb-log-file-size=64M \
    --innodb-buffer-pool-size=512M --max-connections=400 --skip-name-resolve >/dev/null 2>&1 </dev/null &
  for _ in $(seq 600); do # two minutes: a busy machine is slow, not broken
    mariadb-admin --no-defaults --socket="$dir/s.sock" -uroot ping >/dev/null 2>&1 && { echo "root@tcp(127.0.0.1:$port)/"; exit 0; }
    sleep 0.2
  done
  cat "$dir/err.log" >&2; exit 1 ;;
stop)
  [[ -e $dir/s.sock ]] && mariadb-admin --no-defaults --socket="$dir/s.sock" -uroot shutdown >/dev/null 2>&1 || true
  rm -rf "$dir" ;;
*) echo "start or stop" >&2; exit 2 ;;
esac
