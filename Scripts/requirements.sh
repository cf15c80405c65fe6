#!/bin/sh
# Checks what building retnet needs and installs what is missing.
#
# What is there is found out by trying it (does the header exist, does the library link), so a library from any source
# counts. Prints nothing and exits 0 when everything is present. Where it may not install, it names what is missing and
# the command that installs it, and exits 1.
set -eu

say() { printf '%s\n' "$*" >&2; }

swift=${SWIFT:-swift}
system=$(uname -s)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if ! command -v "$swift" >/dev/null 2>&1; then
  say "retnet needs Swift 6.1 or later, and there is no '$swift' on the PATH."
  say "Get it from https://www.swift.org/install (Linux and macOS) or with Xcode (macOS), then run this again."
  exit 1
fi

# The compiler that comes with this Swift; it finds headers and libraries as the build will.
compiler=
for candidate in "$(dirname "$(command -v "$swift")")/clang" "$(dirname "$(readlink -f "$(command -v "$swift")")")/clang" \
  clang c++; do
  if command -v "$candidate" >/dev/null 2>&1; then compiler=$candidate && break; fi
done

brew_prefix() { # brew_prefix [FORMULA]
  brew --prefix "$@" 2>/dev/null || echo "/opt/homebrew${1:+/opt/$1}"
}

search_flags=
standard_library="-lstdc++ -lm"
if [ "$system" = Darwin ]; then
  # Homebrew keeps its wide ncurses apart from the system's.
  for prefix in "$(brew_prefix)" "$(brew_prefix ncurses)"; do
    search_flags="$search_flags -I$prefix/include -L$prefix/lib"
  done
  standard_library=-lc++
fi

# links HEADERS LIBRARIES: whether a C++ program that includes these headers and links these libraries can be built.
links() {
  [ -n "$compiler" ] || return 1
  { for header in $1; do echo "#if !__has_include(<$header>)
#error no <$header>
#endif"; done; echo 'int main() {}'; } >"$scratch/probe.cpp"
  # shellcheck disable=SC2086  # both lists are meant to be split
  "$compiler" -x c++ "$scratch/probe.cpp" -o "$scratch/probe" $search_flags $2 >"$scratch/probe.log" 2>&1
}

has_toolchain() { links "string stdio.h" "$standard_library"; }
has_ncurses() { links curses.h -lncursesw; }
has_blas() { [ "$system" = Darwin ] || links cblas.h -lopenblas; }
has_sentencepiece() {
  links "sentencepiece_processor.h sentencepiece_trainer.h" "-lsentencepiece -lsentencepiece_train"
}
has_git() { command -v git >/dev/null 2>&1; }
has_package_manager() { "$swift" build --version >/dev/null 2>&1; }

# The same questions in one program: the usual case, everything present, costs one compilation.
has_all() {
  has_git || return 1
  has_package_manager || return 1
  [ "$system" = Darwin ] && { has_ncurses && has_sentencepiece; return; }
  links "string stdio.h curses.h cblas.h sentencepiece_processor.h sentencepiece_trainer.h" \
    "$standard_library -lncursesw -lopenblas -lsentencepiece -lsentencepiece_train"
}

# Fills `missing` (for people) and `packages` (for the package manager named by the argument).
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
  has_git || need "git, with which Swift fetches packages" "git ca-certificates" git git git
  has_package_manager || need "libraries that 'swift build' itself runs on" \
    "libcurl4 libxml2 libsqlite3-0 libncurses6 libuuid1 tzdata" "libcurl libxml2 sqlite-libs ncurses-libs libuuid" \
    "curl libxml2 sqlite ncurses util-linux-libs" ""
  if has_toolchain; then
    has_ncurses || need "wide ncurses (curses.h, libncursesw)" libncurses-dev ncurses-devel ncurses ncurses
    has_blas || need "OpenBLAS (cblas.h, libopenblas)" libopenblas-dev openblas-devel openblas ""
    has_sentencepiece || need "SentencePiece (sentencepiece_processor.h, libsentencepiece)" \
      libsentencepiece-dev sentencepiece-devel sentencepiece sentencepiece
  else
    # Without a linker no library can be tried, so all of them are asked for; those present are left alone.
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
    say "No known package manager was found; install these in your system's own way."
  fi
  exit 1
}

# Only Debian's and Ubuntu's own packages are installed without asking.
[ "$manager" = apt-get ] || stop
if [ "$(id -u)" = 0 ]; then
  as_root=env
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root="sudo -n env"
else
  stop
fi

apt() { $as_root DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2; }

say "Installing what the build needs: $packages"
# shellcheck disable=SC2086  # a list of names
if ! { apt-cache show $packages >/dev/null 2>&1 && apt install --no-install-recommends $packages; }; then
  { apt update && apt install --no-install-recommends $packages; } || {
    say "apt-get could not install them (see above)."
    stop
  }
fi

if ! has_all; then
  list_missing
  say "These were installed and still cannot be used; the compiler says:"
  cat "$scratch/probe.log" >&2 2>/dev/null || true
  stop
fi
