package io.dyno.plan;

/** Spellings of names. */
public final class Spelling {
    private Spelling() {}

    /** {@code maxNumSeqs}, {@code max_num_seqs} and {@code max-num-seqs} as {@code max-num-seqs}. */
    public static String kebab(String name) {
        StringBuilder kebab = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_') {
                kebab.append('-');
            } else if (Character.isUpperCase(c)) {
                boolean wordStart = i > 0 && Character.isLetterOrDigit(name.charAt(i - 1));
                boolean afterLower = wordStart && !Character.isUpperCase(name.charAt(i - 1));
                boolean beforeLower = wordStart && i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1));
                kebab.append(afterLower || beforeLower ? "-" : "").append(Character.toLowerCase(c));
            } else {
                kebab.append(c);
            }
        }
        return kebab.toString();
    }
}
