package io.dyno.profilers;

/** Names of CUDA kernels, which can be pages of template arguments long. */
public final class KernelName {
    private static final int LONGEST = 60;

    private KernelName() {}

    /**
     * The name without return type, template arguments and parameters, 60 characters at most: of {@code void cutlass::Kernel<X>(P)} is left
     * {@code cutlass::Kernel}. Kernels that differ only in what is cut share a name; their times are to be added up.
     */
    public static String shortened(String name) {
        String plain = name.startsWith("void ") ? name.substring(5) : name;
        plain = plain.replace("(anonymous namespace)::", "").replace("<unnamed>::", "");
        int end = plain.length();
        for (char cut : new char[] {'<', '('}) {
            int at = plain.indexOf(cut);
            if (at > 0) {
                end = Math.min(end, at);
            }
        }
        String left = plain.substring(0, end).strip();
        return left.length() <= LONGEST ? left : left.substring(0, LONGEST - 1) + "…";
    }
}
