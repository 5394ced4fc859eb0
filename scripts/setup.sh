# shellcheck shell=bash disable=SC2154
# Sourced by ./quickstart and ./test: packages, steps that are named when they fail, build jobs.
# Requires: $me is set to the name of the sourcing script, and the working directory is the repository.

say() { printf '%s: %s\n' "$me" "$*"; }

# One sentence, and the end.
fail() {
  trap - ERR
  printf '%s: %s\n' "$me" "$*" >&2
  exit 1
}

step="starting"
trap 'fail "$step failed; the lines above say why."' ERR

# The packages in the named sections of packages.txt.
packages_of() {
  local section
  for section in "$@"; do
    sed -n "/^\[$section\]\$/,/^\[/p" packages.txt | grep -v -e '^\[' -e '^#' -e '^[[:space:]]*$' || true
  done
}

# Those of the named sections that are not installed, one a line.
missing_packages() {
  local package
  for package in $(packages_of "$@"); do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      echo "$package"
  done
}

# Installs what is missing of the named sections; asks for nothing when nothing is.
install_packages() {
  step="looking for packages"
  command -v dpkg-query >/dev/null ||
    fail "this is not a Debian system: install what packages.txt lists by other means, then build" \
      "with: cmake --preset release && cmake --build --preset release"
  local missing root=()
  missing=$(missing_packages "$@" | tr '\n' ' ')
  if [ -z "$missing" ]; then
    say "all packages are installed"
    return
  fi
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "these packages are missing, and installing them needs root or sudo: $missing"
    root=(sudo)
    # Without a terminal sudo cannot ask for a password.
    [ -t 0 ] || sudo -n true 2>/dev/null ||
      fail "these packages are missing, and sudo wants a password that cannot be typed here: $missing"
  fi
  say "installing: $missing"
  step="installing packages"
  local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y
    -o DPkg::Lock::Timeout=300) log
  log=$(mktemp)
  # The package lists of a fresh machine are empty, those of an old one may be out of date.
  # shellcheck disable=SC2086
  if ! "${apt[@]}" install --no-install-recommends $missing >"$log" 2>&1; then
    "${apt[@]}" update >"$log" 2>&1 || true # what it could not fetch, the next line will miss
    if ! "${apt[@]}" install --no-install-recommends $missing >>"$log" 2>&1; then
      tail -n 15 "$log" >&2
      rm -f "$log"
      fail "apt-get could not install the packages it was asked for; its last lines stand above."
    fi
  fi
  rm -f "$log"
}

# How many compilers at once: one a core, but no more than the memory holds (about 1.5 GB each).
build_jobs() {
  local cores room
  cores=$(nproc)
  room=$(awk '/^MemAvailable:/ { print int($2 / 1500000) }' /proc/meminfo)
  [ "$room" -ge 1 ] || room=1
  echo $((cores < room ? cores : room))
}

# configure PRESET [-D...]: quiet unless it fails. ERR names the step.
configure() {
  step="configuring preset $1"
  local output
  output=$(cmake --preset "$@" 2>&1) || {
    printf '%s\n' "$output" >&2
    false
  }
}

# build PRESET [--target ...]
build() {
  step="building preset $1"
  NINJA_STATUS='[%f/%t] ' cmake --build --preset "$1" -j "$(build_jobs)" "${@:2}"
}
