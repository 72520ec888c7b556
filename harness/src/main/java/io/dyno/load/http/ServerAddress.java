package io.dyno.load.http;

import io.dyno.Endpoint;
import io.dyno.engine.ServerUrl;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.SSLException;

/** Where one server is, and what begins every request to it: made once, so that a send only hands bytes over. */
final class ServerAddress {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final URI url;
    private final String host;
    private final int port;
    private final SslContext tls;
    private final Map<Endpoint, byte[]> openings = new EnumMap<>(Endpoint.class);

    /**
     * Prepares an address.
     *
     * @param headers sent with every request
     */
    ServerAddress(URI url, Map<String, String> headers) {
        this.url = url;
        this.host = url.getHost().replaceAll("[\\[\\]]", ""); // an IPv6 address stands in brackets
        boolean https = url.getScheme().equals("https");
        this.port = url.getPort() >= 0 ? url.getPort() : https ? HTTPS_PORT : HTTP_PORT;
        this.tls = https ? tls() : null;
        for (Endpoint endpoint : Endpoint.values()) {
            openings.put(endpoint, opening(endpoint, headers));
        }
    }

    private byte[] opening(Endpoint endpoint, Map<String, String> headers) {
        URI at = ServerUrl.endpoint(url, path(endpoint));
        StringBuilder head = new StringBuilder(256)
                .append("POST ")
                .append(at.getRawPath())
                .append(" HTTP/1.1\r\nHost: ")
                .append(at.getRawAuthority())
                .append("\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The path of an endpoint's requests. */
    static String path(Endpoint endpoint) {
        return endpoint == Endpoint.CHAT ? "/v1/chat/completions" : "/v1/completions";
    }

    /** Certificates are those that this JVM trusts, and must name the host. The JDK's TLS: no native library is needed. */
    private static SslContext tls() {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .endpointIdentificationAlgorithm("HTTPS")
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    URI url() {
        return url;
    }

    /** The first lines of a request; not to be changed. */
    byte[] opening(Endpoint endpoint) {
        return openings.get(endpoint);
    }

    /** Looked up now. */
    InetSocketAddress socket() {
        return new InetSocketAddress(host, port);
    }

    /** TLS for a new connection, or null where the server has none. */
    SslHandler tls(ByteBufAllocator buffers) {
        return tls == null ? null : tls.newHandler(buffers, host, port);
    }
}
