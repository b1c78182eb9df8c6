package io.kerbwatch.server.platform;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatableRequest;
import io.vertx.openapi.validation.impl.RequestParameterImpl;
import io.vertx.openapi.validation.impl.ValidatableRequestImpl;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request as they were sent. Vert.x' own extractor decodes each once more, and what checks them
 * reads them as JSON, so that a search for {@code 100%}, {@code -5} or a quote would be refused; here a text is written
 * as JSON has it.
 */
final class Parameters {
    private Parameters() {}

    /**
     * Refuses what no operation can mean.
     *
     * @throws Problem.Raised 400 naming the parameter
     */
    static void check(Operation operation, RoutingContext context) {
        Set<String> known = new HashSet<>();
        operation.getParameters().forEach(parameter -> known.add(parameter.getName()));
        context.queryParams().forEach(entry -> {
            if (!known.contains(entry.getKey()) && !Contract.otherParameters(operation)) {
                throw Problem.invalid(entry.getKey(), "There is no parameter '" + entry.getKey() + "' here.")
                        .raised();
            }
            Text.check(entry.getKey(), entry.getValue());
        });
        context.pathParams().forEach(Text::check);
    }

    /** What the contract is to check: parameters and body as they came. */
    static ValidatableRequest asSent(Operation operation, RoutingContext context) {
        Map<String, RequestParameter> path = new HashMap<>();
        Map<String, RequestParameter> query = new HashMap<>();
        Map<String, RequestParameter> headers = new HashMap<>();
        for (Parameter parameter : operation.getParameters()) {
            String name = parameter.getName();
            switch (parameter.getIn()) {
                case PATH -> path.put(name, value(parameter, context.pathParam(name)));
                case QUERY ->
                    query.put(name, value(parameter, context.queryParams().get(name)));
                case HEADER ->
                    headers.put(name, value(parameter, context.request().getHeader(name)));
                case COOKIE -> throw new IllegalStateException("no operation has a cookie for a parameter");
            }
        }
        return operation.getRequestBody() == null
                ? new ValidatableRequestImpl(Map.of(), headers, path, query)
                : new ValidatableRequestImpl(
                        Map.of(),
                        headers,
                        path,
                        query,
                        new RequestParameterImpl(context.body().buffer()),
                        context.request().getHeader("content-type"));
    }

    /** What the contract is to check of a request that has a body of JSON and nothing else. */
    static ValidatableRequest bodyAlone(byte[] body) {
        return new ValidatableRequestImpl(
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                new RequestParameterImpl(Buffer.buffer(body)),
                "application/json");
    }

    private static RequestParameter value(Parameter parameter, @Nullable String text) {
        return new RequestParameterImpl(
                text != null && parameter.getSchemaType() == SchemaType.STRING ? Json.text(text) : text);
    }
}
