package io.kerbwatch.samples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A camera at work: shows its clip in real time to all of its viewers. Used by the station's thread alone. */
final class Feed {
    static final String BOUNDARY = "kerbwatch-picture";
    private static final long LONG_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    private final SampleCamera camera;
    private final @Nullable Gate gate;
    private final Set<Viewer> viewers = new LinkedHashSet<>();
    private final Set<Viewer> jpegViewers = new LinkedHashSet<>();
    private final List<ByteBuffer> sinceKey = new ArrayList<>();
    private final Random noise = new Random(1);
    private Playback playback;
    private RtpStream stream;
    private @Nullable Fault fault;
    private long dueNanos;
    private long pauseNanos;
    private double ticks;
    private int keySequence;
    private int keyTimestamp;
    private @Nullable JpegStills stills;
    private @Nullable ByteBuffer latestJpeg;

    /** @param startNanos when the first picture is due, by {@link System#nanoTime} */
    Feed(SampleCamera camera, long startNanos, int source, String nonce) {
        this.camera = camera;
        this.gate = camera.login() == null ? null : new Gate(camera.login(), nonce);
        this.playback = new Playback(camera.clip(), camera.startAt(), camera.cleanHold());
        this.stream = new RtpStream(source, source >>> 16);
        this.dueNanos = startNanos;
        // a stream begins anywhere (RFC 3550, section 5.1); some viewers take 0 for missing
        this.ticks = source & 0x3fffffff;
    }

    SampleCamera camera() {
        return camera;
    }

    Optional<Gate> gate() {
        return Optional.ofNullable(gate);
    }

    @Nullable Fault fault() {
        return fault;
    }

    void fault(@Nullable Fault next) {
        fault = next;
    }

    Playback playback() {
        return playback;
    }

    /** Shows another clip from the next picture on. */
    void show(Clip clip) {
        playback = new Playback(clip, null, camera.cleanHold());
        stills = jpegViewers.isEmpty() ? null : JpegStills.of(clip.footage());
    }

    /** New numbers, as after a restart. */
    void renumber(int source) {
        stream = new RtpStream(source, source >>> 16);
        sinceKey.clear();
    }

    /** Waits this long once, behind the first picture. */
    void delayAfterFirst(long nanos) {
        pauseNanos = nanos;
    }

    long dueNanos() {
        return dueNanos;
    }

    /** Goes on from now where the machine slept, instead of sending all that was missed. */
    void skipLongPause(long nowNanos) {
        if (nowNanos - dueNanos > LONG_PAUSE_NANOS) {
            dueNanos = nowNanos;
        }
    }

    int viewerCount() {
        return viewers.size() + jpegViewers.size();
    }

    /** What a viewer is told about the stream in answer to DESCRIBE. */
    String description() {
        if (fault == Fault.NO_VIDEO) {
            return Sdp.audioOnly(camera.name());
        }
        return fault == Fault.UNKNOWN_CODEC
                ? Sdp.unknownCodec(camera.name())
                : Sdp.video(camera.name(), playback.clip().footage());
    }

    /** Number of the first packet that a new viewer gets. */
    int firstSequence() {
        return sinceKey.isEmpty() ? stream.nextSequence() : keySequence;
    }

    /** Timestamp of the first packet that a new viewer gets. */
    long firstTimestamp() {
        return (sinceKey.isEmpty() ? (int) (long) ticks : keyTimestamp) & 0xffffffffL;
    }

    /** Shows the stream to someone, beginning with the latest key frame. */
    void admit(Viewer viewer) throws IOException {
        viewers.add(viewer);
        if (fault == null || fault == Fault.GARBLED) {
            for (ByteBuffer picture : sinceKey) {
                viewer.send(sent(picture));
            }
        }
    }

    /** Shows the key frames as JPEG to someone. */
    void admitToJpeg(Viewer viewer) throws IOException {
        jpegViewers.add(viewer);
        if (stills == null) {
            stills = JpegStills.of(playback.clip().footage());
        }
        if (latestJpeg != null && fault == null) {
            viewer.send(latestJpeg);
        }
    }

    void dismiss(Viewer viewer) {
        viewers.remove(viewer);
        jpegViewers.remove(viewer);
    }

    /** Sends the picture that is due, and answers the viewers that are gone. */
    List<Viewer> showNext() {
        Footage footage = playback.clip().footage();
        int index = playback.next();
        AccessUnit unit = footage.units().get(index);
        int timestamp = (int) (long) ticks;
        int sequence = stream.nextSequence();
        ByteBuffer picture = stream.packets(footage, unit, timestamp);
        if (unit.key()) {
            sinceKey.clear();
            keySequence = sequence;
            keyTimestamp = timestamp;
        }
        sinceKey.add(picture);
        ticks += RtpStream.CLOCK / footage.fps();
        dueNanos += Math.round(1e9 / footage.fps()) + pauseNanos;
        pauseNanos = 0;
        List<Viewer> gone = new ArrayList<>();
        if (sends(unit)) {
            gone.addAll(sendAll(viewers, sent(picture)));
        }
        if (unit.key() && stills != null) {
            gone.addAll(showJpeg(stills, index));
        }
        return gone;
    }

    private List<Viewer> showJpeg(JpegStills made, int index) {
        Optional<byte[]> jpeg = made.at(index);
        if (jpeg.isEmpty() || !(fault == null || fault == Fault.GARBLED)) {
            return List.of();
        }
        byte[] bytes = jpeg.get();
        if (fault == Fault.GARBLED) {
            bytes = new byte[bytes.length];
            noise.nextBytes(bytes);
        }
        latestJpeg = part(bytes);
        return sendAll(jpegViewers, latestJpeg);
    }

    private static ByteBuffer part(byte[] jpeg) {
        byte[] head = ("--" + BOUNDARY + "\r\nContent-Type: image/jpeg\r\nContent-Length: " + jpeg.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer part = ByteBuffer.allocate(head.length + jpeg.length + 2);
        return part.put(head).put(jpeg).put((byte) '\r').put((byte) '\n').flip();
    }

    private boolean sends(AccessUnit unit) {
        return fault == null || fault == Fault.GARBLED || (fault == Fault.NO_KEY_FRAMES && !unit.key());
    }

    private ByteBuffer sent(ByteBuffer picture) {
        return fault == Fault.GARBLED ? RtpStream.garbled(picture, noise) : picture;
    }

    private static List<Viewer> sendAll(Set<Viewer> to, ByteBuffer bytes) {
        List<Viewer> gone = new ArrayList<>();
        for (Viewer viewer : to) {
            try {
                viewer.send(bytes);
            } catch (IOException e) {
                gone.add(viewer);
            }
        }
        return gone;
    }

    /** Resets the connections of all viewers in the middle of a picture. */
    void drop() {
        ByteBuffer picture = sinceKey.isEmpty() ? ByteBuffer.allocate(0) : sinceKey.get(0);
        viewers.forEach(viewer -> viewer.cutOffIn(picture));
        viewers.clear();
        jpegViewers.forEach(viewer -> viewer.cutOffIn(picture));
        jpegViewers.clear();
    }
}
