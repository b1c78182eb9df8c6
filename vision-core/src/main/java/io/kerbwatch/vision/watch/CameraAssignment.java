package io.kerbwatch.vision.watch;

/**
 * Says which cameras this process watches. In one process that is whoever registers them; with many, whoever shares
 * them out among the processes.
 */
public interface CameraAssignment {
    /** Begins to tell: first what is assigned already, then every change, one after the other. */
    void follow(Assigned assigned);

    /** Told of cameras. */
    interface Assigned {
        /** Watch this camera from now on; if it is watched already, as it is described now. */
        void put(WatchedCamera camera);

        /** Watch it no more. */
        void remove(String camera);
    }
}
