#!/usr/bin/env bash
# What the control plane costs on this machine: load-tests/control-plane.sh [planning] [allocation [N ..]]
# planning: times and packing ratios of plans for 100, 1 000 and 10 000 replicas on a tenth as many
# devices. allocation: four nodes in one JVM over real Cluster Sharding and Distributed Data, models
# that load in no time; 100, 500, 1 000 and 2 000 replicas, or those named. Works with bash 3.2, from
# any folder; needs Maven.
set -eu

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
home=$(cd "$here/.." && pwd -P)
methods=
replicas=

for word in "$@"; do
  case $word in
    planning | allocation) methods=${methods:+$methods+}$word ;;
    '' | *[!0-9]*)
      echo "usage: load-tests/control-plane.sh [planning] [allocation [REPLICAS ..]]" >&2
      exit 2
      ;;
    *) replicas=${replicas:+$replicas }$word ;;
  esac
done

. "$home/deploy/src/main/distribution/bin/java-home.sh"
dunlin_find_java || exit 1

log=$here/target/control-plane.log
mkdir -p "$here/target"
echo "control-plane: building, then measuring .." >&2
# shellcheck disable=SC2086
if ! mvn -B -f "$home/pom.xml" -pl cluster-node -am package \
  -Dtest="ControlPlaneCost#${methods:-planning+allocation}" -Dsurefire.failIfNoSpecifiedTests=false \
  -Ddunlin.allocation.replicas="${replicas:-100 500 1000 2000}" \
  -Ddunlin.test.jvm="-Xmx2g --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --enable-native-access=ALL-UNNAMED -Dlogback.configurationFile=$home/deploy/src/main/distribution/conf/logback.xml" \
  ${DUNLIN_MAVEN_OPTS:-} >"$log" 2>&1 </dev/null; then
  grep '^\[ERROR\]' "$log" | head -n 20 >&2
  echo "control-plane: failed; all of its output is in $log" >&2
  exit 1
fi
grep -E '^ *([0-9]+ .*[0-9]|seed [0-9]+|replicas .*)$' "$log"
