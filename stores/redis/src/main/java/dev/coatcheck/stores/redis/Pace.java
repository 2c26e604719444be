package dev.coatcheck.stores.redis;

import io.lettuce.core.pubsub.PubSubCommandHandler;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How often a busy connection asks the operating system: what several threads send at a time leaves together, and an ear that
 * has just listened waits a moment, so that it hears much at once. A connection with nothing to share waits for nothing.
 */
final class Pace implements NettyCustomizer {
    /** Long beside a message, short beside the age that a proof may have. */
    static final Duration EAR_RESTS = Duration.ofMillis(1);

    private static final int COMMANDS_TOGETHER = 256;

    @Override
    public void afterChannelInitialized(Channel channel) {
        boolean hears = channel.pipeline().get(PubSubCommandHandler.class) != null;
        channel.pipeline().addFirst(hears ? new Rest() : new FlushConsolidationHandler(COMMANDS_TOGETHER, true));
    }

    /** Of one connection. What arrives meanwhile stays in the operating system's buffer, in order. */
    static final class Rest extends ChannelInboundHandlerAdapter {
        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            Channel channel = context.channel();
            channel.config().setAutoRead(false);
            var unused = context.executor()
                    .schedule(() -> channel.config().setAutoRead(true), EAR_RESTS.toNanos(), TimeUnit.NANOSECONDS);
            context.fireChannelReadComplete();
        }
    }
}
