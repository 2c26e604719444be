package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.testkit.Heard;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.token.SessionId;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is sent together, and that nothing is lost or changes places. */
class PaceTest {
    @RegisterExtension
    static final RedisServerExtension REDIS = new RedisServerExtension(RedisBinary.EMBEDDED);

    @Test
    void whatWasWaitingToBeSentLeavesTogether() {
        EmbeddedChannel channel = new EmbeddedChannel();
        new Pace().afterChannelInitialized(channel);
        AtomicInteger times = new AtomicInteger();
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext context) {
                times.incrementAndGet();
            }
        });
        channel.pipeline().flush();
        channel.pipeline().flush();
        assertThat(times).hasValue(0);
        channel.runPendingTasks();
        assertThat(times).hasValue(1);
    }

    @Test
    void everythingThatIsToldAtOnceIsHeardInItsOrder() {
        RedisSettings settings = REDIS.settings();
        Heard heard = new Heard();
        RedisClient client = RedisClient.create(REDIS.process().url());
        try (RedisSessionStore store = RedisSessionStore.open(settings);
                StatefulRedisConnection<String, String> raw = client.connect()) {
            store.signals().orElseThrow().subscribe(heard);
            heard.until(() -> store.signals().orElseThrow().provenAt().isPresent(), "proof");
            SessionId id = Sessions.id();
            List<SessionSignal> told = new ArrayList<>();
            for (int i = 1; i <= 5_000; i++) {
                var unused = raw.async().publish(settings.prefix() + ":signals:0", "W " + id + " " + i);
                told.add(new SessionSignal.Written(id, i));
            }
            heard.await(new SessionSignal.Written(id, 5_000));
            assertThat(heard.of(id)).isEqualTo(told);
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }
}
