#!/bin/sh
# Packs the folder that `install.sh stage` laid out.
#
#   package.sh archive STAGE FOLDER   writes FOLDER/retnet-VERSION-SYSTEM-MACHINE.tar.gz
#   package.sh debian STAGE FOLDER    writes FOLDER/retnet_VERSION_MACHINE.deb
#
# With GNU tar, the same commit and stage give the same bytes.
set -eu

say() { printf '%s\n' "$*" >&2; }

source=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Seconds of the last commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$source" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

archive() { # archive STAGE FOLDER
  name=retnet-$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
  cp -R "$1" "$scratch/$name"
  cp "$source/README.md" "$source/LICENSE" "$source/NOTICE" "$scratch/$name/"
  options=
  if tar --version | grep -q 'GNU tar'; then
    options="--format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX"
    find "$scratch/$name" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  fi
  # shellcheck disable=SC2086  # a list of options
  tar $options -C "$scratch" -cf - "$name" | gzip -9n >"$2/$name.tar.gz"
  say "wrote '$2/$name.tar.gz' ($(wc -c <"$2/$name.tar.gz") bytes)"
}

debian() { # debian STAGE FOLDER
  root=$scratch/root
  install -d "$root/DEBIAN"
  cp -R "$1" "$root/usr"
  share=$root/usr/share doc=$root/usr/share/doc/retnet
  install -d "$share/zsh/vendor-completions" "$share/lintian/overrides"
  mv "$share/zsh/site-functions/_retnet" "$share/zsh/vendor-completions/"
  rmdir "$share/zsh/site-functions"
  gzip -9n "$share/man/man1"/*
  # Completions are sourced, not run.
  sed -i '1{/^#!/d}' "$share/bash-completion/completions/retnet"
  mv "$doc/CHANGELOG.md" "$doc/changelog"
  rm "$doc/LICENSE"  # in the file copyright
  install -m 644 "$source/packaging/debian/copyright" "$doc/copyright"
  install -m 644 "$source/packaging/debian/lintian-overrides" "$share/lintian/overrides/retnet"
  # As the version of a Debian package sorts: 1.0.0~beta before 1.0.0.
  package=$(printf %s "$version" | tr - '~')-1
  {
    printf 'retnet (%s) unstable; urgency=medium\n\n' "$package"
    printf '  * Release %s; changelog.gz lists the changes.\n\n' "$version"
    printf ' -- %s  %s\n' "$maintainer" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
  } >"$doc/changelog.Debian"
  gzip -9n "$doc/changelog" "$doc/changelog.Debian"
  find "$root" -type d -exec chmod 755 {} +
  find "$root" -type f -exec chmod 644 {} +
  chmod 755 "$root/usr/bin/retnet"

  # dpkg-shlibdeps reads the source's control file beside debian/.
  install -d "$scratch/debian"
  printf 'Source: retnet\n\nPackage: retnet\nArchitecture: any\n' >"$scratch/debian/control"
  depends=$(cd "$scratch" && dpkg-shlibdeps -O root/usr/bin/retnet | sed -n 's/^shlibs:Depends=//p')
  sed -e "s|@VERSION@|$package|" -e "s|@ARCHITECTURE@|$(dpkg --print-architecture)|" -e "s|@DEPENDS@|$depends|" \
    -e "s|@MAINTAINER@|$maintainer|" -e "s|@SIZE@|$(du -k -s --apparent-size "$root/usr" | cut -f 1)|" \
    "$source/packaging/debian/control" >"$root/DEBIAN/control"
  (cd "$root" && find usr -type f | sort | xargs -d '\n' md5sum) >"$root/DEBIAN/md5sums"
  chmod 644 "$root/DEBIAN"/*
  file=$2/retnet_${package}_$(dpkg --print-architecture).deb
  dpkg-deb --root-owner-group -Zxz --build "$root" "$file" >&2
  say "wrote '$file' ($(wc -c <"$file") bytes)"
}

case ${1:-}/$# in
  archive/3 | debian/3) ;;
  *)
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
esac
version=$("$2/bin/retnet" --version)
version=${version#retnet }
maintainer="${DEBFULLNAME:-$(git -C "$source" log -1 --format=%an)} <${DEBEMAIL:-$(git -C "$source" log -1 --format=%ae)}>"
install -d "$3"
"$1" "$2" "$3"
