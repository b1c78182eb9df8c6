package io.kerbwatch.vision.count;

/** Which way someone crossed the line. */
public enum Direction {
    IN,
    OUT;

    /** The name in the API. */
    public String code() {
        return this == IN ? "in" : "out";
    }
}
