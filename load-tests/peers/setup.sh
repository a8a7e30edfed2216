#!/usr/bin/env bash
# Copyright The Dunlin Authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs peers from PyPI, each with TensorFlow in a virtual environment of its own, for
#   load-tests/bench.sh peers
# Usage: load-tests/peers/setup.sh [PEER ...]     default: all of them
#   PEERS=DIR   where to (default: load-tests/target/peers); about 1.5 GB each
# A peer that cannot be installed is said so and left out; the comparison runs with those there are.
set -u
here=$(cd "$(dirname "$0")" && pwd)
target=${PEERS:-$here/../target/peers}
mkdir -p "$target"
declare -A packages=(
  [mlserver]="mlserver"
  [litserve]="litserve"
  [bentoml]="bentoml"
  [rayserve]="ray[serve]"
  [pytriton]="nvidia-pytriton"
)
failed=0
for peer in ${@:-mlserver litserve bentoml rayserve pytriton}; do
  package=${packages[$peer]:-}
  if [ -z "$package" ]; then
    echo "peer: '$peer' (expected: one of ${!packages[*]})" >&2
    exit 2
  fi
  venv=$target/$peer
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  if "$venv/bin/pip" install --quiet --disable-pip-version-check tensorflow-cpu "$package" \
      >"$target/$peer.log" 2>&1; then
    "$venv/bin/pip" list --disable-pip-version-check --format freeze 2>/dev/null \
      | grep -i -E "^(${package%%[*}|tensorflow[-_]cpu)==" | tr '\n' ' ' >"$target/$peer.version"
    echo "$peer: $(cat "$target/$peer.version")"
  else
    rm -f "$target/$peer.version"
    echo "$peer: cannot be installed here, see $target/$peer.log" >&2
    failed=1
  fi
done
exit $failed
