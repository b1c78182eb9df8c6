package io.kerbwatch.server.account;

/** Signing in at the provider came to nothing. */
final class OidcRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int LONGEST = 500;

    private final OidcFailure failure;

    /** @param why for the log and the audit; the person is told the failure alone */
    OidcRefusal(OidcFailure failure, String why) {
        super(shortened(why));
        this.failure = failure;
    }

    static OidcRefusal unreachable(String why) {
        return new OidcRefusal(OidcFailure.UNREACHABLE, why);
    }

    static OidcRefusal answer(String why) {
        return new OidcRefusal(OidcFailure.ANSWER, why);
    }

    /** It may have words of the provider, or of whoever says to be it, and goes into the log. */
    private static String shortened(String why) {
        String line = why.replaceAll("\\p{Cntrl}", " ");
        return line.substring(0, Math.min(line.length(), LONGEST));
    }

    OidcFailure failure() {
        return failure;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
