#!/usr/bin/env bash
# Seeded simulations of the pure cores on virtual time, many seeds: load-tests/simulate.sh [--seeds N]
#   failover   the gateway's pipeline, router, retry budget and health in front of nodes that fail
#   admission  concurrency limit, tenants' shares and retry budget in front of a replica that is slow
#   placement  planner and ledger in a cluster to which things happen
#   control    the controller's state and reconciler, while commands and reports are late, lost and
#              doubled, controllers die between two actions, and nodes die and come back
# A failure names its seed and how to replay it. Works with bash 3.2, from any folder; needs Maven.
set -eu

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
home=$(cd "$here/.." && pwd -P)
seeds=1000

while [ $# -gt 0 ]; do
  case $1 in
    --seeds)
      case ${2:-} in
        '' | *[!0-9]*)
          echo "simulate: --seeds '${2:-}' (expected: a number)" >&2
          exit 2
          ;;
      esac
      seeds=$2
      shift 2
      ;;
    *)
      echo "usage: load-tests/simulate.sh [--seeds N]" >&2
      exit 2
      ;;
  esac
done

. "$home/deploy/src/main/distribution/bin/java-home.sh"
dunlin_find_java || exit 1

log=$here/target/simulate.log
mkdir -p "$here/target"
began=$SECONDS
echo "simulate: $seeds seeds each of failover, admission, placement and control .." >&2
# shellcheck disable=SC2086
if ! mvn -B -f "$home/pom.xml" -pl gateway,cluster-node -am package \
  -Dtest=FailoverSimulationTest,AdmissionSimulationTest,PlacementSimulationTest,ControlSimulationTest -Dsurefire.failIfNoSpecifiedTests=false \
  -Ddunlin.simulation.seeds="$seeds" -Ddunlin.placement.seeds="$seeds" \
  -Ddunlin.admission.seeds="$seeds" -Ddunlin.control.seeds="$seeds" \
  ${DUNLIN_MAVEN_OPTS:-} >"$log" 2>&1 </dev/null; then
  grep '^\[ERROR\]' "$log" | head -n 20 >&2
  echo "simulate: failed; all of its output is in $log" >&2
  exit 1
fi
grep '^\[INFO\] Tests run:.*Simulation\|^\[INFO\] Tests run:.* in ' "$log" | sed 's/^\[INFO\] *//'
echo "simulate: no invariant was broken, $((SECONDS - began)) s"
