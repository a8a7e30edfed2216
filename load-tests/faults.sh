#!/usr/bin/env bash
# Kills, pauses, cuts off and upgrades processes under load: load-tests/faults.sh [SCENARIO ..] [OPTIONS]
# `load-tests/bench.sh --list` names the scenarios, `--help` the options. Builds what is missing or
# stale; reports lie in load-tests/target/faults. Works with bash 3.2, from any folder.
#
#   DUNLIN_BUILD=off    run what was built, without looking
#   DUNLIN_FAULTS_OPTS   options of the JVM that drives the load
set -eu

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
home=$(cd "$here/.." && pwd -P)
classpath=$here/target/fast/bench.dependencies

. "$home/deploy/src/main/distribution/bin/java-home.sh"
dunlin_find_java || exit 1

is_stale() {
  [ -f "$classpath" ] || return 0
  [ -n "$(cd "$home" && find pom.xml shared cluster-node gateway deploy load-tests \
    \( -name target -o -path '*/src/test' -o -path load-tests/gatling \) -prune \
    -o -newer "$classpath" \( -name pom.xml -o -path '*/src/main/*' \) -type f -print | head -n 1)" ]
}

if [ "${DUNLIN_BUILD:-on}" = on ] && is_stale; then
  echo "faults: building .." >&2
  log=$here/target/faults-build.log
  mkdir -p "$here/target"
  if ! JAVA_HOME=$DUNLIN_JAVA mvn -B -Dfast -f "$home/pom.xml" -pl load-tests -am package \
    ${DUNLIN_MAVEN_OPTS:-} >"$log" 2>&1 </dev/null; then
    grep '^\[ERROR\]' "$log" | head -n 5 | sed 's/^\[ERROR\] */faults: /' >&2
    echo "faults: the build failed; all of its output is in $log" >&2
    exit 1
  fi
  touch "$classpath"
fi

# shellcheck disable=SC2086
exec "$DUNLIN_JAVA/bin/java" -Xmx512m -XX:+UseSerialGC ${DUNLIN_FAULTS_OPTS:-} \
  -cp "$here/target/fast/classes:$(cat "$classpath")" io.dunlin.loadtest.fault.FaultSuite \
  --home "$home" --output "$here/target/faults" "$@"
