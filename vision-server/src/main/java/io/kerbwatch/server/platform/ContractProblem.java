package io.kerbwatch.server.platform;

import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatorException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what the contract does not allow about a request, field by field. */
final class ContractProblem {
    private static final Pattern PARAMETER = Pattern.compile("parameter ([\\w-]+)");

    private ContractProblem() {}

    static boolean isOne(Throwable error) {
        return error instanceof ValidatorException;
    }

    static Problem of(Throwable error) {
        List<Problem.FieldError> errors = new ArrayList<>();
        Matcher parameter = PARAMETER.matcher(String.valueOf(error.getMessage()));
        String name = parameter.find() ? parameter.group(1) : "";
        if (error instanceof SchemaValidationException schema) {
            collect(schema.getOutputUnit(), name, errors);
        }
        if (errors.isEmpty()) {
            errors.add(new Problem.FieldError(name, String.valueOf(error.getMessage())));
        }
        Problem.FieldError first = errors.get(errors.size() - 1);
        return Problem.of(
                        400,
                        "invalid-request",
                        "Invalid request",
                        (first.pointer().isEmpty() ? "The request" : first.pointer()) + ": " + first.detail())
                .withErrors(errors);
    }

    private static void collect(OutputUnit unit, String parameter, List<Problem.FieldError> into) {
        List<OutputUnit> parts = unit.getErrors();
        if (parts == null || parts.isEmpty()) {
            if (unit.getError() != null) {
                String pointer = String.valueOf(unit.getInstanceLocation()).replaceFirst("^#", "");
                into.add(new Problem.FieldError(pointer.isEmpty() ? parameter : pointer, unit.getError()));
            }
            return;
        }
        for (OutputUnit part : parts) {
            collect(part, parameter, into);
        }
    }
}
