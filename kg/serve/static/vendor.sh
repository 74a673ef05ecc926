#!/usr/bin/env bash
# Fetch the query editor of kg serve anew: kg/serve/static/vendor.sh [VERSION]. Wants npm; NOTICE says what is in it.
set -euo pipefail
version=${1:-4.6.2}
to=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "@zazuko/yasgui@$version" >/dev/null
tar xzf ./*.tgz
for name in yasgui.min.js yasgui.min.css; do
  # The maps are three times as large and not carried, so nothing should ask for them.
  grep -v -e '^//# sourceMappingURL=' -e '^/\*# sourceMappingURL=.*\*/$' "package/build/$name" >"$to/$name"
done
[ $# -gt 0 ] || (cd "$to" && sha256sum --check --quiet) <<'SUMS'
f9f9d34234b6af0fcbf10fed496b78b6375534ae7c18dba9c543aa99e999a408  yasgui.min.js
ccf1ae092bf27753961652f55c852278e3dd4dbe92c53225f14f995e01a527ab  yasgui.min.css
SUMS
