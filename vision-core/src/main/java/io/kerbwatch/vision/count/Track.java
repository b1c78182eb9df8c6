package io.kerbwatch.vision.count;

/**
 * Somebody from picture to picture: where the head is and how fast it moves, and where the feet are below it. Pixels and
 * seconds. Constant velocity between two looks, corrected by what was found (an alpha-beta filter).
 */
final class Track {
    private static final double POSITION_GAIN = 0.75;
    private static final double SPEED_GAIN = 0.45;
    private static final double FOOT_GAIN = 0.35;
    /** Seconds in which a track that nobody confirms loses most of its speed: people stop more often than they teleport. */
    private static final double COASTING = 1.5;

    private final long id;
    private Point head;
    private Point toFoot;
    private double tall;
    private double speedX;
    private double speedY;
    private int found = 1;
    private double unseen;

    Track(long id, Person first) {
        this.id = id;
        this.head = first.head();
        this.tall = first.box().height();
        this.toFoot = new Point(first.foot().x() - head.x(), first.foot().y() - head.y());
    }

    long id() {
        return id;
    }

    /** Moves on as it did. */
    void predict(double seconds) {
        head = head.plus(speedX * seconds, speedY * seconds);
        if (unseen > 0) {
            double left = Math.exp(-seconds / COASTING);
            speedX *= left;
            speedY *= left;
        }
        unseen += seconds;
    }

    /** Somebody found on this picture, {@code seconds} after the last look, is this one. */
    void correct(Person person, double seconds) {
        double gone = Math.max(unseen, seconds);
        double dx = person.head().x() - head.x();
        double dy = person.head().y() - head.y();
        // the second look says the speed, for the first could not
        double gain = found == 1 ? 0.9 : SPEED_GAIN;
        head = head.plus(POSITION_GAIN * dx, POSITION_GAIN * dy);
        if (gone > 0) {
            speedX += gain * dx / gone;
            speedY += gain * dy / gone;
        }
        double fx = person.foot().x() - person.head().x();
        double fy = person.foot().y() - person.head().y();
        toFoot = toFoot.plus(FOOT_GAIN * (fx - toFoot.x()), FOOT_GAIN * (fy - toFoot.y()));
        tall += FOOT_GAIN * (person.box().height() - tall);
        found++;
        unseen = 0;
    }

    Point head() {
        return head;
    }

    Point foot() {
        return head.plus(toFoot.x(), toFoot.y());
    }

    double tall() {
        return tall;
    }

    /** How many looks found it. */
    int found() {
        return found;
    }

    /** Seconds since it was found last; after {@link #predict} with the time to the look that is under way. */
    double unseen() {
        return unseen;
    }
}
