package io.kerbwatch.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Schemathesis makes requests up from the contract, good and bad ones, and holds every answer against it: no fault of the
 * server, no status, type of content or shape that is not told, nothing taken that the contract refuses.
 */
class ContractFuzzTest {
    /** Answers that never end; what tests of pages and of cameras read of them is checked there. */
    private static final List<String> STREAMS = List.of("streamEvents", "streamCrewEvents", "livePicture");

    /** Made-up requests find the token that they come with among the answers, and after this one all would be refused. */
    private static final String LAST = "revokeToken";

    private static final String CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,"
            + "response_headers_conformance,response_schema_conformance,negative_data_rejection,unsupported_method,"
            + "allow_header_conformance";
    /** Where else what there is may stand, by what it is. */
    private static final Map<String, String> PLACES = Map.ofEntries(
            Map.entry("header.If-Match", "version"),
            Map.entry("query.site", "siteId"),
            Map.entry("query.camera", "cameraId"),
            Map.entry("query.order", "orderId"),
            Map.entry("query.clause", "clauseId"),
            Map.entry("body.site", "siteId"),
            Map.entry("body.dispatchEndpoint", "endpointId"),
            Map.entry("body.endpoint", "endpointId"),
            Map.entry("body.team", "teamId"),
            Map.entry("body.lead", "memberId"),
            Map.entry("body.space", "spaceCode"),
            Map.entry("body.month", "month"),
            Map.entry("body.url", "url"));

    private static final Pattern CALLED =
            Pattern.compile("kerbwatch_http_requests_seconds_count\\{operation=\"(\\w+)\",status=\"(\\d+)\"}");

    private final String program = System.getProperty("kerbwatch.test.schemathesis", "");
    private final int examples = Integer.getInteger("kerbwatch.test.schemathesis.examples", 20);

    @BeforeEach
    void isThere() {
        if (program.isEmpty()) {
            System.out.println(
                    "No schemathesis is named by -Dkerbwatch.test.schemathesis; the routes were not fuzzed.");
        }
        assumeTrue(!program.isEmpty());
    }

    @Test
    void whateverAnAdministratorSendsIsAnsweredAsTheContractSays(@TempDir Path folder) throws Exception {
        try (FuzzWorld world = new FuzzWorld()) {
            String token = "Authorization: Bearer " + world.token("admin");
            run(world, folder, "coverage,fuzzing,stateful", examples, List.of(token), without(LAST));
            assertThat(called(world, "401")).as("refused").isSubsetOf("signIn");
            run(world, folder, "coverage,fuzzing", examples, List.of(token), List.of("--include-operation-id", LAST));
            // A run whose requests are all refused would show nothing.
            assertThat(called(world, "\\d+")).hasSize(operations() - STREAMS.size());
            assertThat(called(world, "2\\d\\d|303")).hasSizeGreaterThan(operations() * 2 / 3);
        }
    }

    @Test
    void whateverAPhoneAViewerOrNobodySendsIsAnsweredAsTheContractSays(@TempDir Path folder) throws Exception {
        int some = Math.max(1, examples / 3);
        try (FuzzWorld world = new FuzzWorld()) {
            run(world, folder, "fuzzing", some, world.phone(), without());
            assertThat(called(world, "2\\d\\d")).contains("getCrewMe", "listCrewOrders", "setPosition");
            run(world, folder, "fuzzing", some, List.of("Authorization: Bearer " + world.token("viewer")), without());
            run(world, folder, "fuzzing", some, List.of(), without());
        }
    }

    private void run(FuzzWorld world, Path folder, String phases, int most, List<String> headers, List<String> which)
            throws Exception {
        Path config = Files.writeString(folder.resolve("schemathesis.toml"), config(world));
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                program, "--config-file", config.toString(), "run", world.kerbwatch.server.url() + "/openapi.yaml"));
        headers.forEach(header -> command.addAll(List.of("-H", header)));
        command.addAll(which);
        command.addAll(List.of("--checks", CHECKS, "--phases", phases, "--max-examples", Integer.toString(most)));
        command.addAll(List.of("--seed", "20261123", "--generation-database", "none", "--request-timeout", "30"));
        command.addAll(List.of("--continue-on-failure", "--no-shrink", "--no-color", "--warnings", "off"));
        command.addAll(List.of("--suppress-health-check", "all"));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(1, TimeUnit.HOURS);
        process.destroyForcibly();
        String said = Files.readString(output);
        System.out.println(said);
        assertThat(ended).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    /** All operations but the streams and these. */
    private static List<String> without(String... more) {
        return Stream.concat(STREAMS.stream(), Stream.of(more))
                .flatMap(operation -> Stream.of("--exclude-operation-id", operation))
                .toList();
    }

    /** Most ids, versions and addresses are such as there are, and some are made up. */
    private static String config(FuzzWorld world) {
        Map<String, List<String>> known = new LinkedHashMap<>(world.ids);
        known.put("version", List.of("\"0\"", "\"1\"", "\"2\""));
        known.put("url", List.of("http://127.0.0.1:9/hook", "rtsp://10.0.0.9/1", "mqtt://127.0.0.1:9"));
        StringBuilder config = new StringBuilder("[parameters]\n");
        world.ids.keySet().forEach(name -> config.append(bound("path." + name, name)));
        new TreeMap<>(PLACES).forEach((place, name) -> config.append(bound(place, name)));
        known.forEach((name, values) -> config.append("[dictionaries." + name + "]\n")
                .append(values.stream()
                        .map(value -> "'" + value + "'")
                        .collect(Collectors.joining(", ", "values = [", "]\n"))));
        // Beside its own list: too long an address or body, and a version that is not the newest.
        return config.append("""
                [cache]
                enabled = false
                [checks.negative_data_rejection]
                expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 414, 415, 422, 428, 429, 431]
                """).toString();
    }

    private static String bound(String place, String dictionary) {
        return "\"" + place + "\" = { dictionary = \"" + dictionary + "\", probability = 0.7 }\n";
    }

    /** The operations that were answered with such a status. */
    private static Set<String> called(FuzzWorld world, String status) {
        Matcher lines = CALLED.matcher(world.kerbwatch.api.get("/metrics").text());
        Set<String> called = new TreeSet<>();
        while (lines.find()) {
            if (lines.group(2).matches(status)) {
                called.add(lines.group(1));
            }
        }
        return called;
    }

    private static int operations() {
        return AnswerContract.shipped().contract().findValues("operationId").size()
                - MessageContract.types().size();
    }
}
