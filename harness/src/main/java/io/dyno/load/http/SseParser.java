package io.dyno.load.http;

import java.util.Arrays;

/**
 * Server-sent events, incrementally and on bytes: reads may end anywhere, in the middle of a line or of a UTF-8 character. Lines end with LF, CR
 * or CRLF; comments and fields other than {@code data} are skipped; several data lines of one event are joined by LF (WHATWG HTML, section 9.2).
 */
final class SseParser {
    /** Takes the events. */
    interface Sink {
        /** An event's data; the array is valid during the call only. */
        void event(byte[] data, int offset, int length);
    }

    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Sink sink;
    private byte[] line = new byte[512];
    private int lineLength;
    private byte[] data = new byte[512];
    private int dataLength;
    private boolean hasData;
    private boolean afterCr;
    private boolean firstLine = true;

    SseParser(Sink sink) {
        this.sink = sink;
    }

    /** The next bytes of the stream. */
    void feed(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int from = offset;
        if (afterCr && length > 0) {
            afterCr = false;
            if (bytes[from] == '\n') {
                from++;
            }
        }
        for (int i = from; i < end; i++) {
            byte b = bytes[i];
            if (b != '\n' && b != '\r') {
                continue;
            }
            lineEnds(bytes, from, i);
            from = i + 1;
            if (b == '\r') {
                if (from == end) {
                    afterCr = true;
                } else if (bytes[from] == '\n') {
                    i++;
                    from++;
                }
            }
        }
        if (from < end) {
            line = append(line, lineLength, bytes, from, end - from);
            lineLength += end - from;
        }
    }

    /** The stream ended in good order: an event whose blank line is missing counts. */
    void end() {
        if (lineLength > 0) {
            lineEnds(line, 0, 0);
        }
        dispatch();
    }

    private void lineEnds(byte[] bytes, int from, int to) {
        if (lineLength == 0) {
            line(bytes, from, to);
            return;
        }
        line = append(line, lineLength, bytes, from, to - from);
        int length = lineLength + to - from;
        lineLength = 0;
        line(line, 0, length);
    }

    private void line(byte[] bytes, int from, int to) {
        int start = from;
        if (firstLine) {
            firstLine = false;
            if (startsWith(bytes, start, to, BOM)) {
                start += BOM.length;
            }
        }
        if (start == to) {
            dispatch();
            return;
        }
        if (!startsWith(bytes, start, to, DATA)) {
            return;
        }
        int value = start + DATA.length;
        if (value < to) {
            if (bytes[value] != ':') {
                return;
            }
            value++;
            if (value < to && bytes[value] == ' ') {
                value++;
            }
        }
        if (hasData) {
            data = append(data, dataLength, new byte[] {'\n'}, 0, 1);
            dataLength++;
        }
        data = append(data, dataLength, bytes, value, to - value);
        dataLength += to - value;
        hasData = true;
    }

    private void dispatch() {
        if (hasData) {
            int length = dataLength;
            hasData = false;
            dataLength = 0;
            sink.event(data, 0, length);
        }
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] prefix) {
        return to - from >= prefix.length && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }

    private static byte[] append(byte[] target, int length, byte[] source, int from, int count) {
        byte[] room = target;
        if (length + count > target.length) {
            room = Arrays.copyOf(target, Math.max(2 * target.length, length + count));
        }
        System.arraycopy(source, from, room, length, count);
        return room;
    }
}
