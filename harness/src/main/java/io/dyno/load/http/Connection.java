package io.dyno.load.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;

/**
 * A keep-alive connection: one exchange at a time. Each read is stamped before anything is made of its bytes, so that parsing one event does not
 * make the next one late.
 */
final class Connection {
    /** Told what becomes of exchanges and connections; all on the event loop. */
    interface Owner {
        /** A part of an answer's body has arrived, at this time of the load's clock. A server sends the head of a stream before its engine has done anything. */
        void heard(long now);

        /** It is known how the exchange ended; the connection may still be busy with the rest of the answer. */
        void over(Exchange exchange);

        /** The connection can take another exchange. */
        void idle(Connection connection);

        /** The connection is gone; {@code exchange} was on it, or null. */
        void lost(Connection connection, Exchange exchange, String why);
    }

    private final Owner owner;
    private final Channel channel;
    private final ConnectionPool pool;
    private final Future<Channel> secured;
    private final LoopTimeline timeline;
    private final byte[] scratch;
    private Exchange exchange;
    private boolean keepAlive = true;
    private boolean used;
    private long readAt;
    private String failure;

    /**
     * Puts its handlers on a channel that is about to connect.
     *
     * @param pool the pool of its server
     * @param scratch for copying bytes out of Netty's buffers; shared by the connections of one event loop
     */
    Connection(Owner owner, Channel channel, ConnectionPool pool, LoopTimeline timeline, byte[] scratch) {
        this.owner = owner;
        this.channel = channel;
        this.pool = pool;
        this.timeline = timeline;
        this.scratch = scratch;
        SslHandler tls = pool.server().tls(channel.alloc());
        channel.pipeline().addLast(new Stamp());
        if (tls != null) {
            channel.pipeline().addLast(tls);
        }
        channel.pipeline().addLast(new FirstByte(), new HttpResponseDecoder(), new Reader());
        this.secured = tls == null ? channel.eventLoop().newSucceededFuture(channel) : tls.handshakeFuture();
    }

    /** The pool that it belongs to. */
    ConnectionPool pool() {
        return pool;
    }

    /** Done when requests can be sent: at once, or after the TLS handshake. Ask once it is connected. */
    Future<Channel> secured() {
        return secured;
    }

    boolean isActive() {
        return channel.isActive();
    }

    /** Whether it has carried an exchange before, so that the server may have tired of it. */
    boolean wasUsed() {
        return used;
    }

    void send(Exchange next) {
        exchange = next;
        next.connection = this;
        keepAlive = true;
        next.answer.sent(timeline.now());
        byte[] opening = pool.server().opening(next.answer.request().endpoint());
        channel.writeAndFlush(Unpooled.wrappedBuffer(opening, next.bytes)).addListener(written -> {
            if (!written.isSuccess() && exchange == next) {
                close("the request could not be written: " + written.cause().getMessage());
            }
        });
    }

    /** Gives the connection up; an exchange on it is told as lost. */
    void close(String why) {
        failure = failure == null ? why : failure;
        closeChannel();
    }

    /** Gives the connection up together with its exchange, of which nothing more is to be told. */
    void drop() {
        exchange = null;
        closeChannel();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // channelInactive tells when it is closed
    private void closeChannel() {
        channel.close();
    }

    /** Bytes have arrived: their time, before they are decrypted. */
    private final class Stamp extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            readAt = timeline.now();
            context.fireChannelRead(message);
        }
    }

    /** They are an answer's: what TLS says for itself, such as a session ticket, is none. */
    private final class FirstByte extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (exchange != null) {
                exchange.answer.arrived(readAt);
            }
            context.fireChannelRead(message);
        }
    }

    private final class Reader extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                if (exchange != null) {
                    read((HttpObject) message);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private void read(HttpObject object) {
            if (object.decoderResult().isFailure()) {
                close("the answer is no HTTP: " + object.decoderResult().cause().getMessage());
                return;
            }
            Answer answer = exchange.answer;
            if (object instanceof HttpResponse response) {
                answer.status(response.status().code());
                keepAlive = HttpUtil.isKeepAlive(response);
            }
            if (object instanceof HttpContent content) {
                body(answer, content.content());
                if (object instanceof LastHttpContent) {
                    answer.bodyEnds(readAt);
                    release();
                }
            }
        }

        private void body(Answer answer, ByteBuf bytes) {
            if (bytes.isReadable()) {
                owner.heard(readAt);
            }
            while (bytes.isReadable()) {
                int n = Math.min(bytes.readableBytes(), scratch.length);
                bytes.readBytes(scratch, 0, n);
                answer.body(scratch, 0, n, readAt);
            }
        }

        /** The answer is complete: the connection first, so that whoever is told of the end finds it free. */
        private void release() {
            Exchange ended = exchange;
            exchange = null;
            used = true;
            if (keepAlive) {
                owner.idle(Connection.this);
            } else {
                closeChannel();
            }
            owner.over(ended);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (exchange != null && !exchange.delivered && exchange.answer.settle()) {
                Exchange ended = exchange;
                if (ended.answer.hasFailed()) {
                    drop(); // whatever else the server wants to say, nobody listens
                }
                owner.over(ended);
            }
            context.fireChannelReadComplete();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            Exchange ended = exchange;
            exchange = null;
            owner.lost(Connection.this, ended, failure == null ? "the server closed the connection" : failure);
        }

        @Override
        @SuppressWarnings("deprecation") // of the superinterface's method only; handlers are to override it
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            close(
                    cause instanceof IOException
                            ? "the connection broke: " + cause.getMessage()
                            : "the client failed: " + cause);
        }
    }
}
