package io.kerbwatch.server.vision;

import io.kerbwatch.server.Kerbwatch;
import io.kerbwatch.server.camera.Watching;
import io.kerbwatch.server.flow.Counting;
import io.kerbwatch.server.photo.PhotoCleaning;
import io.kerbwatch.server.platform.AddressPolicy;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.snapshot.PictureDrawing;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.snapshot.Annotator;
import io.kerbwatch.vision.snapshot.Jpeg;
import io.kerbwatch.vision.snapshot.PeopleBlur;
import io.kerbwatch.vision.watch.FindingSink;
import io.kerbwatch.vision.watch.WatchSettings;
import java.time.InstantSource;
import java.time.ZoneId;

/** The eyes of a server. Whoever made it closes it after the server. */
public final class CameraVision implements Kerbwatch.Vision, AutoCloseable {
    private static final int LONGEST_SIDE = 1600;
    private static final int PHOTO_QUALITY = 85;

    private final Detector detector;
    private final AddressPolicy cameras;
    private final WatchSettings settings;
    private final InstantSource clock;
    private final Annotator annotator = new Annotator();
    private final PeopleBlur people = new PeopleBlur();

    private CameraVision(Detector detector, AddressPolicy cameras, WatchSettings settings, InstantSource clock) {
        this.detector = detector;
        this.cameras = cameras;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Loads the detector and gets ready to watch, as the settings say.
     *
     * @param clock the server's
     * @throws IllegalArgumentException if a setting of the detector or the judge cannot be used
     */
    public static CameraVision load(Settings settings, InstantSource clock) {
        WatchSettings watch = VisionSettings.watch(settings);
        return new CameraVision(VisionSettings.detector(settings), settings.get(Settings.CAMERAS_ALLOW), watch, clock);
    }

    @Override
    public Watching watch(FindingSink sink) {
        return new PoolWatching(detector, cameras, settings, clock, annotator, sink);
    }

    @Override
    public Counting counting() {
        return new EntranceCounting(cameras, settings.stream(), clock, annotator);
    }

    @Override
    public PictureDrawing drawing() {
        return subject -> annotator.annotate(
                subject.jpeg(),
                subject.detections(),
                subject.zones(),
                new Annotator.Caption(subject.camera(), "", subject.takenAt(), ZoneId.of(subject.zone())));
    }

    @Override
    public PhotoCleaning photos() {
        return jpeg -> {
            Picture picture = Jpeg.decode(jpeg, LONGEST_SIDE);
            synchronized (people) {
                return Jpeg.encode(people.blur(picture, PeopleBlur.Context.none()), PHOTO_QUALITY);
            }
        };
    }

    @Override
    public void close() {
        detector.close();
    }
}
