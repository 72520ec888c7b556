package io.dyno.engine.sim;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How numbers are stored and computed.
 *
 * @param layerBytes bytes of a parameter in the layers
 * @param headBytes bytes of a parameter of the embeddings and the output matrix, which quantization leaves alone
 * @param activationBytes bytes of an activation
 * @param kvBytes bytes of a number in the KV cache
 * @param eightBit whether the layers are computed by 8-bit units
 */
record Precision(double layerBytes, double headBytes, double activationBytes, double kvBytes, boolean eightBit) {
    /** 4-bit weights in groups of 128 with a 16-bit scale and a 4-bit zero point: (4 + 20/128) bits. */
    private static final double FOUR_BIT = (4 + 20.0 / 128) / 8;

    private static final List<String> EIGHT_BIT_METHODS =
            List.of("fp8", "fbgemm_fp8", "modelopt", "ptpc_fp8", "experts_int8", "compressed-tensors", "int8", "mxfp8");
    private static final List<String> FOUR_BIT_METHODS = List.of(
            "awq",
            "awq_marlin",
            "gptq",
            "gptq_marlin",
            "bitsandbytes",
            "mxfp4",
            "modelopt_fp4",
            "auto-round",
            "auto_gptq");
    private static final Map<String, Double> KV_BYTES = Map.of(
            "bfloat16", 2.0,
            "float16", 2.0,
            "fp8", 1.0,
            "fp8_e4m3", 1.0,
            "fp8_e5m2", 1.0,
            "fp8_inc", 1.0,
            "fp8_per_token_head", 1.0,
            "int8_per_token_head", 1.0,
            "int4_per_token_head", 0.5,
            "nvfp4", 0.5625);

    static Precision of(ModelShape model, String dtype, String quantization, String kvCacheDtype) throws Refusal {
        double plain = bytes(dtype);
        String method = quantization == null ? model.quantization() : quantization;
        double layers = plain;
        boolean eightBit = false;
        if (method != null) {
            eightBit = EIGHT_BIT_METHODS.contains(method.toLowerCase(Locale.ROOT));
            if (!eightBit && !FOUR_BIT_METHODS.contains(method.toLowerCase(Locale.ROOT))) {
                throw Refusal.configuration("Dyno's simulator does not know how large weights quantized by " + method
                        + " are. It knows " + String.join(", ", EIGHT_BIT_METHODS) + " (8 bits) and "
                        + String.join(", ", FOUR_BIT_METHODS) + " (4 bits).");
            }
            layers = eightBit ? 1 : FOUR_BIT;
        }
        double kv;
        if (kvCacheDtype.equals("auto")) {
            kv = plain;
        } else if (KV_BYTES.containsKey(kvCacheDtype)) {
            kv = KV_BYTES.get(kvCacheDtype);
        } else {
            throw Refusal.configuration("Dyno's simulator does not model --kv-cache-dtype " + kvCacheDtype
                    + ". It models auto, "
                    + String.join(", ", KV_BYTES.keySet().stream().sorted().toList()) + ".");
        }
        return new Precision(layers, plain, plain, kv, eightBit);
    }

    private static double bytes(String dtype) {
        // "auto" turns 32-bit checkpoints into 16-bit ones, as vLLM does.
        return dtype.equals("float32") || dtype.equals("float") ? 4 : 2;
    }
}
