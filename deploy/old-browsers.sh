#!/bin/sh
# Fetch Chromium 79, 83 and 85 (as npm packages) into .old-browsers/, for tests/browser/test_old_engines.py.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .old-browsers
cd .old-browsers
for version in 2.0.2 3.1.1 5.2.1; do
  [ -x "$version/chromium" ] && continue
  npm pack --silent "chrome-aws-lambda@$version" >/dev/null
  mkdir -p "$version"
  tar -xzf "chrome-aws-lambda-$version.tgz" -C "$version" --strip-components=2 package/bin
  rm "chrome-aws-lambda-$version.tgz"
  for packed in "$version"/*.br; do
    node -e 'const f = require("fs"); f.writeFileSync(process.argv[2], require("zlib").brotliDecompressSync(f.readFileSync(process.argv[1])))' \
      "$packed" "${packed%.br}"
    rm "$packed"
  done
  for archive in "$version"/*.tar; do tar -xf "$archive" -C "$version"; done
  chmod +x "$version/chromium"
done
