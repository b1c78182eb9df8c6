package io.kerbwatch.server.platform;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Why a request was refused, as RFC 9457 has it.
 *
 * @param slug stable name; on the wire {@code urn:kerbwatch:problem:SLUG}
 * @param status of the HTTP answer
 * @param title what kind of thing went wrong
 * @param detail what happened here, and what to do
 * @param errors what is wrong with which field
 * @param more members that only this kind of problem has
 */
public record Problem(
        String slug, int status, String title, String detail, List<FieldError> errors, Map<String, Object> more) {
    public static final String MEDIA_TYPE = "application/problem+json";
    /** Member of a 429: whole seconds to wait. */
    public static final String RETRY_AFTER = "retryAfter";

    /**
     * One thing wrong with the request.
     *
     * @param pointer JSON pointer into the body, or the name of a parameter
     */
    public record FieldError(String pointer, String detail) {}

    /** A refusal on its way out. */
    public static final class Raised extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        Raised(Problem problem) {
            super(problem.slug() + ": " + problem.detail(), null, false, false);
            this.problem = problem;
        }

        public Problem problem() {
            return problem;
        }
    }

    public Problem {
        errors = List.copyOf(errors);
        more = Map.copyOf(more);
    }

    public static Problem of(int status, String slug, String title, String detail) {
        return new Problem(slug, status, title, detail, List.of(), Map.of());
    }

    public static Problem notFound(String what, Object id) {
        return of(404, "not-found", "Not found", "There is no " + what + " " + id + ", or it is not for you to see.");
    }

    public static Problem invalid(String pointer, String detail) {
        return of(400, "invalid-request", "Invalid request", detail)
                .withErrors(List.of(new FieldError(pointer, detail)));
    }

    public static Problem conflict(String slug, String title, String detail) {
        return of(409, slug, title, detail);
    }

    public static Problem forbidden(String detail) {
        return of(403, "forbidden", "Not allowed", detail);
    }

    public Problem withErrors(List<FieldError> some) {
        return new Problem(slug, status, title, detail, some, more);
    }

    public Problem with(String name, Object value) {
        Map<String, Object> longer = new LinkedHashMap<>(more);
        longer.put(name, value);
        return new Problem(slug, status, title, detail, errors, longer);
    }

    /** To be thrown; the web layer turns it into an answer. */
    public Raised raised() {
        return new Raised(this);
    }

    byte[] body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "urn:kerbwatch:problem:" + slug);
        body.put("title", title);
        body.put("status", status);
        body.put("detail", detail);
        if (!errors.isEmpty()) {
            body.put("errors", errors);
        }
        body.putAll(more);
        return Json.bytes(body);
    }
}
