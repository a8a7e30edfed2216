#!/usr/bin/env bash
# Measures Dunlin on this machine: load-tests/bench.sh [SCENARIO ..] [OPTIONS]
# `load-tests/bench.sh --list` names the scenarios, `--help` the options. Builds what is missing or
# stale; reports lie in load-tests/target/bench. Works with bash 3.2, from any folder.
#
#   DUNLIN_BUILD=off    run what was built, without looking
#   DUNLIN_BENCH_OPTS   options of the generator's JVM
set -eu

name=bench
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$here/build.sh"

# shellcheck disable=SC2086
exec "$java" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED ${DUNLIN_BENCH_OPTS:-} \
  -cp "$classpath" io.dunlin.loadtest.benchmark.OverheadBenchmark \
  --home "$home" --output "$here/target/bench" "$@"
