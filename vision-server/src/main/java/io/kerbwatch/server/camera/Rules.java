package io.kerbwatch.server.camera;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kerbwatch.vision.judge.JudgeSettings;
import io.kerbwatch.vision.judge.Kind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where one camera is watched or judged otherwise than the server's settings say.
 *
 * @param rhythmSeconds a fixed time between looks; null for the one that follows what is seen
 * @param judge by the code of the kind; kinds that are not named are judged as everywhere
 */
public record Rules(@Nullable Double rhythmSeconds, Map<String, Numbers> judge) {
    /** Nothing special. */
    public static final Rules NONE = new Rules(null, Map.of());

    public Rules {
        judge = judge == null ? Map.of() : Map.copyOf(judge);
        judge.keySet().forEach(Kind::of);
    }

    /** How sure a judge has to be; what is null is as everywhere. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Numbers(
            @Nullable Integer confirmVotes,
            @Nullable Integer confirmPercent,
            @Nullable Double confirmSpanSeconds,
            @Nullable Double confirmWindowSeconds,
            @Nullable Integer clearVotes,
            @Nullable Double clearSpanSeconds,
            @Nullable Integer verifyVotes,
            @Nullable Double verifySpanSeconds) {
        private JudgeSettings over(JudgeSettings usual) {
            return new JudgeSettings(
                    or(confirmVotes, usual.confirmVotes()),
                    confirmPercent == null ? usual.confirmShare() : confirmPercent / 100.0,
                    or(confirmSpanSeconds, usual.confirmSpan()),
                    or(confirmWindowSeconds, usual.confirmWindow()),
                    usual.confirmLooks(),
                    or(clearVotes, usual.clearVotes()),
                    or(clearSpanSeconds, usual.clearSpan()),
                    or(verifyVotes, usual.verifyVotes()),
                    or(verifySpanSeconds, usual.verifySpan()),
                    usual.verifyDirtyVotes(),
                    usual.latency(),
                    usual.unknownAfter(),
                    usual.lightSettles(),
                    usual.leastArea());
        }

        private static int or(@Nullable Integer here, int usual) {
            return here == null ? usual : here;
        }

        private static Duration or(@Nullable Double here, Duration usual) {
            return here == null ? usual : seconds(here);
        }
    }

    private static Duration seconds(double value) {
        return Duration.ofMillis(Math.round(value * 1000));
    }

    /** The fixed rhythm, if there is one. */
    public Optional<Duration> rhythm() {
        return Optional.ofNullable(rhythmSeconds).map(Rules::seconds);
    }

    /**
     * What holds at this camera for the kinds that it judges otherwise.
     *
     * @param usual what holds everywhere else
     * @throws IllegalArgumentException if the numbers do not fit together
     */
    public Map<Kind, JudgeSettings> over(JudgeSettings usual) {
        Map<Kind, JudgeSettings> settings = new EnumMap<>(Kind.class);
        judge.forEach((kind, numbers) -> settings.put(Kind.of(kind), numbers.over(usual)));
        return settings;
    }
}
