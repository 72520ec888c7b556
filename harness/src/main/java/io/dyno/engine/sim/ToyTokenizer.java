package io.dyno.engine.sim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A tokenizer that belongs to no model: deterministic, reversible, and roughly as many characters a token as a real one. docs/simulator.md has
 * the table. Ids 0 to 255 are bytes; above them come pieces of one to three Latin letters, in lower case or with a capital first letter,
 * each with or without a blank in front; then single Chinese characters; then four lower-case letters with a blank in front. A text becomes the
 * longest piece that fits, again and again, and UTF-8 bytes where none fits. {@code decode(encode(text))} is always the text.
 */
final class ToyTokenizer {
    /** First id that is not a byte. */
    static final int FIRST_WORD = 256;

    private static final int LETTERS = 26;
    private static final int SHORT_PIECES = LETTERS + LETTERS * LETTERS + LETTERS * LETTERS * LETTERS;
    private static final int FIRST_HAN = FIRST_WORD + 4 * SHORT_PIECES;
    private static final int HAN_START = 0x4E00;
    private static final int HAN_COUNT = 20_992;
    private static final int FIRST_LONG = FIRST_HAN + HAN_COUNT;
    private static final int LONG_PIECES = LETTERS * LETTERS * LETTERS * LETTERS;

    private final int vocab;

    /**
     * @param vocab ids are below it; at least the bytes are there always
     */
    ToyTokenizer(int vocab) {
        this.vocab = Math.max(vocab, FIRST_WORD);
    }

    /** The ids of a text. */
    int[] encode(String text) {
        int[] ids = new int[text.length() + 8];
        int count = 0;
        int at = 0;
        while (at < text.length()) {
            boolean blank = text.charAt(at) == ' ';
            int start = blank ? at + 1 : at;
            int letters = letters(text, start);
            int id = -1;
            while (letters > 0) {
                id = piece(text, start, letters, blank);
                if (id >= 0 && id < vocab) {
                    break;
                }
                letters--;
                id = -1;
            }
            if (id >= 0) {
                at = start + letters;
            } else if (isHan(text.charAt(at)) && han(text.charAt(at)) < vocab) {
                id = han(text.charAt(at++));
            }
            if (id >= 0) {
                ids = room(ids, count + 1);
                ids[count++] = id;
                continue;
            }
            int codePoint = text.codePointAt(at);
            for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
                ids = room(ids, count + 1);
                ids[count++] = b & 0xFF;
            }
            at += Character.charCount(codePoint);
        }
        return Arrays.copyOf(ids, count);
    }

    /** The text of ids. Bytes that are no UTF-8 become U+FFFD. */
    String decode(int... ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 * ids.length);
        for (int id : ids) {
            bytes.writeBytes(bytes(id));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** What one token stands for; a single byte for ids below 256. */
    byte[] bytes(int id) {
        return id < FIRST_WORD ? new byte[] {(byte) id} : word(id).getBytes(StandardCharsets.UTF_8);
    }

    private static int[] room(int[] ids, int needed) {
        return needed <= ids.length ? ids : Arrays.copyOf(ids, 2 * ids.length);
    }

    /** How many letters from {@code start} on may make up one piece, at most four. */
    private static int letters(String text, int start) {
        int n = 0;
        while (n < 4 && start + n < text.length()) {
            char c = text.charAt(start + n);
            boolean fits = isLower(c) || (n == 0 && c >= 'A' && c <= 'Z');
            if (!fits) {
                break;
            }
            n++;
        }
        return n;
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static int piece(String text, int start, int letters, boolean blank) {
        boolean capital = !isLower(text.charAt(start));
        int number = 0;
        for (int i = 0; i < letters; i++) {
            number = number * LETTERS + Character.toLowerCase(text.charAt(start + i)) - 'a';
        }
        if (letters == 4) {
            return blank && !capital ? FIRST_LONG + number : -1;
        }
        int shorter = letters == 1 ? 0 : letters == 2 ? LETTERS : LETTERS + LETTERS * LETTERS;
        int table = (capital ? 2 : 0) + (blank ? 0 : 1);
        return FIRST_WORD + table * SHORT_PIECES + shorter + number;
    }

    private static boolean isHan(char c) {
        return c >= HAN_START && c < HAN_START + HAN_COUNT;
    }

    private static int han(char c) {
        return FIRST_HAN + c - HAN_START;
    }

    private static String word(int id) {
        if (id >= FIRST_LONG) {
            return " " + letters((id - FIRST_LONG) % LONG_PIECES, 4);
        }
        if (id >= FIRST_HAN) {
            return Character.toString((char) (HAN_START + id - FIRST_HAN));
        }
        int table = (id - FIRST_WORD) / SHORT_PIECES;
        int number = (id - FIRST_WORD) % SHORT_PIECES;
        String word;
        if (number < LETTERS) {
            word = letters(number, 1);
        } else if (number < LETTERS + LETTERS * LETTERS) {
            word = letters(number - LETTERS, 2);
        } else {
            word = letters(number - LETTERS - LETTERS * LETTERS, 3);
        }
        if (table >= 2) {
            word = Character.toUpperCase(word.charAt(0)) + word.substring(1);
        }
        return table % 2 == 0 ? " " + word : word;
    }

    private static String letters(int number, int count) {
        char[] word = new char[count];
        int rest = number;
        for (int i = count - 1; i >= 0; i--) {
            word[i] = (char) ('a' + rest % LETTERS);
            rest /= LETTERS;
        }
        return new String(word);
    }
}
