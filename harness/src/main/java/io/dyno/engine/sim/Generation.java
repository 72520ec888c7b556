package io.dyno.engine.sim;

import io.dyno.engine.sim.Fault.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Arrays;

/** One generation request from its acceptance to the last byte of its answer. */
@SuppressWarnings("FutureReturnValueIgnored") // a write fails when the connection is gone, which channelInactive tells
final class Generation implements TokenSink {
    /** So many tokens come before a stream is cut, where that is the fault. */
    private static final int TOKENS_BEFORE_CUT = 2;

    private final Service service;
    private final ChannelHandlerContext channel;
    private final Responses responses;
    private final GenerationCall call;
    private final Answers answers;
    private final AnswerText text;
    private int[] tokens = new int[16];
    private int count;
    private Sequence sequence;
    private boolean over;
    private boolean flushAsked;

    Generation(Service service, ChannelHandlerContext channel, Responses responses, GenerationCall call) {
        this.service = service;
        this.channel = channel;
        this.responses = responses;
        this.call = call;
        this.answers = new Answers(
                (call.chat() ? "chatcmpl-" : "cmpl-") + service.newId(),
                System.currentTimeMillis() / 1000,
                service.servedName(),
                service.fingerprint(),
                call);
        this.text = new AnswerText(call.stops(), call.tellStop(), call.minTokens());
    }

    void start() {
        service.open().add(this);
        if (call.stream()) {
            HttpResponse head = responses.streamHead();
            channel.writeAndFlush(head);
        }
        sequence = service.loop().submit(call.request(), this);
    }

    @Override
    public void token(Sequence s, int token, long at, FinishReason end) {
        if (over) {
            return;
        }
        boolean stopToken = call.stopTokenIds().contains(token) && count >= call.minTokens();
        boolean silent = stopToken || (end == FinishReason.STOP);
        String news = text.add(silent ? "" : service.tokenizer().decode(token), end != null || stopToken);
        if (count == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * count);
        }
        tokens[count++] = token;
        String finish = text.stoppedBy() != null || stopToken ? FinishReason.STOP.id() : end == null ? null : end.id();
        String stopReason = text.stoppedBy() != null
                ? Answers.quoted(text.stoppedBy())
                : stopToken ? Integer.toString(token) : "null";
        if (finish != null && end == null) {
            service.loop().abort(sequence, FinishReason.STOP);
        }
        if (call.stream()) {
            stream(news, token, finish, stopReason);
        } else if (finish != null) {
            finish(() -> responses.json(
                    200, answers.body(text.whole(), Arrays.copyOf(tokens, count), finish, stopReason, usage())));
        }
        if (service.faulty(Kind.CUT) && count >= TOKENS_BEFORE_CUT) {
            finish(this::cut);
        }
    }

    private void stream(String news, int token, String finish, String stopReason) {
        if (count == 1 && call.chat()) {
            Answers.Usage before = new Answers.Usage(call.prompt().length, 0, cached());
            write(answers.roleEvent(before));
        }
        write(answers.tokenEvent(news, token, finish, stopReason, count == 1, usage()));
        if (finish != null) {
            String tail = (call.includeUsage() ? answers.usageEvent(usage()) : "") + Answers.DONE;
            finish(() -> responses.endStream(new DefaultLastHttpContent(utf8(tail))));
        } else if (!flushAsked) {
            flushAsked = true;
            service.loop().afterwards(this::flush);
        }
    }

    /** Closes only what has been sent: a close drops what waits unflushed, and the tokens before a cut are its point. */
    private void cut() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void flush() {
        flushAsked = false;
        channel.flush();
    }

    private Answers.Usage usage() {
        return new Answers.Usage(call.prompt().length, count, cached());
    }

    private Integer cached() {
        return service.promptTokenDetails() && sequence != null && sequence.cachedTokens >= 0
                ? sequence.cachedTokens
                : null;
    }

    /** The client went away. */
    void abandon() {
        if (!over) {
            over = true;
            service.open().remove(this);
            service.loop().abort(sequence, FinishReason.ABORT);
        }
    }

    /** The engine died: an error event inside the stream, then its end; or status 500. */
    void engineDied() {
        ApiError error = ApiError.internal(ApiError.ENGINE_DEAD);
        finish(() -> {
            if (call.stream()) {
                write(error.event());
                write(Answers.DONE);
                responses.endStream(LastHttpContent.EMPTY_LAST_CONTENT);
            } else {
                responses.error(error);
            }
        });
    }

    private void finish(Runnable lastWords) {
        if (!over) {
            over = true;
            service.open().remove(this);
            lastWords.run();
        }
    }

    private void write(String event) {
        channel.write(new DefaultHttpContent(utf8(event)), channel.voidPromise());
    }

    private ByteBuf utf8(String event) {
        return ByteBufUtil.writeUtf8(channel.alloc(), event);
    }
}
