#!/usr/bin/env bash
# Is every C++ file as clang-format would write it? `--fix` rewrites those that are not.
# Exit code 77: clang-format-14 is not installed, so nothing was looked at; with CI set that is a failure.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

fix=false
case ${1:-} in
  '') ;;
  --fix) fix=true ;;
  *) echo "usage: tests/checks/format.sh [--fix]" >&2 && exit 64 ;;
esac
if ! command -v clang-format-14 >/dev/null; then
  echo "format: clang-format-14 is not installed (Debian package clang-format-14); nothing was checked"
  if [ -n "${CI:-}" ]; then exit 1; else exit 77; fi
fi
# Tracked and new files alike, but none that Git ignores; without Git, all but those in build folders.
mapfile -t files < <(
  git -c safe.directory='*' ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp' 2>/dev/null ||
    find . -path ./build -prune -o \( -name '*.cpp' -o -name '*.hpp' \) -print
)
present=()
for file in "${files[@]}"; do
  if [ -e "$file" ]; then present+=("$file"); fi # deleted, but still in the index
done
if [ "${#present[@]}" -eq 0 ]; then
  echo "format: found no C++ file below $PWD" >&2
  exit 1
fi
if $fix; then
  clang-format-14 --style=file -i "${present[@]}"
elif ! complaints=$(clang-format-14 --style=file --dry-run --Werror "${present[@]}" 2>&1); then
  # One line for each file, with the first place in it.
  grep -E '^[^ :]+:[0-9]+:[0-9]+: ' <<<"$complaints" | sort -t: -k1,1 -u >&2 || echo "$complaints" >&2
  echo "format: tests/checks/format.sh --fix rewrites the files named above" >&2
  exit 1
fi
echo "format: ${#present[@]} files"
