package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import java.util.LinkedHashMap;
import java.util.Map;

/** Accounts over HTTP. */
public final class PeopleRoutes {
    private final People people;

    public PeopleRoutes(People people) {
        this.people = people;
    }

    public void mount(Operations operations) {
        operations
                .on(
                        "listAccounts",
                        request -> Reply.json(Map.of(
                                "items",
                                people.list(request.caller()).stream()
                                        .map(PeopleRoutes::shown)
                                        .toList())))
                .on("getAccount", request -> reply(people.get(request.caller(), request.id("accountId"))))
                .on("createAccount", request -> {
                    People.Made made = people.create(request.caller(), request.body(People.NewAccount.class));
                    Map<String, Object> body = new LinkedHashMap<>();
                    body.put("account", shown(made.account()));
                    body.put("link", made.link());
                    return Reply.created("/api/v1/accounts/" + made.account().id(), body)
                            .version(made.account().version());
                })
                .on(
                        "changeAccount",
                        request -> reply(people.change(
                                request.caller(),
                                request.id("accountId"),
                                request.ifMatch(),
                                request.body(People.Change.class))))
                .on("removeAccount", request -> {
                    people.remove(request.caller(), request.id("accountId"));
                    return Reply.nothing();
                })
                .on("linkAccount", request -> Reply.json(201, people.link(request.caller(), request.id("accountId"))));
    }

    private static Reply reply(Account account) {
        return Reply.json(shown(account)).version(account.version());
    }

    private static Map<String, Object> shown(Account account) {
        Account.Origin origin = account.origin();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", account.id());
        shown.put("name", account.name());
        shown.put("displayName", account.displayName());
        shown.put("role", account.role());
        shown.put("sites", account.sites());
        shown.put("hasPassword", account.hasPassword());
        shown.put("issuer", origin == null ? null : origin.issuer());
        shown.put("disabled", account.disabled());
        shown.put("version", account.version());
        shown.put("createdAt", account.createdAt());
        shown.put("signedInAt", account.signedInAt());
        return shown;
    }
}
