package io.kerbwatch.server.standard;

import io.kerbwatch.server.platform.Sheet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Standards as a table, a row a clause, and back. Heads are in Chinese or in English; their order does not matter, and
 * columns with other heads are passed over.
 *
 * @param spaces kinds of space that are named and were not there
 * @param standards by their codes, in the order of the table
 */
record ClauseTable(List<Space> spaces, Map<String, Written> standards) {
    private static final int LONGEST = 2_000;
    private static final String CODE = "[A-Za-z0-9][A-Za-z0-9._-]{0,39}";
    private static final String SPACE_CODE = "[a-z0-9][a-z0-9-]{0,39}";

    /** What stands in which column. */
    private enum Column {
        SPACE("空间", true),
        SPACE_NAME("空间名称", false),
        SPACE_NAME_EN("空间英文名", false),
        STANDARD("标准", true),
        STANDARD_NAME("标准名称", true),
        STANDARD_NAME_EN("标准英文名", false),
        CLAUSE("条款", true),
        WHAT("要求", true),
        WHAT_EN("要求（英文）", false),
        LIMIT("限值", false),
        LIMIT_EN("限值（英文）", false),
        METHOD("检查方式", true),
        KINDS("对应事件", false),
        WITHIN_MINUTES("分钟内", false),
        EVERY("检查频次", false),
        POINTS("扣分", true),
        MOST("每月最多扣", false),
        GUIDANCE("作业指引", false),
        GUIDANCE_EN("作业指引（英文）", false);

        private final String chinese;
        private final boolean needed;

        Column(String chinese, boolean needed) {
            this.chinese = chinese;
            this.needed = needed;
        }

        String english() {
            String[] words = name().toLowerCase(Locale.ROOT).split("_", -1);
            return words[0]
                    + Arrays.stream(words)
                            .skip(1)
                            .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                            .collect(Collectors.joining());
        }

        boolean isCalled(String head) {
            return head.equals(chinese) || head.equalsIgnoreCase(english());
        }
    }

    static List<List<Object>> rows(List<Space> spaces, List<Standard> standards, boolean english) {
        Map<String, Space> named = new HashMap<>();
        spaces.forEach(space -> named.put(space.code(), space));
        List<List<Object>> rows = new ArrayList<>();
        rows.add(Arrays.stream(Column.values())
                .map(column -> (Object) (english ? column.english() : column.chinese))
                .toList());
        for (Standard standard : standards) {
            Space space = named.getOrDefault(standard.space(), new Space(standard.space(), "", "", 0));
            for (Clause clause : standard.clauses()) {
                rows.add(List.of(
                        space.code(),
                        space.name(),
                        space.nameEn(),
                        standard.code(),
                        standard.name(),
                        standard.nameEn(),
                        clause.code(),
                        clause.what(),
                        clause.whatEn(),
                        clause.limit(),
                        clause.limitEn(),
                        clause.method(),
                        String.join(" ", clause.kinds()),
                        Sheet.orEmpty(clause.withinMinutes()),
                        Sheet.orEmpty(clause.every()),
                        clause.points(),
                        Sheet.orEmpty(clause.most()),
                        clause.guidance(),
                        clause.guidanceEn()));
            }
        }
        return rows;
    }

    /**
     * Reads a table.
     *
     * @param known codes of the kinds of space that there are
     * @param wrong is told where something is wrong, as in {@code row 7, points}, and what to do
     */
    static ClauseTable read(List<List<String>> rows, Set<String> known, BiConsumer<String, String> wrong) {
        Map<String, Space> spaces = new LinkedHashMap<>();
        Map<String, Draft> drafts = new LinkedHashMap<>();
        List<String> head = rows.isEmpty() ? List.of() : rows.get(0);
        EnumMap<Column, Integer> columns = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            for (int i = 0; i < head.size(); i++) {
                if (column.isCalled(head.get(i))) {
                    columns.putIfAbsent(column, i);
                }
            }
            if (column.needed && !columns.containsKey(column)) {
                wrong.accept(
                        "row 1",
                        "There is no column '" + column.chinese + "' or '" + column.english()
                                + "'; the first row names the columns.");
            }
        }
        if (Arrays.stream(Column.values()).anyMatch(column -> column.needed && !columns.containsKey(column))) {
            return new ClauseTable(List.of(), Map.of());
        }
        for (int r = 1; r < rows.size(); r++) {
            if (rows.get(r).stream().anyMatch(cell -> !cell.isEmpty())) {
                new Line(rows.get(r), columns, "row " + (r + 1), wrong).into(drafts, spaces, known);
            }
        }
        if (drafts.isEmpty()) {
            wrong.accept("row 2", "No clause stands in this table.");
        }
        Map<String, Written> standards = new LinkedHashMap<>();
        drafts.forEach((code, draft) ->
                standards.put(code, new Written(draft.space, draft.name, draft.nameEn, draft.clauses)));
        return new ClauseTable(List.copyOf(spaces.values()), standards);
    }

    /** A standard that is being read. */
    private record Draft(String space, String name, String nameEn, List<Written.WrittenClause> clauses) {}

    /** A row that is being read. */
    private record Line(
            List<String> cells, Map<Column, Integer> columns, String where, BiConsumer<String, String> wrong) {
        void into(Map<String, Draft> drafts, Map<String, Space> spaces, Set<String> known) {
            String space = code(Column.SPACE, SPACE_CODE, "small letters, digits and hyphens");
            String code = code(Column.STANDARD, CODE, "letters, digits, '.', '_' and '-'");
            if (!known.contains(space) && !spaces.containsKey(space)) {
                if (text(Column.SPACE_NAME).isEmpty()) {
                    says(
                            Column.SPACE,
                            "There is no kind of space '" + space + "'; name it in the column '"
                                    + Column.SPACE_NAME.chinese + "' and it is made.");
                }
                spaces.put(space, new Space(space, text(Column.SPACE_NAME), text(Column.SPACE_NAME_EN), 1));
            }
            Draft draft = drafts.computeIfAbsent(
                    code,
                    one -> new Draft(
                            space, needed(Column.STANDARD_NAME), text(Column.STANDARD_NAME_EN), new ArrayList<>()));
            if (!draft.space.equals(space)) {
                says(Column.SPACE, "The standard " + code + " is of the kind '" + draft.space + "' in a row above.");
            }
            Written.WrittenClause clause = new Written.WrittenClause(
                    code(Column.CLAUSE, CODE, "letters, digits, '.', '_' and '-'"),
                    needed(Column.WHAT),
                    text(Column.WHAT_EN),
                    text(Column.LIMIT),
                    text(Column.LIMIT_EN),
                    oneOf(Column.METHOD, Written.METHODS),
                    Arrays.stream(text(Column.KINDS).split("[\\s,;，；、]+", -1))
                            .filter(kind -> !kind.isEmpty())
                            .toList(),
                    whole(Column.WITHIN_MINUTES),
                    text(Column.EVERY).isEmpty() ? null : oneOf(Column.EVERY, Written.RHYTHMS),
                    points(Column.POINTS, needed(Column.POINTS)),
                    text(Column.MOST).isEmpty() ? null : points(Column.MOST, text(Column.MOST)),
                    text(Column.GUIDANCE),
                    text(Column.GUIDANCE_EN));
            if (draft.clauses.stream().anyMatch(other -> other.code().equals(clause.code()))) {
                says(Column.CLAUSE, "The clause " + clause.code() + " of " + code + " stands in a row above.");
            }
            if (Written.METHODS.contains(clause.method())) {
                clause.check((field, what) -> wrong.accept(where + ", " + field, what));
            }
            draft.clauses.add(clause);
        }

        private String text(Column column) {
            Integer index = columns.get(column);
            String text = index == null || index >= cells.size() ? "" : cells.get(index);
            if (text.length() > LONGEST) {
                says(column, "This is longer than " + LONGEST + " characters.");
                return "";
            }
            return text;
        }

        private String needed(Column column) {
            String text = text(column);
            if (text.isEmpty()) {
                says(column, "Something has to stand here.");
            }
            return text;
        }

        private String code(Column column, String pattern, String possible) {
            String text = needed(column);
            if (!text.isEmpty() && !text.matches(pattern)) {
                says(column, "'" + shortened(text) + "' cannot be a code: up to 40 " + possible + ".");
            }
            return text;
        }

        private String oneOf(Column column, List<String> words) {
            String text = needed(column).toLowerCase(Locale.ROOT);
            if (!text.isEmpty() && !words.contains(text)) {
                says(column, "'" + shortened(text) + "' is none of " + words + ".");
            }
            return text;
        }

        private @Nullable Integer whole(Column column) {
            String text = text(column);
            if (text.isEmpty()) {
                return null;
            }
            if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) == 0) {
                says(column, "'" + shortened(text) + "' is no whole number of minutes from 1 to 999999.");
                return null;
            }
            return Integer.valueOf(text);
        }

        private double points(Column column, String text) {
            if (text.isEmpty()) {
                return 0;
            }
            if (!text.matches("[0-9]{1,3}(\\.[05]0*)?") || Double.parseDouble(text) > 100) {
                says(column, "'" + shortened(text) + "' is no number of points: 0 to 100 in steps of a half.");
                return 0;
            }
            return Double.parseDouble(text);
        }

        private void says(Column column, String what) {
            wrong.accept(where + ", " + column.english(), what);
        }

        private static String shortened(String text) {
            return text.length() > 40 ? text.substring(0, 40) + "…" : text;
        }
    }
}
