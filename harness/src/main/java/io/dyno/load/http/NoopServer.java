package io.dyno.load.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A server that answers every completion at once with the same tokens, in vLLM's wire format: what is left is what the client costs. */
final class NoopServer implements AutoCloseable {
    private static final int LARGEST_REQUEST = 1 << 20;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("dyno-noop-server", true), NioIoHandler.newFactory());
    private final byte[][] answer;
    private final Channel channel;

    /**
     * Starts it on a free port of the loopback interface.
     *
     * @param tokens tokens of each answer
     */
    NoopServer(int tokens) throws InterruptedException {
        answer = answer(tokens);
        channel = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection
                                .pipeline()
                                .addLast(
                                        new HttpRequestDecoder(),
                                        new HttpObjectAggregator(LARGEST_REQUEST),
                                        new Answering());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + ((InetSocketAddress) channel.localAddress()).getPort());
    }

    private static byte[][] answer(int tokens) {
        byte[][] parts = new byte[tokens + 2][];
        parts[0] = bytes("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
        for (int i = 1; i <= tokens; i++) {
            String finish = i == tokens ? "\"length\"" : "null";
            parts[i] = chunk(
                    "data: {\"id\":\"cmpl-0\",\"object\":\"text_completion\",\"created\":0,\"model\":\"noop\",\"choices\":"
                            + "[{\"index\":0,\"text\":\" word\",\"logprobs\":null,\"finish_reason\":" + finish
                            + ",\"stop_reason\":null,\"prompt_token_ids\":null,\"token_ids\":null}],\"usage\":{\"prompt_tokens\":8,"
                            + "\"total_tokens\":" + (8 + i) + ",\"completion_tokens\":" + i + "}}\n\n");
        }
        parts[tokens + 1] = bytes(new String(chunk("data: [DONE]\n\n"), StandardCharsets.ISO_8859_1) + "0\r\n\r\n");
        return parts;
    }

    private static byte[] chunk(String text) {
        return bytes(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private final class Answering extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // a void promise tells nothing; errors close the connection
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            for (byte[] part : answer) {
                context.writeAndFlush(
                        Unpooled.wrappedBuffer(part), context.voidPromise()); // one write a token, as servers do
            }
        }
    }
}
