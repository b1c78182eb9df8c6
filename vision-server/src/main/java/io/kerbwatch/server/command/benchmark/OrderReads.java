package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.command.benchmark.StoredOrders.Some;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * How long reads of the API take.
 *
 * @param stored orders in the database
 * @param all reads of all routes together
 */
record OrderReads(int stored, List<Route> routes, Spread all) {
    private static final int AT_ONCE = 2;
    private static final int EACH = 200;
    private static final int WARM_UP = 50;

    /** A route; milliseconds from the request to the last byte of the answer. */
    record Route(String route, Spread millis) {}

    private static final Map<String, Function<Some, String>> ROUTES = new LinkedHashMap<>();

    static {
        ROUTES.put("orders, newest", some -> "orders");
        ROUTES.put("orders, open", some -> "orders?open=true");
        ROUTES.put("orders, one state", some -> "orders?state=closed");
        ROUTES.put("orders of a site", some -> "orders?site=" + some.site());
        ROUTES.put("orders by number", some -> "orders?q=" + some.number());
        ROUTES.put("an order with its history", some -> "orders/" + some.order());
        ROUTES.put("incidents, newest", some -> "incidents");
        ROUTES.put("incidents of an order's site", some -> "incidents?site=" + some.site());
        ROUTES.put("what closures rest on", some -> "closures");
        ROUTES.put("sites", some -> "sites");
        ROUTES.put("endpoints", some -> "endpoints");
    }

    /** Reads each route some hundred times. */
    static OrderReads measured(OrdersMain.Ready server, List<Some> some, int stored)
            throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        List<Route> routes = new ArrayList<>();
        List<Double> all = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            for (Map.Entry<String, Function<Some, String>> route : ROUTES.entrySet()) {
                List<Double> millis = Collections.synchronizedList(new ArrayList<>());
                List<Future<?>> readers = new ArrayList<>();
                for (int reader = 0; reader < AT_ONCE; reader++) {
                    int offset = reader;
                    readers.add(threads.submit(() -> {
                        for (int i = 0; i < WARM_UP + EACH; i++) {
                            Some one = some.get((i * AT_ONCE + offset) % some.size());
                            double took = read(client, server, route.getValue().apply(one));
                            if (i >= WARM_UP) {
                                millis.add(took);
                            }
                        }
                        return null;
                    }));
                }
                for (Future<?> reader : readers) {
                    reader.get();
                }
                routes.add(new Route(route.getKey(), Spread.of(millis)));
                all.addAll(millis);
            }
        } catch (ExecutionException e) {
            throw new IOException("a read failed: " + e.getCause(), e);
        } finally {
            threads.shutdownNow();
        }
        return new OrderReads(stored, routes, Spread.of(all));
    }

    private static double read(HttpClient client, OrdersMain.Ready server, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/api/v1/" + path))
                .header("Authorization", "Bearer " + server.reads())
                .build();
        long began = System.nanoTime();
        HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        double millis = (System.nanoTime() - began) / 1e6;
        if (answer.statusCode() != 200) {
            throw new IOException("/api/v1/" + path + " was answered with " + answer.statusCode());
        }
        return millis;
    }
}
