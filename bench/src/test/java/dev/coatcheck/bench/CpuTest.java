package dev.coatcheck.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CpuTest {
    @Test
    void theCompilersPartIsSomeOfTheWhole() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "only there it is told");
        Cpu own = new Cpu(ProcessHandle.current().pid());

        assertThat(own.compilerMicros()).isPositive().isLessThan(own.micros());
        assertThat(new Cpu(Long.MAX_VALUE).compilerMicros()).isZero();
    }
}
