package io.kerbwatch.server.site;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import java.util.Map;

/** Sites over HTTP. */
public final class SiteRoutes {
    private final Sites sites;

    public SiteRoutes(Sites sites) {
        this.sites = sites;
    }

    public void mount(Operations operations) {
        operations
                .on("listSites", request -> Reply.json(Map.of("items", sites.list(request.caller()))))
                .on("createSite", request -> {
                    Site site = sites.create(request.caller(), request.body(Sites.Wanted.class));
                    return Reply.created("/api/v1/sites/" + site.id(), site).version(site.version());
                })
                .on("getSite", request -> reply(sites.get(request.caller(), request.id("siteId"))))
                .on(
                        "changeSite",
                        request -> reply(sites.change(
                                request.caller(),
                                request.id("siteId"),
                                request.ifMatch(),
                                request.body(Sites.Wanted.class))))
                .on("removeSite", request -> {
                    sites.remove(request.caller(), request.id("siteId"));
                    return Reply.nothing();
                });
    }

    private static Reply reply(Site site) {
        return Reply.json(site).version(site.version());
    }
}
