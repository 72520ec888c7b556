package io.dyno.load.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.util.AttributeKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;

/** Connections to one server. The one used last is used first. Lives on the event loop. */
final class ConnectionPool {
    private static final AttributeKey<Connection> CONNECTION = AttributeKey.valueOf(ConnectionPool.class, "connection");

    private final ServerAddress server;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Bootstrap bootstrap;

    /**
     * A pool without connections.
     *
     * @param scratch for copying bytes; shared by the connections of one event loop
     */
    ConnectionPool(ServerAddress server, ClientLoop loop, Connection.Owner owner, byte[] scratch) {
        this.server = server;
        this.bootstrap = loop.bootstrap().remoteAddress(server.socket()).handler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.attr(CONNECTION)
                        .set(new Connection(owner, channel, ConnectionPool.this, loop.timeline(), scratch));
            }
        });
    }

    ServerAddress server() {
        return server;
    }

    /** Opens connections; {@code pending} is told of each that stands or has failed. A server that refuses them is found out by the requests. */
    void openAhead(int count, CountDownLatch pending) {
        for (int i = 0; i < count; i++) {
            connect((connection, failure) -> {
                if (connection != null) {
                    putIdle(connection);
                }
                pending.countDown();
            });
        }
    }

    /** A connection that can be used at once, or null. */
    Connection takeIdle() {
        Connection connection = idle.pollLast();
        while (connection != null && !connection.isActive()) {
            connection = idle.pollLast();
        }
        return connection;
    }

    void putIdle(Connection connection) {
        idle.addLast(connection);
    }

    void lost(Connection connection) {
        idle.remove(connection);
    }

    /** Opens a connection, TLS included; {@code opened} gets it, or why there is none. */
    void connect(BiConsumer<Connection, String> opened) {
        ChannelFuture connecting = bootstrap.connect();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                opened.accept(null, done.cause().getMessage());
                return;
            }
            Connection connection = connecting.channel().attr(CONNECTION).get();
            connection.secured().addListener(secured -> {
                if (secured.isSuccess()) {
                    opened.accept(connection, null);
                } else {
                    opened.accept(null, "TLS: " + secured.cause().getMessage());
                }
            });
        });
    }
}
