package io.dyno.profilers.viztracer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is to be known of a trace of VizTracer.
 *
 * @param events its events
 * @param overflow whether there were more calls than it was told to keep, so that the first ones are lost
 */
record VizTrace(long events, boolean overflow) {
    /**
     * Reads a trace as a stream.
     *
     * @throws IOException when it is no whole trace; the message names the file
     */
    static VizTrace read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                JsonParser json = new JsonFactory().createParser(in)) {
            long events = -1;
            boolean overflow = false;
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it does not begin with an object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("traceEvents") && value == JsonToken.START_ARRAY) {
                    events = 0;
                    for (; json.nextToken() != JsonToken.END_ARRAY; events++) {
                        json.skipChildren();
                    }
                } else if (field.equals("viztracer_metadata") && value == JsonToken.START_OBJECT) {
                    overflow = overflow(json);
                } else {
                    json.skipChildren();
                }
            }
            if (events < 0) {
                throw new IOException("it has no traceEvents");
            }
            return new VizTrace(events, overflow);
        } catch (IOException e) {
            throw new IOException(file.getFileName() + " is no whole trace: " + e.getMessage(), e);
        }
    }

    /** The same when the process itself has told that calls were lost: a trace with operators of PyTorch does not say so. */
    VizTrace or(boolean toldOverflow) {
        return new VizTrace(events, overflow || toldOverflow);
    }

    private static boolean overflow(JsonParser json) throws IOException {
        boolean overflow = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean told = json.currentName().equals("overflow");
            JsonToken value = json.nextToken();
            overflow |= told && value == JsonToken.VALUE_TRUE;
            json.skipChildren();
        }
        return overflow;
    }
}
