package dev.coatcheck.stores.redis;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * How often a busy connection asks the operating system: what several threads send at a time leaves together. A command that
 * comes alone waits for nothing.
 */
final class Pace implements NettyCustomizer {
    private static final int COMMANDS_TOGETHER = 256;

    @Override
    public void afterChannelInitialized(Channel channel) {
        channel.pipeline().addFirst(new FlushConsolidationHandler(COMMANDS_TOGETHER, true));
    }
}
