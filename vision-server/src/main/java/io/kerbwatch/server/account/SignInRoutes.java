package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Web;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Signing in and out, by name and password or by a link, and passwords. The pages work without JavaScript. */
public final class SignInRoutes {
    /** Pages of this server that one may be led to after signing in; whatever else is asked for, the desk. */
    private static final Pattern PAGE = Pattern.compile("/(desk|crew|docs)(/[\\w/.#?=&%-]*)?");

    private final Accounts accounts;
    private final SignIn signIn;
    private final Settings settings;

    public SignInRoutes(Accounts accounts, SignIn signIn, Settings settings) {
        this.accounts = accounts;
        this.signIn = signIn;
        this.settings = settings;
    }

    public void mount(Operations operations) {
        operations
                .on("signIn", this::open)
                .on("enter", this::enter)
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
            return page(request, 200).signIn(where(request.query("to")), "", Optional.empty());
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

    private static SignInPage page(Request request, int status) {
        return new SignInPage(
                SignInPage.english(request.header("accept-language").orElse("")), status);
    }
}
