package dev.coatcheck.json;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Coverage-guided bytes. An ordinary run replays the seeds under {@code src/test/resources}; the Maven profile
 * {@code thorough} fuzzes for {@code maxDuration}.
 */
class JsonFuzzTest {
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreReadOrRefused(byte[] bytes) {
        UntrustedJson.check(bytes);
    }
}
