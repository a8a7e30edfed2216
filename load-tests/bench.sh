#!/usr/bin/env bash
# Measures Dunlin on this machine: load-tests/bench.sh [SCENARIO ..] [OPTIONS]
# `load-tests/bench.sh --list` names the scenarios, `--help` the options. Builds what is missing or
# stale; reports lie in load-tests/target/bench. Works with bash 3.2, from any folder.
#
#   DUNLIN_BUILD=off    run what was built, without looking
#   DUNLIN_BENCH_OPTS   options of the generator's JVM
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
  echo "bench: building .." >&2
  log=$here/target/bench-build.log
  mkdir -p "$here/target"
  if ! JAVA_HOME=$DUNLIN_JAVA mvn -B -Dfast -f "$home/pom.xml" -pl load-tests -am package \
    ${DUNLIN_MAVEN_OPTS:-} >"$log" 2>&1 </dev/null; then
    grep '^\[ERROR\]' "$log" | head -n 5 | sed 's/^\[ERROR\] */bench: /' >&2
    echo "bench: the build failed; all of its output is in $log" >&2
    exit 1
  fi
  touch "$classpath"
fi

# shellcheck disable=SC2086
exec "$DUNLIN_JAVA/bin/java" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED ${DUNLIN_BENCH_OPTS:-} \
  -cp "$here/target/fast/classes:$(cat "$classpath")" io.dunlin.loadtest.benchmark.OverheadBenchmark \
  --home "$home" --output "$here/target/bench" "$@"
