package io.kerbwatch.server.platform;

/** Text that can be kept. */
final class Text {
    private Text() {}

    /**
     * Makes sure that a text has nothing in it that is no character, or that PostgreSQL does not take.
     *
     * @param where parameter or JSON pointer
     * @throws Problem.Raised 400 if it has
     */
    static void check(String where, String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            boolean pair = Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (unit == 0 || (Character.isSurrogate(unit) && !pair)) {
                throw Problem.invalid(
                                where,
                                unit == 0
                                        ? "The character U+0000 cannot be kept; leave it out."
                                        : "Half a surrogate pair is no character; send whole ones.")
                        .raised();
            }
            i += pair ? 1 : 0;
        }
    }
}
