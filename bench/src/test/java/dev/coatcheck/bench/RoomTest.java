package dev.coatcheck.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomTest {
    private static final String BUSY = "for i = 1, 20000 do redis.call('SET', KEYS[1], i) end return 1";

    @Test
    void aRedisThatIsStillAtWorkIsWaitedFor(@TempDir Path folder) throws Exception {
        try (Stopping stopping = new Stopping()) {
            RedisServer server = stopping.last(RedisServer.start(folder));
            Room room = Room.redis(server, stopping);
            RedisClient client = RedisClient.create(server.url());
            stopping.last(() -> client.shutdown(0, 1, TimeUnit.SECONDS));
            RedisCommands<String, String> redis = client.connect().sync();
            ExecutorService thread = Executors.newSingleThreadExecutor();
            stopping.last(thread::shutdownNow);
            AtomicBoolean over = new AtomicBoolean();
            var working = thread.submit(() -> {
                while (!over.get()) {
                    redis.eval(BUSY, ScriptOutputType.INTEGER, "busy");
                }
            });

            assertThatThrownBy(() -> room.settle(Duration.ofSeconds(1)))
                    .isInstanceOf(CannotMeasureException.class)
                    .hasMessageContaining("come to rest");

            over.set(true);
            working.get();
            redis.configSet("hz", "10");
            assertThatCode(() -> room.settle(Duration.ofSeconds(30))).doesNotThrowAnyException();
            assertThat(redis.configGet("hz")).containsEntry("hz", "10");
        }
    }
}
