package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Scope;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Web;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Tokens, signing in and out, who am I. */
public final class AccountRoutes {
    private final Accounts accounts;
    private final Settings settings;

    public AccountRoutes(Accounts accounts, Settings settings) {
        this.accounts = accounts;
        this.settings = settings;
    }

    public void mount(Operations operations) {
        operations
                .on("signIn", this::signIn)
                .on("signOut", this::signOut)
                .on("getMe", AccountRoutes::me)
                .on("listSessions", request -> Reply.json(Map.of("items", accounts.sessions())))
                .on("endSession", request -> {
                    accounts.endSession(request.caller(), request.id("sessionId"));
                    return Reply.nothing();
                })
                .on("listTokens", request -> Reply.json(Map.of("items", accounts.tokens())))
                .on("createToken", request -> {
                    Accounts.Issued issued =
                            accounts.createToken(request.caller(), request.body(Accounts.NewToken.class));
                    return Reply.created("/api/v1/tokens/" + issued.token().id(), issued);
                })
                .on("revokeToken", request -> {
                    accounts.revokeToken(request.caller(), request.id("tokenId"));
                    return Reply.nothing();
                });
    }

    private Reply signIn(Request request) {
        return accounts.signIn(request.query("link").orElse(""))
                .map(session -> new Reply(303, Map.of("location", session.phone() ? "/crew/" : "/desk/"), new byte[0])
                        .with(
                                "set-cookie",
                                cookie(session.secret(), session.life().toSeconds())))
                .orElseGet(() -> new Reply(
                        403,
                        Map.of("content-type", "text/plain; charset=utf-8"),
                        ("此链接已用过或已过期。请在服务器上运行 kerbwatch sign-in 获取新链接。\n"
                                        + "This link was used before or has expired; run 'kerbwatch sign-in' on the"
                                        + " server for a new one.\n")
                                .getBytes(StandardCharsets.UTF_8)));
    }

    private Reply signOut(Request request) {
        accounts.signOut(request.caller());
        return Reply.nothing().with("set-cookie", cookie("", 0));
    }

    private static Reply me(Request request) {
        var caller = request.caller();
        return Reply.json(Map.of(
                "name", caller.name(),
                "role", caller.role().code(),
                "scopes", caller.scopes().stream().map(Scope::code).sorted().toList(),
                "sites", caller.sites()));
    }

    private String cookie(String value, long seconds) {
        return Web.cookieName(settings) + "=" + value + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + seconds
                + (Web.secure(settings) ? "; Secure" : "");
    }
}
