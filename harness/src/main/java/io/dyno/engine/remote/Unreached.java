package io.dyno.engine.remote;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** Why a server was not reached, in words that say what to do. */
final class Unreached {
    private static final String TRUST = "; add the certificate to a store that you trust:"
            + "\n  keytool -importcert -noprompt -alias server -file server.pem -keystore trust.p12 -storepass changeit"
            + "\n  java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit -jar benchmarks.jar …";

    private Unreached() {}

    static String message(URI url, IOException failure) {
        if (has(failure, UnresolvedAddressException.class)) {
            return "there is no host " + url.getHost() + " (" + url + "); check -url";
        }
        if (failure instanceof HttpTimeoutException) {
            return url + " did not answer within 5 s; check -url, firewalls, and that the server is up"
                    + (url.getScheme().equals("https") ? "; a server without TLS is named with http://" : "");
        }
        if (failure instanceof ConnectException) {
            return "nobody answers at " + url + " (connection refused); check -url, and that the server is up";
        }
        if (has(failure, CertificateException.class)) {
            return "the certificate of " + url + " is not trusted: " + deepest(failure) + TRUST;
        }
        if (failure instanceof SSLException) {
            return "no TLS connection to " + url + ": " + deepest(failure)
                    + "; a server without TLS is named with http://";
        }
        return "what answers at " + url + " is no HTTP server: " + deepest(failure)
                + "; check -url; a server with TLS is named with https://";
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    /** The innermost message: what wraps it says less. */
    private static String deepest(Throwable failure) {
        String message = failure.toString();
        for (Throwable t = failure; t != null; t = t.getCause()) {
            message = t.getMessage() == null ? message : t.getMessage();
        }
        return message;
    }
}
