package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Scope;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tokens, sessions, who am I. */
public final class AccountRoutes {
    private final Accounts accounts;

    public AccountRoutes(Accounts accounts) {
        this.accounts = accounts;
    }

    public void mount(Operations operations) {
        operations
                .on("getMe", request -> me(request, accounts.hasPassword(request.caller())))
                .on("listSessions", request -> Reply.json(Map.of("items", accounts.sessions(request.caller()))))
                .on("endSession", request -> {
                    accounts.endSession(request.caller(), request.id("sessionId"));
                    return Reply.nothing();
                })
                .on("listOwnSessions", request -> Reply.json(Map.of("items", accounts.ownSessions(request.caller()))))
                .on("endOwnSession", request -> {
                    accounts.endOwnSession(request.caller(), request.id("sessionId"));
                    return Reply.nothing();
                })
                .on("listTokens", request -> Reply.json(Map.of("items", accounts.tokens(request.caller()))))
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

    private static Reply me(Request request, boolean password) {
        var caller = request.caller();
        Map<String, Object> me = new LinkedHashMap<>();
        me.put("name", caller.name());
        me.put("role", caller.role().code());
        me.put("scopes", caller.scopes().stream().map(Scope::code).sorted().toList());
        me.put("sites", caller.sites());
        me.put("account", caller.account());
        me.put("password", password);
        return Reply.json(me);
    }
}
