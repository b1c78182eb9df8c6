package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Tokens, sessions, who am I. */
public final class AccountRoutes {
    private final Accounts accounts;
    private final Predicate<UUID> sites;
    private final BiPredicate<Caller, UUID> endpoints;

    /**
     * Routes of tokens.
     *
     * @param sites whether there is one of that id
     * @param endpoints whether there is one of that id that the caller may change
     */
    public AccountRoutes(Accounts accounts, Predicate<UUID> sites, BiPredicate<Caller, UUID> endpoints) {
        this.accounts = accounts;
        this.sites = sites;
        this.endpoints = endpoints;
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
                    Accounts.NewToken wanted = request.body(Accounts.NewToken.class);
                    check(request.caller(), wanted);
                    Accounts.Issued issued = accounts.createToken(request.caller(), wanted);
                    return Reply.created("/api/v1/tokens/" + issued.token().id(), issued);
                })
                .on("revokeToken", request -> {
                    accounts.revokeToken(request.caller(), request.id("tokenId"));
                    return Reply.nothing();
                });
    }

    /** A token for what there is not would look right and never work. */
    private void check(Caller caller, Accounts.NewToken wanted) {
        UUID endpoint = wanted.endpoint();
        if (endpoint != null && !endpoints.test(caller, endpoint)) {
            throw Problem.invalid("/endpoint", "There is no endpoint " + endpoint + ".")
                    .raised();
        }
        List<UUID> named = wanted.sites() == null ? List.of() : wanted.sites();
        for (int i = 0; i < named.size(); i++) {
            if (!sites.test(named.get(i))) {
                throw Problem.invalid("/sites/" + i, "There is no site " + named.get(i) + ".")
                        .raised();
            }
        }
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
