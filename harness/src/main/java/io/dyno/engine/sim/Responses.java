package io.dyno.engine.sim;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Answers one HTTP request: status, headers, and a line in the access log as uvicorn writes it. */
@SuppressWarnings("FutureReturnValueIgnored") // a write fails when the connection is gone, which channelInactive tells
final class Responses {
    private final Service service;
    private final ChannelHandlerContext channel;
    private final HttpRequest request;
    private final boolean keepAlive;

    Responses(Service service, ChannelHandlerContext channel, HttpRequest request) {
        this.service = service;
        this.channel = channel;
        this.request = request;
        this.keepAlive = HttpUtil.isKeepAlive(request);
    }

    void json(int status, String body) {
        full(status, "application/json", body);
    }

    void error(ApiError error) {
        json(error.status(), error.body());
    }

    /** What FastAPI says where there is nothing. */
    void notFound() {
        json(404, "{\"detail\":\"Not Found\"}");
    }

    void methodNotAllowed(HttpMethod allowed) {
        full(405, "application/json", "{\"detail\":\"Method Not Allowed\"}", HttpHeaderNames.ALLOW, allowed.name());
    }

    void redirect(String location) {
        full(307, null, "", HttpHeaderNames.LOCATION, location);
    }

    void empty() {
        full(200, null, "");
    }

    void full(int status, String contentType, String body) {
        full(status, contentType, body, null, null);
    }

    private void full(int status, String contentType, String body, AsciiString header, String value) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), ByteBufUtil.writeUtf8(channel.alloc(), body));
        headers(response.headers());
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        if (contentType != null) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        }
        if (header != null) {
            response.headers().set(header, value);
        }
        log(response.status());
        close(channel.writeAndFlush(response));
    }

    /** The head of a stream of events. */
    HttpResponse streamHead() {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        headers(head.headers());
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        log(head.status());
        return head;
    }

    void endStream(LastHttpContent end) {
        close(channel.writeAndFlush(end));
    }

    private void close(ChannelFuture written) {
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void headers(HttpHeaders headers) {
        headers.set(
                HttpHeaderNames.DATE, DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        headers.set(HttpHeaderNames.SERVER, "dyno-sim");
        headers.set(HttpHeaderNames.VARY, "Origin");
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    private void log(HttpResponseStatus status) {
        if (service.accessLog() && channel.channel().remoteAddress() instanceof InetSocketAddress client) {
            service.log()
                    .raw("INFO:     " + client.getAddress().getHostAddress() + ":" + client.getPort() + " - \""
                            + request.method() + " " + request.uri() + " HTTP/1.1\" " + status.code() + " "
                            + status.reasonPhrase());
        }
    }
}
