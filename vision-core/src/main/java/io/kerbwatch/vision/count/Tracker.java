package io.kerbwatch.vision.count;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Follows people from look to look by where their heads should be. First those found for sure are given to tracks, so
 * that the sum of distances is least; then tracks that are left may take somebody who was found with doubt (Zhang et
 * al., ByteTrack, ECCV 2022), but nobody's track begins so. Pure: knows no clock.
 */
final class Tracker {
    /** Seconds that a track is remembered without being found: behind somebody else, or missed. */
    static final double MEMORY = 1.2;

    private static final double GATE = 0.42;
    private static final double GATE_PER_SECOND = 0.35;
    private static final double NEW_SPEED_GATE = 0.2;

    private final double sure;
    private final List<Track> tracks = new ArrayList<>();
    private long ids;

    /** @param sure score from which on somebody is there, and a track may begin */
    Tracker(double sure) {
        this.sure = sure;
    }

    /**
     * Takes a look.
     *
     * @param people found, in pixels
     * @param seconds since the look before; 0 at the first
     * @return tracks that were found on this picture
     */
    List<Track> look(List<Person> people, double seconds) {
        tracks.forEach(t -> t.predict(seconds));
        tracks.removeIf(t -> t.unseen() > MEMORY + seconds || (t.found() == 1 && t.unseen() > 2.5 * seconds));
        List<Track> left = new ArrayList<>(tracks);
        List<Track> found = new ArrayList<>();
        List<Person> certain = people.stream().filter(p -> p.score() >= sure).toList();
        List<Person> doubtful = people.stream().filter(p -> p.score() < sure).toList();
        Set<Person> fresh = new HashSet<>(match(left, certain, seconds, found));
        match(left, doubtful, seconds, found);
        for (Person person : certain) {
            if (fresh.contains(person)) {
                Track born = new Track(++ids, person);
                tracks.add(born);
                found.add(born);
            }
        }
        return found;
    }

    /** Gives people to tracks; takes those out of {@code left} that got somebody, and answers who went to nobody. */
    private static List<Person> match(List<Track> left, List<Person> people, double seconds, List<Track> found) {
        if (left.isEmpty() || people.isEmpty()) {
            return people;
        }
        double[][] costs = new double[left.size()][people.size()];
        for (int i = 0; i < left.size(); i++) {
            for (int j = 0; j < people.size(); j++) {
                costs[i][j] = cost(left.get(i), people.get(j), seconds);
            }
        }
        int[] chosen = Assignment.least(costs);
        List<Person> nobodys = new ArrayList<>(people);
        List<Track> matched = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i] >= 0) {
                Person person = people.get(chosen[i]);
                left.get(i).correct(person, seconds);
                matched.add(left.get(i));
                nobodys.remove(person);
            }
        }
        left.removeAll(matched);
        found.addAll(matched);
        return nobodys;
    }

    /** In heights of the person: how far the head is from where it should be, and how much the size differs. */
    private static double cost(Track track, Person person, double seconds) {
        double tall = (track.tall() + person.box().height()) / 2;
        double away = track.head().distance(person.head()) / tall;
        double hidden = Math.max(0, track.unseen() - seconds);
        double gate = GATE + GATE_PER_SECOND * hidden + (track.found() == 1 ? NEW_SPEED_GATE : 0);
        if (away > gate) {
            return Assignment.NEVER;
        }
        double size = Math.abs(Math.log(person.box().height() / track.tall()));
        return away + 0.3 * Math.min(1, size) + 0.1 * hidden;
    }

    /** Tracks that are still remembered. */
    List<Track> tracks() {
        return List.copyOf(tracks);
    }
}
