package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The pages to sign in and to set a password: HTML alone.
 *
 * @param english or Chinese
 * @param status of the answer
 * @param provider to sign in at, if there is one
 */
record SignInPage(boolean english, int status, Optional<Provider> provider) {
    /**
     * What the page says of an identity provider.
     *
     * @param label of the button; a general word if empty
     * @param reachable whether it answered lately
     */
    record Provider(Optional<String> label, boolean reachable) {}

    /** What they say. */
    enum Word {
        TITLE("登录 看桶", "Sign in to Kerbwatch"),
        NAME("用户名", "Name"),
        PASSWORD("密码", "Password"),
        ENTER("登录", "Sign in"),
        HINT(
                "第一次使用：在服务器上运行 kerbwatch sign-in，会得到一个只能用一次的登录链接。",
                "For the first time: run 'kerbwatch sign-in' on the server; it prints a link that signs in once."),
        WRONG("用户名或密码不对。", "The name or the password is wrong."),
        WAIT("尝试次数过多，请等待 %s 秒再试。", "Too many attempts; wait %s s and try again."),
        SET_TITLE("设置密码：", "Set the password of "),
        NEW("新密码（至少 10 个字符）", "New password (at least 10 characters)"),
        AGAIN("再输入一次", "Once more"),
        SET("设置并登录", "Set it and sign in"),
        DIFFERENT("两次输入的不一样。", "The two are not the same."),
        WEAK(
                "密码要有 10 到 200 个字符，不能与用户名相同，也不能太简单。",
                "A password has 10 to 200 characters, is not the name and not too simple."),
        OIDC("统一身份登录", "Single sign-on"),
        OIDC_AWAY(
                "统一身份登录暂时连接不上；仍可用本地账号登录。",
                "The provider of single sign-on cannot be reached just now; accounts of this server still work."),
        OIDC_STATE(
                "这次登录已过期，或不是在此浏览器里开始的，请再试一次。",
                "This sign-in has expired, or was not begun in this browser; try again."),
        OIDC_DENIED("统一身份登录被取消或被拒绝。", "Single sign-on was cancelled or refused."),
        OIDC_UNREACHABLE(
                "统一身份登录暂时连接不上，请稍后再试，或用本地账号登录。",
                "The provider of single sign-on cannot be reached; try again later, or use an account of this server."),
        OIDC_ANSWER(
                "统一身份登录的答复有误，未能登录；请告诉管理员，原因在服务器日志里。",
                "The provider's answer was not right and nobody was signed in; tell an administrator, the server's log"
                        + " says why."),
        OIDC_GROUP("您所在的用户组没有使用看桶的权限，请联系管理员。", "None of your groups may use Kerbwatch; ask an administrator."),
        OIDC_DISABLED("此账号已停用，请联系管理员。", "This account is disabled; ask an administrator."),
        OIDC_BUSY("同时登录的人太多，请稍后再试。", "Too many people are signing in just now; try again in a moment."),
        LINK_OVER("此链接已用过或已过期，请向管理员要新链接。", "This link was used or has expired; ask an administrator for a new one.");

        private final String chinese;
        private final String english;

        Word(String chinese, String english) {
            this.chinese = chinese;
            this.english = english;
        }
    }

    /** Whether a browser would rather have English than Chinese (RFC 9110, section 12.5.4, by order). */
    static boolean english(String acceptLanguage) {
        String wanted = acceptLanguage.toLowerCase(java.util.Locale.ROOT);
        int en = wanted.indexOf("en");
        int zh = wanted.indexOf("zh");
        return en >= 0 && (zh < 0 || en < zh);
    }

    /**
     * The page to sign in.
     *
     * @param to where it leads
     * @param name typed before
     * @param said what went wrong
     * @param detail put into that
     */
    Reply signIn(String to, String name, Optional<Word> said, String... detail) {
        return page(
                text(Word.TITLE),
                notice(said, detail) + "<form method=\"post\" action=\"/sign-in\">"
                        + field(Word.NAME, "name", "text", name, "username", name.isEmpty())
                        + field(Word.PASSWORD, "password", "password", "", "current-password", !name.isEmpty())
                        + hidden("to", to) + button(Word.ENTER) + "</form>" + provider(to) + "<p class=\"soft\">"
                        + text(Word.HINT)
                        + "</p>");
    }

    /** The page to set a password. */
    Reply password(String link, String name, Optional<Word> said) {
        return page(
                text(Word.SET_TITLE) + escaped(name),
                notice(said) + "<form method=\"post\" action=\"/set-password\">"
                        + field(Word.NEW, "password", "password", "", "new-password", true)
                        + field(Word.AGAIN, "again", "password", "", "new-password", false)
                        + "<input type=\"text\" name=\"name\" value=\"" + escaped(name)
                        + "\" autocomplete=\"username\" hidden>"
                        + hidden("link", link) + button(Word.SET) + "</form>");
    }

    private Reply page(String title, String body) {
        String html = "<!doctype html><html lang=\"" + (english ? "en" : "zh-CN") + "\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" + title
                + "</title><link rel=\"icon\" href=\"/desk/icon.svg\" type=\"image/svg+xml\">"
                + "<link rel=\"stylesheet\" href=\"/desk/desk.css\"><link rel=\"stylesheet\" href=\"/desk/sign-in.css\">"
                + "</head><body class=\"sign-in\"><main class=\"card stack\"><h1>" + title + "</h1>" + body
                + "</main></body></html>";
        // Without a referrer a browser would send "Origin: null" with the form, and it would look like another's.
        return new Reply(
                status,
                Map.of(
                        "content-type",
                        "text/html; charset=utf-8",
                        "referrer-policy",
                        "same-origin",
                        "vary",
                        "accept-language"),
                html.getBytes(StandardCharsets.UTF_8));
    }

    /** A link and no form: browsers hold the policy of forms against where they are led on to. */
    private String provider(String to) {
        return provider.map(one -> "<a class=\"button second\" href=\"/sign-in/oidc?to="
                        + escaped(URLEncoder.encode(to, StandardCharsets.UTF_8)) + "\">"
                        + one.label().map(SignInPage::escaped).orElse(text(Word.OIDC)) + "</a>"
                        + (one.reachable() ? "" : "<p class=\"soft\">" + text(Word.OIDC_AWAY) + "</p>"))
                .orElse("");
    }

    private String notice(Optional<Word> said, String... detail) {
        return said.map(word -> "<p class=\"notice bad\" role=\"alert\">"
                        + (detail.length == 0 ? text(word) : text(word).replace("%s", escaped(detail[0]))) + "</p>")
                .orElse("");
    }

    private String field(Word label, String name, String type, String value, String autocomplete, boolean first) {
        return "<label>" + text(label) + "<input name=\"" + name + "\" type=\"" + type + "\" value=\"" + escaped(value)
                + "\" autocomplete=\"" + autocomplete + "\" maxlength=\"200\" required" + (first ? " autofocus" : "")
                + "></label>";
    }

    private static String hidden(String name, String value) {
        return "<input type=\"hidden\" name=\"" + name + "\" value=\"" + escaped(value) + "\">";
    }

    private String button(Word word) {
        return "<button type=\"submit\">" + text(word) + "</button>";
    }

    private String text(Word word) {
        return english ? word.english : word.chinese;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
