package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Web;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signing in and out, by name and password, at a provider or by a link, and passwords. The pages work without JavaScript. */
public final class SignInRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(SignInRoutes.class);
    /** Pages of this server that one may be led to after signing in; whatever else is asked for, the desk. */
    private static final Pattern PAGE = Pattern.compile("/(desk|crew|ioc|docs)(/[\\w/.#?=&%-]*)?");

    private final Accounts accounts;
    private final SignIn signIn;
    private final Optional<OidcSignIn> oidc;
    private final Settings settings;

    /** @param oidc signing in at a provider, if there is one */
    public SignInRoutes(Accounts accounts, SignIn signIn, Optional<OidcSignIn> oidc, Settings settings) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.oidc = oidc;
        this.settings = settings;
    }

    public void mount(Operations operations) {
        operations
                .on("signIn", this::open)
                .on("enter", this::enter)
                .on("beginOidc", this::beginOidc)
                .on("endOidc", this::endOidc)
                .on("signOut", this::signOut)
                .on("openPassword", this::openPassword)
                .on("setPassword", this::setPassword)
                .on("changePassword", request -> {
                    NewPassword wanted = request.body(NewPassword.class);
                    signIn.change(request.caller(), wanted.old(), wanted.wanted());
                    return Reply.nothing();
                });
    }

    /** @param wanted the new one */
    record NewPassword(
            String old,

            @com.fasterxml.jackson.annotation.JsonProperty("new")
            String wanted) {}

    private Reply open(Request request) {
        Optional<String> link = request.query("link");
        if (link.isEmpty()) {
            Optional<SignInPage.Word> said =
                    request.query("failed").flatMap(OidcFailure::of).map(OidcFailure::word);
            return page(request, 200).signIn(where(request.query("to")), "", said);
        }
        return accounts.signIn(link.get(), request.peer())
                .map(session -> led(session.phone() ? "/crew/" : "/desk/").cookie(cookie(session)))
                .orElseGet(() -> new Reply(
                        403,
                        Map.of("content-type", "text/plain; charset=utf-8"),
                        ("此链接已用过或已过期。请在服务器上运行 kerbwatch sign-in 获取新链接。\n"
                                        + "This link was used before or has expired; run 'kerbwatch sign-in' on the"
                                        + " server for a new one.\n")
                                .getBytes(StandardCharsets.UTF_8)));
    }

    private Reply enter(Request request) {
        Map<String, String> form = request.form();
        String name = form.getOrDefault("name", "");
        String to = where(Optional.ofNullable(form.get("to")));
        SignIn.Outcome outcome = signIn.enter(name, form.getOrDefault("password", ""), from(request));
        if (outcome instanceof SignIn.Outcome.In in) {
            return entered(in, to);
        }
        if (outcome instanceof SignIn.Outcome.Wait wait) {
            String seconds = Long.toString(SignIn.seconds(wait.time()));
            return page(request, 429)
                    .signIn(to, name, Optional.of(SignInPage.Word.WAIT), seconds)
                    .with("retry-after", seconds);
        }
        return page(request, 403).signIn(to, name, Optional.of(SignInPage.Word.WRONG));
    }

    private Reply beginOidc(Request request) {
        String to = where(request.query("to"));
        try {
            OidcSignIn.Begun begun = provider().begin(to);
            return led(begun.url()).cookie(cookie(asked(), begun.cookie(), OidcAttempt.LIFE.toSeconds()));
        } catch (OidcRefusal e) {
            return refused(e, to);
        }
    }

    /** Whatever comes of it, what the browser asked is answered and forgotten. */
    private Reply endOidc(Request request) {
        Optional<OidcAttempt> attempt = provider().attempt(request.cookie(asked()));
        Reply reply;
        try {
            OidcSignIn.Entered entered = provider().finish(request.query(), attempt, from(request));
            reply = led(entered.to()).cookie(cookie(entered.session()));
        } catch (OidcRefusal e) {
            reply = refused(e, where(attempt.map(OidcAttempt::to)));
        }
        return reply.cookie(cookie(asked(), "", 0));
    }

    private OidcSignIn provider() {
        return oidc.orElseThrow(() -> Problem.of(404, "not-found", "Not found", "No provider is set (oidc.issuer).")
                .raised());
    }

    private static Reply refused(OidcRefusal refusal, String to) {
        LOG.info("signing in at the provider failed: {}", refusal.why());
        return led(
                "/sign-in?failed=" + refusal.failure().code() + "&to=" + URLEncoder.encode(to, StandardCharsets.UTF_8));
    }

    private Reply openPassword(Request request) {
        String link = request.query("link").orElse("");
        return signIn.linked(link)
                .map(account -> page(request, 200).password(link, account.name(), Optional.empty()))
                .orElseGet(() -> page(request, 403).signIn("/desk/", "", Optional.of(SignInPage.Word.LINK_OVER)));
    }

    private Reply setPassword(Request request) {
        Map<String, String> form = request.form();
        String link = form.getOrDefault("link", "");
        Optional<Account> account = signIn.linked(link);
        if (account.isEmpty()) {
            return page(request, 403).signIn("/desk/", "", Optional.of(SignInPage.Word.LINK_OVER));
        }
        String name = account.get().name();
        String password = form.getOrDefault("password", "");
        if (!password.equals(form.getOrDefault("again", ""))) {
            return page(request, 400).password(link, name, Optional.of(SignInPage.Word.DIFFERENT));
        }
        try {
            return signIn.set(link, password, from(request))
                    .map(in -> entered(in, "/desk/"))
                    .orElseGet(() -> page(request, 403).signIn("/desk/", "", Optional.of(SignInPage.Word.LINK_OVER)));
        } catch (Problem.Raised e) {
            if (e.problem().status() != 400) {
                throw e;
            }
            return page(request, 400).password(link, name, Optional.of(SignInPage.Word.WEAK));
        }
    }

    private Reply signOut(Request request) {
        accounts.signOut(request.caller());
        return Reply.nothing().cookie(cookie(Web.cookieName(settings), "", 0));
    }

    private Reply entered(SignIn.Outcome.In in, String to) {
        return led(to).cookie(cookie(in.session())).cookie(cookie(known(), in.known(), KnownBrowsers.KEPT.toSeconds()));
    }

    private static Reply led(String to) {
        return new Reply(303, Map.of("location", to), new byte[0]);
    }

    private SignIn.From from(Request request) {
        return new SignIn.From(request.peer(), request.cookie(Web.cookieName(settings)), request.cookie(known()));
    }

    private String known() {
        return Web.cookieName(settings) + "-known";
    }

    /** Of the cookie with what the browser asked of the provider. */
    private String asked() {
        return Web.cookieName(settings) + "-oidc";
    }

    private String cookie(Accounts.Begun session) {
        return cookie(Web.cookieName(settings), session.secret(), session.life().toSeconds());
    }

    private String cookie(String name, String value, long seconds) {
        return name + "=" + value + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + seconds
                + (Web.secure(settings) ? "; Secure" : "");
    }

    private static String where(Optional<String> to) {
        return to.filter(page -> PAGE.matcher(page).matches()).orElse("/desk/");
    }

    private SignInPage page(Request request, int status) {
        return new SignInPage(
                SignInPage.english(request.header("accept-language").orElse("")),
                status,
                oidc.map(one -> new SignInPage.Provider(settings.get(Settings.OIDC_LABEL), one.reachable())));
    }
}
