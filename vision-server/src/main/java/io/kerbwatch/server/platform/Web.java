package io.kerbwatch.server.platform;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.handler.PlatformHandler;
import io.vertx.ext.web.handler.StaticHandler;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.RequestValidator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server. A request passes in this order: size limit, caller, scope, same origin (for cookies), contract, key
 * against repetition, feature. The event loop only reads and writes; the rest is done by workers.
 */
public final class Web implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Web.class);
    private static final String CSP = "default-src 'self'; img-src 'self' blob: data:; object-src 'none';"
            + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static final Pattern FORM =
            Pattern.compile("^\\s*(application/x-www-form-urlencoded|multipart/)", Pattern.CASE_INSENSITIVE);

    /** Files of libraries that pages need: path, and where they lie in their jars under a folder of their version. */
    private static final List<Library> LIBRARIES = List.of(
            new Library("/ioc/lib/ol.js", "org.webjars.npm", "ol", "META-INF/resources/webjars/ol/", "/dist/ol.js"),
            new Library("/ioc/lib/ol.css", "org.webjars.npm", "ol", "META-INF/resources/webjars/ol/", "/ol.css"),
            new Library(
                    "/ioc/lib/echarts.js",
                    "org.mvnpm",
                    "echarts",
                    "META-INF/resources/_static/echarts/",
                    "/dist/echarts.min.js"));

    private record Library(String path, String group, String artifact, String folder, String file) {
        byte[] read() throws IOException {
            Properties about = new Properties();
            about.load(
                    new ByteArrayInputStream(resource("META-INF/maven/" + group + "/" + artifact + "/pom.properties")));
            return resource(folder + about.getProperty("version") + file);
        }

        private static byte[] resource(String name) throws IOException {
            try (InputStream in = Web.class.getClassLoader().getResourceAsStream(name)) {
                if (in == null) {
                    throw new IOException(name + " is not among the jars");
                }
                return in.readAllBytes();
            }
        }
    }

    private static final long RECHECK_MILLIS = 3_000;

    private final Vertx vertx;
    private final Settings settings;
    private final Authenticator authenticator;
    private final Idempotency idempotency;
    private final MeterRegistry meters;
    private final Contract contract;
    private final RequestValidator validator;
    private final WorkerExecutor workers;
    private volatile Map<String, Function<Request, Reply>> actions = Map.of();
    private @Nullable HttpServer server;

    public Web(
            Vertx vertx,
            Settings settings,
            Contract contract,
            Database database,
            Authenticator authenticator,
            MeterRegistry meters,
            InstantSource clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.contract = contract;
        this.authenticator = authenticator;
        this.idempotency = new Idempotency(database, clock);
        this.meters = meters;
        this.validator = RequestValidator.create(vertx, contract.openApi());
        this.workers = vertx.createSharedWorkerExecutor(
                "kerbwatch-request", settings.get(Settings.SERVER_WORKERS), 2, TimeUnit.MINUTES);
    }

    /** Name of the cookie that carries a session; bound to this host alone where the connection is protected. */
    public static String cookieName(Settings settings) {
        return secure(settings) ? "__Host-kerbwatch" : "kerbwatch";
    }

    /** Whether browsers reach this server by https. */
    public static boolean secure(Settings settings) {
        return settings.get(Settings.SERVER_PUBLIC_URL)
                .map(url -> "https".equals(url.getScheme()))
                .orElse(false);
    }

    /**
     * Mounts the operations and listens.
     *
     * @return the port
     * @throws IOException if the port is in use or cannot be had
     * @throws IllegalStateException if contract and operations do not match: a mistake of the program
     */
    public int listen(Operations operations) throws IOException {
        Router router = router(operations);
        actions = operations.actions();
        HostPort listen = settings.get(Settings.SERVER_LISTEN);
        HttpServer starting = vertx.createHttpServer(new HttpServerOptions()
                        .setIdleTimeout(90)
                        .setCompressionSupported(false)
                        // Browsers speak HTTP/2 over TLS only, which is a proxy's; without, it is one more way to be
                        // odd.
                        .setHttp2ClearTextEnabled(false)
                        .setMaxHeaderSize(16 << 10)
                        .setMaxInitialLineLength(8 << 10))
                .requestHandler(router)
                .invalidRequestHandler(Web::unreadable);
        try {
            HttpServer started = starting.listen(listen.port(), listen.host()).await(20, TimeUnit.SECONDS);
            server = started;
            return started.actualPort();
        } catch (TimeoutException e) {
            throw new IOException("listening on " + listen + " took longer than 20 s", e);
        } catch (RuntimeException e) {
            throw cannotListen(listen, e);
        } catch (Exception e) {
            throw cannotListen(listen, e);
        }
    }

    /** Deletes what is kept against repetition and not needed any more. */
    public void prune() {
        idempotency.prune();
    }

    @Override
    public void close() {
        if (server != null) {
            try {
                server.close().await(5, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                LOG.warn("some requests did not end within 5 s and are cut off");
            }
        }
        workers.close();
    }

    private static IOException cannotListen(HostPort listen, Exception cause) {
        if (cause instanceof BindException || cause.getCause() instanceof BindException) {
            return new IOException(
                    "cannot listen on " + listen + ": " + cause.getMessage()
                            + "; stop the program that listens there, or take another port with --port",
                    cause);
        }
        return new IOException("cannot listen on " + listen + ": " + cause.getMessage(), cause);
    }

    private Router router(Operations operations) {
        RouterBuilder builder = RouterBuilder.create(vertx, contract.openApi(), RequestExtractor.withBodyHandler());
        builder.rootHandler((PlatformHandler) this::protect);
        builder.rootHandler((PlatformHandler) Web::keepForms);
        builder.rootHandler(BodyHandler.create(false).setBodyLimit(settings.get(Settings.SERVER_BODY_LIMIT)));
        Set<String> unserved = new HashSet<>(operations.actions().keySet());
        unserved.addAll(operations.streams().keySet());
        builder.getRoutes().forEach(route -> {
            Operation operation = route.getOperation();
            String id = operation.getOperationId();
            Optional<Scope> scope = Contract.scope(operation);
            unserved.remove(id);
            Function<Request, Reply> action = operations.actions().get(id);
            Operations.Stream stream = operations.streams().get(id);
            // Checked by hand below: who may not call learns nothing about what is wrong with the call.
            route.setDoSecurity(false).setDoValidation(false);
            if (action != null) {
                route.addHandler(context -> answer(context, operation, scope, action));
            } else if (stream != null) {
                route.addHandler(context -> stream(context, operation, scope, stream));
            } else {
                throw new IllegalStateException("nothing is done for operation " + id + " of the contract");
            }
        });
        if (!unserved.isEmpty()) {
            throw new IllegalStateException("the contract does not know the operations " + unserved);
        }
        Router router = builder.createRouter();
        router.getWithRegex("/").handler(context -> redirect(context, "/desk/"));
        router.getWithRegex("/desk").handler(context -> redirect(context, "/desk/"));
        router.get("/desk/*").handler((PlatformHandler) this::protect).handler(page("desk"));
        router.getWithRegex("/crew").handler(context -> redirect(context, "/crew/"));
        router.get("/crew/*").handler((PlatformHandler) this::protect).handler(page("crew"));
        router.getWithRegex("/ioc").handler(context -> redirect(context, "/ioc/"));
        // A handler of files would look through whole jars on the event loop.
        for (Library library : LIBRARIES) {
            router.get(library.path())
                    .handler((PlatformHandler) this::protect)
                    .handler(context -> library(context, library));
        }
        router.get("/ioc/*").handler((PlatformHandler) this::protect).handler(page("ioc"));
        for (int status : new int[] {400, 404, 405, 406, 413, 415, 500}) {
            router.errorHandler(status, context -> fail(context, status));
        }
        return router;
    }

    /** Files of a page. A browser asks for them anew each time: after an upgrade nobody works on with half of the old. */
    private static StaticHandler page(String folder) {
        return StaticHandler.create(folder).setCachingEnabled(false);
    }

    private void library(RoutingContext context, Library library) {
        workers.executeBlocking(library::read, false)
                .onSuccess(bytes -> send(
                        context,
                        Reply.of(
                                        library.path().endsWith(".css")
                                                ? "text/css; charset=utf-8"
                                                : "text/javascript; charset=utf-8",
                                        bytes)
                                .with("cache-control", "max-age=3600")))
                .onFailure(context::fail);
    }

    private void protect(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader("x-content-type-options", "nosniff");
        response.putHeader("content-security-policy", CSP);
        response.putHeader("referrer-policy", "no-referrer");
        response.putHeader("cross-origin-resource-policy", "same-origin");
        response.putHeader("cross-origin-opener-policy", "same-origin");
        response.putHeader("x-frame-options", "DENY");
        response.putHeader(
                "permissions-policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()");
        if (secure(settings)) {
            response.putHeader("strict-transport-security", "max-age=31536000");
        }
        context.next();
    }

    /**
     * Vert.x would read forms itself, drops a request whose form it does not understand, and fails at one that comes with
     * a GET. Whoever wants a form reads it from the body.
     */
    private static void keepForms(RoutingContext context) {
        String type = context.request().getHeader("content-type");
        if (type != null && FORM.matcher(type).find()) {
            context.request().headers().remove("content-type");
        }
        context.next();
    }

    /**
     * Does an operation without parameters for somebody who came another way than HTTP, under the same contract and
     * rights.
     *
     * @param token that they showed
     * @return problems are replies, too; it never fails
     */
    public Future<Reply> submit(String token, String operationId, byte[] body) {
        Operation operation = contract.openApi().operation(operationId);
        Function<Request, Reply> action = actions.get(operationId);
        if (action == null) {
            throw new IllegalStateException("nothing is done for operation " + operationId);
        }
        Map<String, String> headers = Map.of("authorization", "Bearer " + token, "content-type", "application/json");
        return workers.executeBlocking(() -> authorise(Contract.scope(operation), headers, "", "POST", ""), false)
                .compose(caller -> {
                    checkBody(operation, headers, body);
                    return validator
                            .validate(Parameters.bodyAlone(body), operationId)
                            .map(valid -> new Request(caller, operationId, Map.of(), Map.of(), headers, body, ""));
                })
                .compose(request -> workers.executeBlocking(() -> action.apply(request), false))
                .otherwise(error -> problem(operation, error));
    }

    private void answer(
            RoutingContext context, Operation operation, Optional<Scope> scope, Function<Request, Reply> action) {
        long began = System.nanoTime();
        admit(context, operation, scope)
                .compose(request -> workers.executeBlocking(() -> perform(operation, request, action), false))
                .otherwise(error -> problem(operation, error))
                .onSuccess(reply -> {
                    send(context, reply);
                    meters.timer(
                                    "kerbwatch.http.requests",
                                    "operation",
                                    operation.getOperationId(),
                                    "status",
                                    Integer.toString(reply.status()))
                            .record(Duration.ofNanos(System.nanoTime() - began));
                });
    }

    private void stream(RoutingContext context, Operation operation, Optional<Scope> scope, Operations.Stream stream) {
        admit(context, operation, scope)
                .onSuccess(request -> {
                    stream.open(request, context);
                    watch(request.caller(), context.response());
                })
                .onFailure(error -> send(context, problem(operation, error)));
    }

    /** Cuts a stream off soon after the token or session that opened it has ended. */
    private void watch(Caller caller, HttpServerResponse response) {
        long timer = vertx.setPeriodic(
                RECHECK_MILLIS, tick -> workers.executeBlocking(() -> authenticator.holds(caller), false)
                        .onSuccess(holds -> {
                            if (!holds && !response.closed()) {
                                response.reset();
                            }
                        }));
        response.endHandler(ended -> vertx.cancelTimer(timer));
        if (response.ended() || response.closed()) {
            vertx.cancelTimer(timer);
        }
    }

    private Reply perform(Operation operation, Request request, Function<Request, Reply> action) {
        Optional<String> key = request.header("idempotency-key");
        if (key.isPresent() && Contract.idempotent(operation)) {
            return idempotency.once(request, key.get(), action);
        }
        return action.apply(request);
    }

    private Future<Request> admit(RoutingContext context, Operation operation, Optional<Scope> scope) {
        Map<String, String> headers = new HashMap<>();
        context.request()
                .headers()
                .forEach(entry -> headers.merge(
                        entry.getKey().toLowerCase(Locale.ROOT), entry.getValue(), (a, b) -> a + ", " + b));
        String method = context.request().method().name();
        String host = String.valueOf(context.request().authority());
        var cookie = context.request().getCookie(cookieName(settings));
        String session = cookie == null ? "" : cookie.getValue();
        SocketAddress remote = context.request().remoteAddress();
        String peer = remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
        Buffer buffer = context.body().buffer();
        byte[] body = buffer == null ? new byte[0] : buffer.getBytes();
        return workers.executeBlocking(() -> authorise(scope, headers, session, method, host), false)
                .compose(caller -> {
                    checkBody(operation, headers, body);
                    Parameters.check(operation, context);
                    return validator
                            .validate(Parameters.asSent(operation, context), operation.getOperationId())
                            .map(valid -> {
                                Map<String, String> query = new LinkedHashMap<>();
                                context.queryParams().forEach(entry -> query.put(entry.getKey(), entry.getValue()));
                                return new Request(
                                        caller,
                                        operation.getOperationId(),
                                        context.pathParams(),
                                        query,
                                        headers,
                                        body,
                                        peer);
                            });
                });
    }

    private Caller authorise(
            Optional<Scope> scope, Map<String, String> headers, String session, String method, String host) {
        if (scope.isEmpty()) {
            // Nobody is asked who they are: that the process lives can be told while the database is away. But
            // nobody is signed in by another's page either.
            if (changes(method) && !sameOrigin(headers, host)) {
                throw otherOrigin().raised();
            }
            return Caller.NOBODY;
        }
        Optional<Caller> caller = Optional.empty();
        String authorization = headers.getOrDefault("authorization", "");
        if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            caller = authenticator.bearer(authorization.substring(7).trim());
        } else if (!session.isEmpty()) {
            caller = authenticator.session(session);
        }
        Caller known = caller.orElseThrow(() -> Problem.of(
                        401,
                        "not-signed-in",
                        "Who are you?",
                        "Send a token as 'Authorization: Bearer …' (kerbwatch token create), or sign in at /sign-in or"
                                + " with a link (kerbwatch sign-in).")
                .raised());
        if (!known.scopes().contains(scope.get())) {
            throw Problem.forbidden(
                            "This needs the scope " + scope.get().code() + ", which " + known.name() + " has not.")
                    .raised();
        }
        if (known.browser() && changes(method) && !sameOrigin(headers, host)) {
            throw otherOrigin().raised();
        }
        return known;
    }

    private static boolean changes(String method) {
        return !(method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS"));
    }

    private static Problem otherOrigin() {
        return Problem.forbidden("A page of another origin sent this request with your cookie; it was not done.");
    }

    private static boolean sameOrigin(Map<String, String> headers, String host) {
        String site = headers.get("sec-fetch-site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String origin = headers.getOrDefault("origin", "");
        return origin.equals("http://" + host) || origin.equals("https://" + host);
    }

    private static void checkBody(Operation operation, Map<String, String> headers, byte[] body) {
        if (operation.getRequestBody() == null) {
            return;
        }
        String type = headers.getOrDefault("content-type", "").split(";", -1)[0].trim();
        if (!type.equalsIgnoreCase("application/json")) {
            throw Problem.of(
                            415,
                            "unsupported-media-type",
                            "Not JSON",
                            "Send a JSON body with 'Content-Type: application/json'.")
                    .raised();
        }
        Json.check(body);
    }

    private static Reply problem(Operation operation, Throwable error) {
        Problem problem;
        if (error instanceof Problem.Raised raised) {
            problem = raised.problem();
        } else if (ContractProblem.isOne(error)) {
            problem = ContractProblem.of(error);
        } else if (error instanceof HttpException http && http.getStatusCode() == 400) {
            problem = malformed();
        } else if (Database.away(error)) {
            LOG.warn("{} could not reach the database: {}", operation.getOperationId(), error.getMessage());
            problem = Problem.of(
                    503,
                    "database-unavailable",
                    "Database away",
                    "The database does not answer just now. Nothing was changed; try again in a few seconds.");
        } else if (Database.full(error)) {
            LOG.error("{} found no room on the disk: {}", operation.getOperationId(), error.getMessage());
            problem = Problem.of(
                    507,
                    "disk-full",
                    "Disk full",
                    "The server's disk is full. Nothing was changed; try again once its administrator has made room.");
        } else {
            LOG.error("{} failed", operation.getOperationId(), error);
            problem = Problem.of(
                    500,
                    "internal-error",
                    "Our mistake",
                    "This server made a mistake; nothing was changed. Its log says what happened.");
        }
        return reply(problem);
    }

    private static Problem malformed() {
        return Problem.of(
                400,
                "malformed-request",
                "Malformed request",
                "Path or query cannot be read; after each % two hexadecimal digits of UTF-8 have to come.");
    }

    private static Reply reply(Problem problem) {
        Reply reply = new Reply(problem.status(), Map.of("content-type", Problem.MEDIA_TYPE), problem.body());
        return switch (problem.status()) {
            case 401 -> reply.with("www-authenticate", "Bearer realm=\"kerbwatch\"");
            case 429 -> reply.with("retry-after", String.valueOf(problem.more().getOrDefault(Problem.RETRY_AFTER, 60)));
            case 503 -> reply.with("retry-after", "2");
            default -> reply;
        };
    }

    /** What is no HTTP, or too much of it, comes to no route; the connection ends with the answer. */
    private static void unreadable(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Problem problem = cause instanceof TooLongHttpLineException
                ? Problem.of(414, "uri-too-long", "Address too long", "Path and query may have 8 KiB together.")
                : cause instanceof TooLongHttpHeaderException
                        ? Problem.of(
                                431, "headers-too-large", "Headers too large", "All headers may have 16 KiB together.")
                        : Problem.of(
                                400,
                                "malformed-request",
                                "Malformed request",
                                "This is no HTTP request that can be read.");
        request.response()
                .setStatusCode(problem.status())
                .putHeader("content-type", Problem.MEDIA_TYPE)
                .putHeader("connection", "close")
                .end(Buffer.buffer(problem.body()))
                .onComplete(sent -> request.connection().close());
    }

    /** The methods that the contract has for a path; pages know GET alone. */
    private String allowed(String path) {
        Map<String, Set<String>> fitting = new HashMap<>();
        for (Operation operation : contract.openApi().operations()) {
            String pattern = operation.getOpenAPIPath();
            if (path.matches(pattern.replace(".", "\\.").replaceAll("\\{\\w+}", "[^/]+"))) {
                fitting.computeIfAbsent(pattern, methods -> new TreeSet<>())
                        .add(operation.getHttpMethod().name());
            }
        }
        // Of several that fit, as .../probe and .../{cameraId}, the one with the fewest parameters.
        return fitting.entrySet().stream()
                .min(Comparator.comparingInt(each -> each.getKey().split("\\{", -1).length))
                .map(each -> String.join(", ", each.getValue()))
                .orElse("GET");
    }

    private void fail(RoutingContext context, int status) {
        if (status == 500 && context.failure() != null) {
            LOG.error("a request failed", context.failure());
        }
        String path = context.request().path();
        Reply reply = reply(
                switch (status) {
                    case 400 -> malformed();
                    case 404 -> Problem.of(404, "not-found", "Not found", "There is nothing at " + path + ".");
                    case 405 ->
                        Problem.of(
                                405,
                                "method-not-allowed",
                                "Wrong method",
                                context.request().method() + " is not possible at " + path + ".");
                    case 413 ->
                        Problem.of(413, "too-large", "Too large", "The body is larger than server.body-limit allows.");
                    case 415 -> Problem.of(415, "unsupported-media-type", "Not JSON", "Send JSON.");
                    case 406 -> Problem.of(406, "not-acceptable", "No such form", "Accept JSON.");
                    default ->
                        Problem.of(
                                500,
                                "internal-error",
                                "Our mistake",
                                "This server made a mistake; its log says what happened.");
                });
        send(context, status == 405 ? reply.with("allow", allowed(path)) : reply);
    }

    private static void send(RoutingContext context, Reply reply) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(reply.status());
        if (!reply.headers().containsKey("cache-control")) {
            response.putHeader("cache-control", "no-store");
        }
        reply.headers().forEach(response::putHeader);
        if (!reply.cookies().isEmpty()) {
            response.putHeader("set-cookie", reply.cookies());
        }
        if (reply.body().length == 0) {
            response.end();
        } else {
            response.end(Buffer.buffer(reply.body()));
        }
    }

    private static void redirect(RoutingContext context, String where) {
        context.response().setStatusCode(303).putHeader("location", where).end();
    }
}
