#!/bin/sh
# Builds the documentation of the library's modules into .build/docs, for a static web server. Warnings are errors.
#
#     SWIFT=swift DOC_BASE=/path/on/server Scripts/documentation.sh [flags of swift build]
#
# The compiler writes a symbol graph of each module, and docc joins it with the module's catalogue. A module can link to
# those before it.
set -eu
cd "$(dirname "$0")/.."
modules="RetNet RetNetText RetNetTraining RetNetSession"
work=.build/docs-build
docc=docc
[ "$(uname -s)" != Darwin ] || docc="xcrun docc"

mkdir -p "$work/graphs"
# Together, these targets depend on all modules.
for target in RetNetTraining RetNetSession; do
  "${SWIFT:-swift}" build --target "$target" --scratch-path "$work" "$@" -Xswiftc -emit-symbol-graph \
    -Xswiftc -emit-symbol-graph-dir -Xswiftc "$PWD/$work/graphs" -Xswiftc -symbol-graph-skip-synthesized-members
done

rm -rf .build/docs "$work/archives"
mkdir -p "$work/archives"
archives=""
dependencies=""
for module in $modules; do
  # The graph of the module, and those of its extensions of other modules.
  rm -rf "$work/module"
  mkdir "$work/module"
  for graph in "$work/graphs/$module.symbols.json" "$work/graphs/$module"@*.symbols.json; do
    [ ! -e "$graph" ] || cp "$graph" "$work/module/"
  done
  archive="$work/archives/$module.doccarchive"
  $docc convert "Sources/$module/$module.docc" --additional-symbol-graph-dir "$work/module" --output-path "$archive" \
    --fallback-display-name "$module" --fallback-bundle-identifier "retnet.$module" \
    --fallback-default-module-kind Library --enable-experimental-external-link-support $dependencies \
    ${DOC_BASE:+--hosting-base-path "$DOC_BASE"} --warnings-as-errors
  archives="$archives $archive"
  dependencies="$dependencies --dependency $archive"
done
$docc merge $archives --output-path .build/docs --synthesized-landing-page-name retnet \
  --synthesized-landing-page-topics-style list
echo "The documentation is in .build/docs. To read it, run: python3 -m http.server -d .build/docs"
echo "and open http://localhost:8000/documentation"
