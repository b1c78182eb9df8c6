package io.kerbwatch.server.command;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command line came to. Logs are not in it: they go their own way. */
public record Ran(int code, String out, String err) {
    public static Ran of(Object... arguments) {
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
        return new Ran(code, out.toString(), err.toString());
    }
}
