package io.dyno.load.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Connections to one server and the event loop that they live on. The one used last is used first. */
final class ConnectionPool implements AutoCloseable {
    private static final AttributeKey<Connection> CONNECTION = AttributeKey.valueOf(ConnectionPool.class, "connection");
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int SCRATCH = 64 * 1024;

    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("dyno-load", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final LoopTimeline timeline = new LoopTimeline(loop);
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Bootstrap bootstrap;

    ConnectionPool(HttpTarget target, Connection.Owner owner) {
        byte[] scratch = new byte[SCRATCH];
        bootstrap = new Bootstrap()
                .group(loop)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .remoteAddress(new InetSocketAddress(target.baseUrl().getHost(), target.port()))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.attr(CONNECTION).set(new Connection(owner, channel, timeline, scratch));
                    }
                });
    }

    EventLoop loop() {
        return loop;
    }

    LoopTimeline timeline() {
        return timeline;
    }

    String transport() {
        return epoll ? "epoll" : "nio";
    }

    /** Opens connections and waits until each stands or has failed; a server that refuses them is found out by the requests. */
    void openAhead(int count) throws InterruptedException {
        CountDownLatch pending = new CountDownLatch(count);
        loop.execute(() -> {
            for (int i = 0; i < count; i++) {
                connect((connection, failure) -> {
                    if (connection != null) {
                        putIdle(connection);
                    }
                    pending.countDown();
                });
            }
        });
        pending.await();
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

    /** Opens a connection; {@code opened} gets it, or why there is none. */
    void connect(BiConsumer<Connection, String> opened) {
        ChannelFuture connecting = bootstrap.connect();
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                opened.accept(connecting.channel().attr(CONNECTION).get(), null);
            } else {
                opened.accept(null, done.cause().getMessage());
            }
        });
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
