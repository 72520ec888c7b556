package io.dyno.engine;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** The base address of an OpenAI-compatible server: what stands before {@code /v1}, without a slash at its end. */
public final class ServerUrl {
    private static final String EXAMPLE = ", such as http://host:8000 or https://host/prefix";

    private ServerUrl() {}

    /**
     * Reads an address as users have it: {@code http://host:8000}, or with a path prefix. A {@code /v1} at its end is left out, because other
     * clients want it there and every request of ours begins with it.
     *
     * @throws IllegalArgumentException when it is none; the message says what would be right and repeats no password
     */
    public static URI parse(String text) {
        if (text.indexOf('@') >= 0) {
            throw new IllegalArgumentException("holds a user or password, which would end up in files; give the address"
                    + " alone, and the key in " + String.join(" or ", ApiKey.VARIABLES));
        }
        URI url;
        try {
            url = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is no URL (" + e.getReason() + "); give one" + EXAMPLE, e);
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" does not begin with http:// or https://; give a URL" + EXAMPLE);
        }
        if (url.getHost() == null && String.valueOf(url.getRawAuthority()).contains("_")) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" has a host name with an underscore, which is none for Java; use its address, or a name without");
        }
        if (url.getHost() == null) {
            throw new IllegalArgumentException("\"" + text + "\" names no host; give a URL" + EXAMPLE);
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "holds a query or fragment, which no base address has; give a URL" + EXAMPLE);
        }
        String path =
                url.getRawPath().replaceAll("/+$", "").replaceAll("/v1$", "").replaceAll("/+$", "");
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return URI.create(scheme + "://" + url.getHost() + port + path);
    }

    /**
     * The address of an endpoint.
     *
     * @param path such as {@code /v1/models}
     */
    public static URI endpoint(URI base, String path) {
        return URI.create(base.toString().replaceAll("/+$", "") + path);
    }
}
