# Sourced by ./dunlin and bin/dunlin: finds a JDK. Works with bash 3.2.

DUNLIN_MIN_JAVA=21

# The feature version (21, 25, ..) of the Java in folder $1; nothing when there is none.
dunlin_java_version() {
  local home=$1 line
  [ -x "$home/bin/java" ] || return 0
  if [ -r "$home/release" ]; then
    line=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9.]*\).*/\1/p' "$home/release" | head -n 1)
  fi
  if [ -z "${line:-}" ]; then
    line=$("$home/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9][0-9.]*\).*/\1/p' | head -n 1)
  fi
  case $line in
    1.*) line=${line#1.} ;;
  esac
  printf '%s' "${line%%.*}"
}

# Where the `java` of PATH lives, through its links; nothing when there is none.
dunlin_java_of_path() {
  local file link
  file=$(command -v java 2>/dev/null) || return 0
  if [ "$(uname -s)" = Darwin ] && [ "$file" = /usr/bin/java ]; then
    # A stub; it knows where the real one is.
    /usr/libexec/java_home -v "$DUNLIN_MIN_JAVA+" 2>/dev/null || true
    return 0
  fi
  while [ -L "$file" ]; do
    link=$(readlink "$file")
    case $link in
      /*) file=$link ;;
      *) file=$(dirname "$file")/$link ;;
    esac
  done
  (cd "$(dirname "$file")/.." 2>/dev/null && pwd -P) || true
}

# Sets DUNLIN_JAVA (folder) and DUNLIN_JAVA_VERSION to the first JDK that is new enough: the one that
# was asked for, then the shell's, then what is installed in the usual places, the oldest of these
# that will do first (21 before 25: what we test most). Fails, with one line, when there is none.
dunlin_find_java() {
  local home version best='' best_version='' named
  for named in "${DUNLIN_JAVA_HOME:-}" "${JAVA_HOME:-}" "$(dunlin_java_of_path)"; do
    [ -n "$named" ] || continue
    version=$(dunlin_java_version "$named")
    if [ -n "$version" ] && [ "$version" -ge "$DUNLIN_MIN_JAVA" ]; then
      DUNLIN_JAVA=$named
      DUNLIN_JAVA_VERSION=$version
      return 0
    fi
    if [ "$named" = "${DUNLIN_JAVA_HOME:-}" ]; then
      echo "dunlin: DUNLIN_JAVA_HOME=$named is no JDK $DUNLIN_MIN_JAVA or newer" >&2
      return 1
    fi
  done
  # DUNLIN_JVM_DIRS: other folders of JDKs than the usual ones, separated by colons.
  local dirs=${DUNLIN_JVM_DIRS-/usr/lib/jvm:/opt:/opt/java:/usr/java:/usr/local:$HOME/.sdkman/candidates/java:$HOME/.jdks:/Library/Java/JavaVirtualMachines:$HOME/Library/Java/JavaVirtualMachines}
  local old_ifs=$IFS dir
  IFS=:
  for dir in $dirs; do
    IFS=$old_ifs
    for home in "$dir"/* "$dir"/*/Contents/Home; do
      [ -x "$home/bin/java" ] || continue
      version=$(dunlin_java_version "$home")
      [ -n "$version" ] && [ "$version" -ge "$DUNLIN_MIN_JAVA" ] || continue
      if [ -z "$best" ] || [ "$version" -lt "$best_version" ]; then
        best=$home
        best_version=$version
      fi
    done
    IFS=:
  done
  IFS=$old_ifs
  if [ -z "$best" ]; then
    echo "dunlin: no JDK $DUNLIN_MIN_JAVA or newer found: install one (for example openjdk-21-jdk, or Temurin 21), or set JAVA_HOME" >&2
    return 1
  fi
  DUNLIN_JAVA=$best
  DUNLIN_JAVA_VERSION=$best_version
}
