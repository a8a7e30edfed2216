#!/usr/bin/env bash
# ./dunlin as a person uses it, on a build that is there: launcher_test.sh REPOSITORY
# Ports are free ones that the system picks. Ends with "N passed, N failed".
set -u

repository=$(cd "${1:-$(dirname "$0")/../../../..}" && pwd -P)
dunlin=$repository/dunlin
work=$(mktemp -d "${TMPDIR:-/tmp}/dunlin launcher test.XXXXXX")
passed=0
failed=0
server=''

finish() {
  [ -z "$server" ] || kill -9 "$server" 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT

# check NAME CONDITION..: counts, and shows what was said when it fails.
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name"
    for file in "$work/out" "$work/err"; do
      [ -s "$file" ] && sed 's/^/        | /' "$file"
    done
  fi
}

# run COMMAND..: status in $status, output in $work/out and $work/err.
run() {
  "$@" >"$work/out" 2>"$work/err"
  status=$?
}

is() { [ "$1" = "$2" ]; }
is_not() { [ "$1" != "$2" ]; }
said() { grep -q -- "$1" "$work/out"; }
complained() { grep -q -- "$1" "$work/err"; }
one_line() { [ "$(grep -c . "$work/err")" = 1 ]; }

# Starts `dunlin up` with the given options and waits for its ready line.
start() {
  "$dunlin" up --http-port 0 --admin-port 0 --cluster-port 0 "$@" >"$work/up.out" 2>"$work/up.err" </dev/null &
  server=$!
  local i=0
  while [ $i -lt 600 ] && ! grep -q '^dunlin ready' "$work/up.out" && kill -0 "$server" 2>/dev/null; do
    sleep 0.2
    i=$((i + 1))
  done
  cp "$work/up.out" "$work/out"
  cp "$work/up.err" "$work/err"
  url=$(sed -n 's/^dunlin ready  \(http[^ ]*\).*/\1/p' "$work/up.out")
  admin=$(sed -n 's/^dunlin ready .*admin \(http[^ ]*\).*/\1/p' "$work/up.out")
}

# Ends what start() started with signal $1; its status in $status.
stop() {
  kill "-$1" "$server"
  wait "$server"
  status=$?
  server=''
  cp "$work/up.err" "$work/err"
}

echo "launcher tests of $repository"

run "$dunlin" --version
check "--version says the version" said '^dunlin [0-9]'
run "$dunlin" up --help
check "up --help has examples" said 'Examples:'

mkdir -p "$work/a folder with spaces/bin"
ln -s "$dunlin" "$work/a folder with spaces/dunlin"
ln -s ../dunlin "$work/a folder with spaces/bin/dunlin"
run bash -c 'cd / && "$0" --version' "$work/a folder with spaces/bin/dunlin"
check "works from another folder, through links, with spaces" said '^dunlin [0-9]'

# A copy of the distribution in a path with spaces.
cp -R "$repository"/deploy/target/dunlin-*/ "$work/a folder with spaces/dist" 2>/dev/null ||
  cp -R "$repository"/deploy/target/dunlin-[0-9]*.[0-9] "$work/a folder with spaces/dist"
run "$work/a folder with spaces/dist/bin/dunlin" --version
check "the distribution runs in a path with spaces" said '^dunlin [0-9]'

# A machine without Java: only the tools the launcher itself uses.
mkdir -p "$work/bin"
for tool in bash sh dirname readlink uname sed head tail grep find cat mkdir rm sleep; do
  ln -s "$(command -v $tool)" "$work/bin/$tool"
done
run env -i HOME="$work" PATH="$work/bin" DUNLIN_JVM_DIRS="$work" bash "$dunlin" --version
check "without a JDK: status 1" is "$status" 1
check "without a JDK: one line" one_line
check "without a JDK: says what to install" complained 'JDK 21 or newer found: install one'
run env DUNLIN_JAVA_HOME="$work" "$dunlin" --version
check "a wrong DUNLIN_JAVA_HOME is named" complained "DUNLIN_JAVA_HOME=$work is no JDK 21 or newer"
run env DUNLIN_LOG_FORMAT=xml "$dunlin" --version
check "a wrong DUNLIN_LOG_FORMAT is named" complained 'DUNLIN_LOG_FORMAT=xml (expected: text or json)'

run "$dunlin" up --models "$work/none"
check "a missing models folder: status 1" is "$status" 1
check "a missing models folder: one line" one_line
check "a missing models folder is named" complained "no models folder $work/none"
run "$dunlin" models --admin http://127.0.0.1:9
check "nobody there: status 1, one line" one_line
run "$dunlin" frobnicate
check "an unknown command: status 2" is "$status" 2

mkdir -p "$work/models/broken/1"
cp -R "$repository/examples/models/fraud-detection" "$work/models/"
printf 'not a model' >"$work/models/broken/1/saved_model.pb"
start --models "$work/models"
check "up becomes ready" said '^dunlin ready  http://127.0.0.1:'
check "a broken model is FAILED with its reason, and stops nothing" said 'broken .*FAILED  *[a-zA-Z]'
check "the good model is ready" said 'fraud-detection  *v1  ready'

request=$repository/examples/requests/fraud-detection.json
run curl -sS -m 30 --data-binary "@$request" "$url/v1/models/fraud-detection:predict"
check "a prediction by curl" said '"predictions"'
run "$dunlin" predict fraud-detection --url "$url" --input "@$request"
check "a prediction by dunlin predict" said '"predictions"'
run "$dunlin" models --admin "$admin"
check "dunlin models shows both" said 'broken .*FAILED'
run "$dunlin" status --admin "$admin"
check "dunlin status counts them" said 'models: 1 of 2 versions ready'
port=${url##*:}
run "$dunlin" up --http-port "$port" --admin-port 0 --cluster-port 0
check "a busy port: status 1" is "$status" 1
check "a busy port: one line" one_line
check "a busy port is named with its option" complained "port $port (REST).*--http-port"
stop TERM
check "SIGTERM: status 0" is "$status" 0

start --models "$work/models/fraud-detection/.."
kill -9 "$server"
wait "$server" 2>/dev/null
server=''
start --models "$work/models"
check "starts again after kill -9" said '^dunlin ready'
stop TERM
check "and ends with status 0 again" is "$status" 0

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
