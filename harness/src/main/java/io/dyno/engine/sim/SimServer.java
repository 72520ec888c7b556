package io.dyno.engine.sim;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The HTTP server: one event loop that does the I/O and drives the engine. */
@SuppressWarnings("FutureReturnValueIgnored") // what is put on the event loop lives and ends with it
final class SimServer {
    private static final int MAX_BODY_BYTES = 256 << 20;
    private static final int BACKLOG = 2048;
    private static final int SHUTDOWN_MILLIS = 500;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final EventLoop loop = group.next();

    EventLoop loop() {
        return loop;
    }

    /** Starts to listen, and returns the port: the one asked for, or a free one for 0. */
    int listen(String host, int port, Service service) throws InterruptedException {
        Class<? extends ServerChannel> type =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        Channel listening = new ServerBootstrap()
                .group(group)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(MAX_BODY_BYTES),
                                        new ApiHandler(service));
                    }
                })
                .bind(host, port)
                .sync()
                .channel();
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /**
     * Ends as if the engine had died: open streams get an error event. Called from another thread; when it returns, all has been handed to the
     * kernel, or the loop did not answer in time.
     */
    void shutDown(Service service) throws InterruptedException {
        loop.submit(() -> endOpen(service)).await(SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The same from the event loop itself, without the wait. */
    static void endOpen(Service service) {
        service.loop().stop();
        List.copyOf(service.open()).forEach(Generation::engineDied);
    }
}
