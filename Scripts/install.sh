#!/bin/sh
# Lays out, installs and removes the files of an installation.
#
#   install.sh stage PROGRAM FOLDER   lays out bin and share in FOLDER, which is replaced
#   install.sh install FOLDER PREFIX  copies such a folder; files of an earlier installation that it lacks are removed
#   install.sh uninstall PREFIX       removes exactly what was installed
#
# PREFIX/share/retnet/installed.txt lists what was installed: files, and with a final slash the folders that were created.
set -eu

say() { printf '%s\n' "$*" >&2; }

list=share/retnet/installed.txt
source=$(cd "$(dirname "$0")/.." && pwd)

# The day of the last commit, so that the same source gives the same pages.
day() {
  git -C "$source" log -1 --format=%cs 2>/dev/null || date -u +%Y-%m-%d
}

stage() { # stage PROGRAM FOLDER
  program=$1 folder=$2 share=$2/share
  rm -rf "$folder"
  install -d "$folder/bin" "$share/retnet/lessons" "$share/man/man1" "$share/doc/retnet" \
    "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
  install -m 755 "$program" "$folder/bin/retnet"
  # Only debuggers read the symbols, which are most of the file.
  strip "$folder/bin/retnet"
  for model in "$source"/Models/*/; do
    name=$(basename "$model")
    install -d "$share/retnet/models/$name"
    install -m 644 "$model"* "$share/retnet/models/$name/"
  done
  install -m 644 "$source"/Lessons/*.yaml "$share/retnet/lessons/"
  install -m 644 "$source/README.md" "$source/CHANGELOG.md" "$source/LICENSE" "$source/NOTICE" "$share/doc/retnet/"
  # Written by the program itself, so that they have exactly its commands and options.
  retnet=$folder/bin/retnet
  "$retnet" --generate-completion-script bash >"$share/bash-completion/completions/retnet"
  "$retnet" --generate-completion-script zsh >"$share/zsh/site-functions/_retnet"
  "$retnet" --generate-completion-script fish >"$share/fish/vendor_completions.d/retnet.fish"
  version=$("$retnet" --version)
  "$retnet" --experimental-dump-help |
    "${SWIFT:-swift}" "$source/Scripts/manual.swift" "${version#retnet }" "$(day)" "$share/man/man1"
  find "$share" -type f -exec chmod 644 {} +
}

remove() { # remove PREFIX LIST: removes the entries of LIST, the last first
  sed '1!G;h;$!d' "$2" | while IFS= read -r entry; do
    case /$entry/ in
      */../*) say "'$2' lists '$entry', which is outside of '$1'. Remove the files by hand." && exit 2 ;;
      *//) rmdir "$1/$entry" 2>/dev/null || true ;;  # others may have files there
      *) rm -f "$1/$entry" ;;
    esac
  done
}

copy() { # copy FOLDER PREFIX
  folder=$1 prefix=$2
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  [ ! -f "$prefix/$list" ] || cp "$prefix/$list" "$scratch/old"
  touch "$scratch/old"
  # Folders that an earlier installation created are still its own.
  (cd "$folder" && find . -type d | sort) | while IFS= read -r path; do
    path=${path#.} path=${path#/}
    if [ ! -d "$prefix/$path" ] || grep -qxF "$path/" "$scratch/old"; then printf '%s/\n' "$path"; fi
  done >"$scratch/new"
  (cd "$folder" && find . -type f | sort | sed 's|^\./||') >>"$scratch/new"
  printf '%s\n' "$list" >>"$scratch/new"
  grep -vxFf "$scratch/new" "$scratch/old" >"$scratch/stale" || true

  # The list first, so that an interrupted installation can be removed.
  install -d "$prefix/share/retnet"
  cat "$scratch/stale" "$scratch/new" >"$scratch/both"
  install -m 644 "$scratch/both" "$prefix/$list"
  (cd "$folder" && find . -type d) | while IFS= read -r path; do
    [ -d "$prefix/$path" ] || install -d -m 755 "$prefix/$path"
  done
  (cd "$folder" && find . -type f) | while IFS= read -r path; do
    mode=644
    [ ! -x "$folder/$path" ] || mode=755
    install -m "$mode" "$folder/$path" "$prefix/$path"
  done
  remove "$prefix" "$scratch/stale"
  install -m 644 "$scratch/new" "$prefix/$list"
  say "installed retnet into '$prefix'"
}

uninstall() { # uninstall PREFIX
  [ -f "$1/$list" ] || {
    say "'$1' has no installation of retnet: '$1/$list' does not exist. Name its prefix with PREFIX=…"
    exit 2
  }
  installed=$(mktemp)
  trap 'rm -f "$installed"' EXIT
  cp "$1/$list" "$installed"
  remove "$1" "$installed"
  say "removed retnet from '$1'"
}

case ${1:-}/$# in
  stage/3) stage "$2" "$3" ;;
  install/3) copy "$2" "$3" ;;
  uninstall/2) uninstall "$2" ;;
  *)
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
esac
