#!/usr/bin/env bash
# How long a cluster on this machine takes to come up, grow, take a model and come back:
# load-tests/lifecycle.sh [--rounds N] [--port FIRST]     (Linux, curl; builds what is missing)
#
#   up         `dunlin up --nodes 3` to its ready line, three example models
#   deploy     `dunlin deploy --replicas 3` to all three READY
#   join       start of a fourth node's process to the first replica READY on it
#   return     kill -9 of every process, start of `up` again, to the first instant at which every model and
#              an alias have answered a request
#   stop       SIGTERM of `up` to its end, status 0
#
# Prints each round and the median (least..most). Logs lie in load-tests/target/lifecycle.
set -eu

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
home=$(cd "$here/.." && pwd -P)
rounds=3
first=27800
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=$2; shift 2 ;;
    --port) first=$2; shift 2 ;;
    *) echo "lifecycle: $1 (expected: --rounds N, --port FIRST)" >&2; exit 2 ;;
  esac
done

out=$here/target/lifecycle
work=$out/work
rm -rf "$out"
mkdir -p "$work"
rest=$first
admin=$((first + 1))
cluster=$((first + 10))
url=http://127.0.0.1:$rest
api=http://127.0.0.1:$admin
export DUNLIN_BUILD=off
DUNLIN_BUILD=on "$home/dunlin" --version >/dev/null
supervisor=''
fourth=''

millis() { echo $(($(date +%s%N) / 1000000)); }

# Everything this script started, children of `up` included.
kill_all() {
  local pid
  for pid in $fourth $supervisor; do
    pkill -KILL -P "$pid" 2>/dev/null || true
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  supervisor=''
  fourth=''
}
trap kill_all EXIT

# Until the command succeeds; fails after $1 seconds.
until_ok() {
  local patience=$1 what=$2 end
  shift 2
  end=$(($(millis) + patience * 1000))
  until "$@"; do
    if [ "$(millis)" -gt "$end" ]; then
      echo "lifecycle: not within $patience s: $what; see $out" >&2
      exit 1
    fi
    sleep 0.05
  done
}

start_up() {
  : >"$work/up.out"
  "$home/dunlin" up --nodes 3 --models "$home/examples/models" --data "$work/data" \
    --http-port "$rest" --admin-port "$admin" --grpc-port "$((first + 2))" --cluster-port "$cluster" \
    >"$work/up.out" 2>>"$out/up.log" &
  supervisor=$!
}

says_ready() { grep -q '^dunlin ready' "$work/up.out"; }

answers() { [ "$(curl -s -o /dev/null -w '%{http_code}' -d "$2" "$url/v1/models/$1:predict")" = 200 ]; }

everything_answers() {
  local model
  for model in chest-xray fraud-detection product-recommendations; do
    answers "$model" "@$home/examples/requests/$model.json" || return 1
  done
  answers life '{"instances":[2]}' && answers life/labels/live '{"instances":[2]}'
}

fourth_holds_one() {
  curl -s "$api/admin/v1/nodes/node-4" | grep -q '"state" *: *"READY"'
}

put_alias() {
  curl -s -X PUT -H 'Content-Type: application/json' -d '{"version": 1}' \
    "$api/admin/v1/models/life/aliases/live" >/dev/null
}

one_round() {
  local began up deploy join back stop
  rm -rf "$work/data" "$work/model"
  mkdir -p "$work/model"
  cp -r "$home/examples/test-models/half_plus_two/1" "$work/model/1"
  touch "$work/model/1/.ready"

  began=$(millis)
  start_up
  until_ok 120 "the ready line" says_ready
  up=$(($(millis) - began))

  sleep 3
  began=$(millis)
  "$home/dunlin" deploy life --source "$work/model" --replicas 3 --admin "$api" >>"$out/deploy.log" 2>&1
  deploy=$(($(millis) - began))
  put_alias
  until_ok 30 "the alias" answers life/labels/live '{"instances":[2]}'

  began=$(millis)
  "$home/dunlin" node --seed "127.0.0.1:$((cluster + 2)),127.0.0.1:$((cluster + 4))" --node-id node-4 \
    --cluster-port "$((cluster + 20))" --device-memory 2GiB --models "$home/examples/models" \
    --data "$work/data/node-4" >>"$out/node-4.log" 2>&1 &
  fourth=$!
  until_ok 60 "a replica on node-4" fourth_holds_one
  join=$(($(millis) - began))

  sleep 3
  kill_all
  began=$(millis)
  start_up
  until_ok 120 "every model and the alias after kill -9" everything_answers
  back=$(($(millis) - began))
  until_ok 120 "the ready line" says_ready

  sleep 3
  began=$(millis)
  kill -TERM "$supervisor"
  wait "$supervisor" || { echo "lifecycle: up ended with status $?" >&2; exit 1; }
  stop=$(($(millis) - began))
  supervisor=''
  echo "$up $deploy $join $back $stop" >>"$work/figures"
  printf 'round %s: up %s ms, deploy %s ms, join %s ms, return %s ms, stop %s ms\n' \
    "$1" "$up" "$deploy" "$join" "$back" "$stop"
}

: >"$work/figures"
for round in $(seq 1 "$rounds"); do
  one_round "$round"
done
column=1
for name in up deploy join return stop; do
  cut -d ' ' -f "$column" "$work/figures" | sort -n | awk -v name="$name" '
    { value[NR] = $1 }
    END { printf "%-8s %.1f s (%.1f..%.1f)\n", name, value[int((NR + 1) / 2)] / 1000, value[1] / 1000, value[NR] / 1000 }'
  column=$((column + 1))
done
