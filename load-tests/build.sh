# To be sourced by the scripts beside it, which set `name` (what messages begin with) and `here` (this
# folder). Finds a JDK as ./dunlin does, builds load-tests and what it needs when a source is newer, and
# sets `home` (the repository's root), `java` and `classpath`. Works with bash 3.2.
#
#   DUNLIN_BUILD=off     run what was built, without looking
#   DUNLIN_MAVEN_OPTS    options of that build

home=$(cd "$here/.." && pwd -P)
# shellcheck disable=SC1091
. "$home/deploy/src/main/distribution/bin/java-home.sh"
dunlin_find_java || exit 1
java=$DUNLIN_JAVA/bin/java
dependencies=$here/target/fast/bench.dependencies

is_stale() {
  [ -f "$dependencies" ] || return 0
  [ -n "$(cd "$home" && find pom.xml shared cluster-node gateway deploy load-tests \
    \( -name target -o -path '*/src/test' -o -path load-tests/gatling \) -prune \
    -o -newer "$dependencies" \( -name pom.xml -o -path '*/src/main/*' \) -type f -print | head -n 1)" ]
}

if [ "${DUNLIN_BUILD:-on}" = on ] && is_stale; then
  echo "$name: building .." >&2
  log=$here/target/$name-build.log
  mkdir -p "$here/target"
  # shellcheck disable=SC2086
  if ! JAVA_HOME=$DUNLIN_JAVA mvn -B -Dfast -f "$home/pom.xml" -pl load-tests -am package \
    ${DUNLIN_MAVEN_OPTS:-} >"$log" 2>&1 </dev/null; then
    grep '^\[ERROR\]' "$log" | head -n 5 | sed "s/^\[ERROR\] */$name: /" >&2
    echo "$name: the build failed; all of its output is in $log" >&2
    exit 1
  fi
  touch "$dependencies"
fi
if [ ! -f "$dependencies" ]; then
  echo "$name: nothing is built in $here/target/fast" >&2
  exit 1
fi
classpath=$here/target/fast/classes:$(cat "$dependencies")
