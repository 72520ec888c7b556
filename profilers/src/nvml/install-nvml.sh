#!/usr/bin/env bash
# Brings NVIDIA's nvml.h and Python client of NVML, and builds the fake library of this folder against that header: install-nvml.sh DIR OUT
#
# DIR becomes a virtual environment with both packages, pinned by requirements.txt; one that this script finished is left as it is, an unfinished one
# or one of another recipe is made anew, and two at once wait for each other. Needs Python 3.9 or newer with venv. No GPU and no driver.
# OUT gets libnvidia-ml.so.1 and, as of an older driver, old/libnvidia-ml.so.1. Needs a C compiler.
set -euo pipefail

dir=${1:?usage: install-nvml.sh DIR OUT}
out=${2:?usage: install-nvml.sh DIR OUT}
here=$(cd "$(dirname "$0")" && pwd)

for tool in cc python3; do
  command -v "$tool" > /dev/null || { echo "-Pnvml needs $tool, and there is none on the PATH" >&2; exit 1; }
done
mkdir -p "$(dirname "$dir")" "$out/old"
exec 9> "$dir.lock"
flock 9
recipe=$(cat "${BASH_SOURCE[0]}" "$here/requirements.txt" | sha256sum)
if [ "$(cat "$dir/.complete" 2> /dev/null)" != "$recipe" ]; then
  echo "installing NVIDIA's nvml.h and Python client into $dir"
  rm -rf "$dir"
  python3 -m venv "$dir"
  "$dir/bin/python" -m pip --disable-pip-version-check -q install --no-deps --require-hashes -r "$here/requirements.txt"
  echo "$recipe" > "$dir/.complete"
fi
header=$(find "$dir" -name nvml.h -print -quit)
[ -n "$header" ] || { echo "the package nvidia-nvml-dev has no nvml.h any more" >&2; exit 1; }
cp "$header" "$out/nvml.h"
build() {
  cc -std=gnu11 -O2 -Wall -Wextra -Wmissing-prototypes -Werror -Wno-deprecated-declarations -DNVML_NO_UNVERSIONED_FUNC_DEFS -I "$out" -fPIC -shared "$@" "$here/fake-nvml.c" -lm -lpthread -ldl
}
build -o "$out/libnvidia-ml.so.1"
build -DOLD_DRIVER -o "$out/old/libnvidia-ml.so.1"
