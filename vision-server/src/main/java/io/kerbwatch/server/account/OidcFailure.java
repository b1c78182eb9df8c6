package io.kerbwatch.server.account;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why somebody who went to the provider does not get in; named in the address of the sign-in page that tells them. */
enum OidcFailure {
    /** The answer belongs to nothing that this browser began lately, or was taken already. */
    STATE(SignInPage.Word.OIDC_STATE),
    /** The provider said no, or the person did there. */
    DENIED(SignInPage.Word.OIDC_DENIED),
    UNREACHABLE(SignInPage.Word.OIDC_UNREACHABLE),
    /** What the provider said must not be believed. */
    ANSWER(SignInPage.Word.OIDC_ANSWER),
    /** None of the person's groups has a role, or none a site. */
    GROUP(SignInPage.Word.OIDC_GROUP),
    DISABLED(SignInPage.Word.OIDC_DISABLED),
    BUSY(SignInPage.Word.OIDC_BUSY);

    private final SignInPage.Word word;

    OidcFailure(SignInPage.Word word) {
        this.word = word;
    }

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    SignInPage.Word word() {
        return word;
    }

    static Optional<OidcFailure> of(String code) {
        return Arrays.stream(values())
                .filter(failure -> failure.code().equals(code))
                .findFirst();
    }
}
