#!/usr/bin/env bash
# stranger.sh CMAKE BUILD SCRATCH COMPILER: installs BUILD into SCRATCH and uses it as another project would.
set -euo pipefail
cmake=$1 build=$2 scratch=$3 compiler=$4
here=$(dirname "$(readlink -f "$0")")
rm -rf "$scratch/prefix" "$scratch/stranger"
"$cmake" --install "$build" --prefix "$scratch/prefix" >/dev/null
"$cmake" -S "$here/stranger" -B "$scratch/stranger" -DCMAKE_PREFIX_PATH="$scratch/prefix" \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Debug
"$cmake" --build "$scratch/stranger"
"$scratch/stranger/stranger"
"$scratch/prefix/bin/evolt" version
test -x "$scratch/prefix/bin/evolt-nanny"
test -x "$scratch/prefix/bin/evolt-warden"
