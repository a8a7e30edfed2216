#!/usr/bin/env bash
# Kills, pauses, cuts off and upgrades processes under load: load-tests/faults.sh [SCENARIO ..] [OPTIONS]
# `load-tests/faults.sh --list` names the scenarios, `--help` the options. Builds what is missing or
# stale; reports lie in load-tests/target/faults. Works with bash 3.2, from any folder.
#
#   DUNLIN_BUILD=off     run what was built, without looking
#   DUNLIN_FAULTS_OPTS   options of the JVM that drives the load
set -eu

name=faults
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$here/build.sh"

# shellcheck disable=SC2086
exec "$java" -Xmx512m -XX:+UseSerialGC ${DUNLIN_FAULTS_OPTS:-} \
  -cp "$classpath" io.dunlin.loadtest.fault.FaultSuite \
  --home "$home" --output "$here/target/faults" "$@"
