package io.kerbwatch.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PasswordHashTest {
    @Test
    void itIsSaltedAndReadBack() {
        String hash = PasswordHash.of("a bin that never overflows");
        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").doesNotContain("bin");
        assertThat(PasswordHash.of("a bin that never overflows")).isNotEqualTo(hash);
        assertThat(PasswordHash.matches(hash, "a bin that never overflows")).isTrue();
        assertThat(PasswordHash.matches(hash, "a bin that never overflows ")).isFalse();
        assertThat(PasswordHash.matches(PasswordHash.of("pässwörter"), "pa\u0308sswo\u0308rter"))
                .as("composed otherwise")
                .isTrue();
        assertThat(PasswordHash.outdated(hash)).isFalse();
    }

    /** A vector of the reference implementation's test.c (argon2id, version 19, t=2, m=65536, p=1). */
    @Test
    void othersHashesAreRead() {
        String hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assertThat(PasswordHash.matches(hash, "password")).isTrue();
        assertThat(PasswordHash.matches(hash, "differentpassword")).isFalse();
        assertThat(PasswordHash.outdated(hash)).isTrue();
        assertThatThrownBy(() -> PasswordHash.matches("$2b$10$x", "password"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
