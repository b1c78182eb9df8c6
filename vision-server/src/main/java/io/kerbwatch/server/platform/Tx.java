package io.kerbwatch.server.platform;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** A transaction under way, with what is still to be done at its end. */
public final class Tx {
    private final Handle handle;
    private final List<Runnable> last = new ArrayList<>();
    private final List<Runnable> committed = new ArrayList<>();

    Tx(Handle handle) {
        this.handle = handle;
    }

    public Handle handle() {
        return handle;
    }

    /** Does something as the last step before the commit: for what takes a lock that everyone wants. */
    public void beforeCommit(Runnable step) {
        last.add(step);
    }

    /**
     * Does something once the commit is on disk; not at all if it rolls back. What must not be forgotten is written in
     * the transaction instead: the process may end right after the commit.
     */
    public void afterCommit(Runnable step) {
        committed.add(step);
    }

    void finish() {
        for (int i = 0; i < last.size(); i++) {
            last.get(i).run();
        }
    }

    List<Runnable> committed() {
        return committed;
    }
}
