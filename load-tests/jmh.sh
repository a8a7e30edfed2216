#!/usr/bin/env bash
# Benchmarks of single classes: load-tests/jmh.sh [PATTERN] [JMH OPTIONS], as in
#
#   load-tests/jmh.sh                       all, about 4 minutes
#   load-tests/jmh.sh BatchQueue -prof gc   some, with the bytes each call allocates
#   load-tests/jmh.sh -lp                   their names and parameters
#
# Builds what is missing or stale. Works with bash 3.2, from any folder.
set -eu

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
home=$(cd "$here/.." && pwd -P)
classpath=$here/jmh/target/fast/jmh.dependencies

. "$home/deploy/src/main/distribution/bin/java-home.sh"
dunlin_find_java || exit 1

is_stale() {
  [ -f "$classpath" ] || return 0
  [ -n "$(cd "$home" && find pom.xml shared cluster-node gateway deploy load-tests/jmh \
    \( -name target -o -path '*/src/test' \) -prune \
    -o -newer "$classpath" \( -name pom.xml -o -path '*/src/main/*' \) -type f -print | head -n 1)" ]
}

if is_stale; then
  echo "jmh: building .." >&2
  log=$here/target/jmh-build.log
  mkdir -p "$here/target"
  if ! JAVA_HOME=$DUNLIN_JAVA mvn -B -Dfast -Pjmh -f "$home/pom.xml" -pl load-tests/jmh -am package \
    ${DUNLIN_MAVEN_OPTS:-} >"$log" 2>&1 </dev/null; then
    grep '^\[ERROR\]' "$log" | head -n 5 | sed 's/^\[ERROR\] */jmh: /' >&2
    echo "jmh: the build failed; all of its output is in $log" >&2
    exit 1
  fi
  touch "$classpath"
fi

exec "$DUNLIN_JAVA/bin/java" -Xmx512m --enable-native-access=ALL-UNNAMED \
  -Ddunlin.examples="$home/examples" \
  -cp "$here/jmh/target/fast/classes:$(cat "$classpath")" org.openjdk.jmh.Main "$@"
