#!/bin/sh
# Checks the requirements of a build and installs what is missing.
#
# Requirements are tested by use (does the header exist, does the library link), so that any library source counts.
# Prints nothing and exits with 0 if everything is present. If it may not install, it lists what is missing with the
# command to install it, and exits with 1.
#
# `requirements.sh TOOL` also needs a tool: valgrind for `make memcheck`, dpkg-shlibdeps for `make deb`.
set -eu

say() { printf '%s\n' "$*" >&2; }

swift=${SWIFT:-swift}
tool=${1:-}
system=$(uname -s)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if ! command -v "$swift" >/dev/null 2>&1; then
  say "retnet requires Swift 6.1 or later, but '$swift' is not on the PATH."
  say "Install it from https://www.swift.org/install (Linux and macOS) or with Xcode (macOS), then run this again."
  exit 1
fi

# The compiler of this Swift toolchain, which finds the same headers and libraries as the build.
compiler=
for candidate in "$(dirname "$(command -v "$swift")")/clang" "$(dirname "$(readlink -f "$(command -v "$swift")")")/clang" \
  clang c++; do
  if command -v "$candidate" >/dev/null 2>&1; then compiler=$candidate && break; fi
done

# BREW is Homebrew's folder where `brew` is not on the PATH, as while Homebrew builds a formula.
brew_prefix() { # brew_prefix [FORMULA]
  echo "${BREW:-$(brew --prefix 2>/dev/null || echo /opt/homebrew)}${1:+/opt/$1}"
}

search_flags=
standard_library="-lstdc++ -lm"
if [ "$system" = Darwin ]; then
  # Homebrew does not link its wide ncurses into the default search path.
  for prefix in "$(brew_prefix)" "$(brew_prefix ncurses)"; do
    search_flags="$search_flags -I$prefix/include -L$prefix/lib"
  done
  standard_library=-lc++
fi

# links HEADERS LIBRARIES: whether a C++ program with these headers and libraries builds.
links() {
  [ -n "$compiler" ] || return 1
  { for header in $1; do echo "#if !__has_include(<$header>)
#error no <$header>
#endif"; done; echo 'int main() {}'; } >"$scratch/probe.cpp"
  # shellcheck disable=SC2086  # both lists are split on purpose
  "$compiler" -x c++ "$scratch/probe.cpp" -o "$scratch/probe" $search_flags $2 >"$scratch/probe.log" 2>&1
}

has_toolchain() { links "string stdio.h" "$standard_library"; }
has_ncurses() { links curses.h -lncursesw; }
has_blas() { [ "$system" = Darwin ] || links cblas.h -lopenblas; }
has_sentencepiece() {
  links "sentencepiece_processor.h sentencepiece_trainer.h" "-lsentencepiece -lsentencepiece_train"
}
has_tool() { [ -z "$tool" ] || command -v "$tool" >/dev/null 2>&1; }
# The Debian package of the tool.
tool_package=$tool
[ "$tool" != dpkg-shlibdeps ] || tool_package=dpkg-dev
has_git() { command -v git >/dev/null 2>&1; }
has_package_manager() { "$swift" build --version >/dev/null 2>&1; }

# All checks in one program: the usual case, everything present, takes one compilation.
has_all() {
  has_git || return 1
  has_tool || return 1
  has_package_manager || return 1
  [ "$system" = Darwin ] && { has_ncurses && has_sentencepiece; return; }
  links "string stdio.h curses.h cblas.h sentencepiece_processor.h sentencepiece_trainer.h" \
    "$standard_library -lncursesw -lopenblas -lsentencepiece -lsentencepiece_train"
}

# Fills `missing` (for the message) and `packages` (for the package manager in `manager`).
list_missing() {
  missing= packages=
  need() { # need WHAT DEBIAN FEDORA ARCH HOMEBREW
    missing="$missing
  - $1"
    case $manager in
      apt-get) packages="$packages $2" ;;
      dnf) packages="$packages $3" ;;
      pacman) packages="$packages $4" ;;
      brew) packages="$packages $5" ;;
    esac
  }
  has_git || need "git, which Swift uses to fetch packages" "git ca-certificates" git git git
  has_tool || need "$tool" "$tool_package" "$tool" "$tool" "$tool"
  has_package_manager || need "libraries that 'swift build' itself requires" \
    "libcurl4 libxml2 libsqlite3-0 libncurses6 libuuid1 tzdata" "libcurl libxml2 sqlite-libs ncurses-libs libuuid" \
    "curl libxml2 sqlite ncurses util-linux-libs" ""
  if has_toolchain; then
    has_ncurses || need "wide ncurses (curses.h, libncursesw)" libncurses-dev ncurses-devel ncurses ncurses
    has_blas || need "OpenBLAS (cblas.h, libopenblas)" libopenblas-dev openblas-devel openblas ""
    has_sentencepiece || need "SentencePiece (sentencepiece_processor.h, libsentencepiece)" \
      libsentencepiece-dev sentencepiece-devel sentencepiece sentencepiece
  else
    # Without a linker no library can be tested, so all are listed. Package managers skip installed ones.
    need "the C++ standard library and the linker" g++ gcc-c++ gcc ""
    need "wide ncurses" libncurses-dev ncurses-devel ncurses ncurses
    [ "$system" = Darwin ] || need "OpenBLAS" libopenblas-dev openblas-devel openblas ""
    need "SentencePiece" libsentencepiece-dev sentencepiece-devel sentencepiece sentencepiece
  fi
  packages=${packages# }
}

has_all && exit 0

manager=
for candidate in apt-get dnf pacman brew; do
  if command -v "$candidate" >/dev/null 2>&1; then manager=$candidate && break; fi
done
list_missing

case $manager in
  apt-get) install_command="apt-get install -y --no-install-recommends $packages" ;;
  dnf) install_command="dnf install -y $packages" ;;
  pacman) install_command="pacman -S --needed $packages" ;;
  brew) install_command="brew install $packages" ;;
  *) install_command= ;;
esac

stop() {
  say "retnet cannot be built yet. Missing:$missing"
  if [ "$system" = Darwin ] && ! has_toolchain; then
    say "Install Apple's command line tools first:  xcode-select --install"
  fi
  if [ -n "$install_command" ]; then
    if [ "$manager" = brew ] || [ "$(id -u)" = 0 ]; then
      say "Install with:  $install_command"
    elif command -v sudo >/dev/null 2>&1; then
      say "Install with:  sudo $install_command"
    else
      say "Install, as root, with:  $install_command"
    fi
  else
    say "No known package manager was found. Install these with your system's tools."
  fi
  exit 1
}

# Only packages of Debian and Ubuntu are installed without asking.
[ "$manager" = apt-get ] || stop
if [ "$(id -u)" = 0 ]; then
  as_root=env
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root="sudo -n env"
else
  stop
fi

apt() { $as_root DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2; }

say "Installing build requirements: $packages"
# shellcheck disable=SC2086  # a list of names
if ! { apt-cache show $packages >/dev/null 2>&1 && apt install --no-install-recommends $packages; }; then
  { apt update && apt install --no-install-recommends $packages; } || {
    say "apt-get could not install them (see above)."
    stop
  }
fi

if ! has_all; then
  list_missing
  say "These packages are installed but cannot be used. Compiler output:"
  cat "$scratch/probe.log" >&2 2>/dev/null || true
  stop
fi
