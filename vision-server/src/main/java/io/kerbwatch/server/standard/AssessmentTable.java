package io.kerbwatch.server.standard;

import io.kerbwatch.server.platform.Sheet;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** Assessments as tables, for people who sum and sign them in a spreadsheet. */
final class AssessmentTable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(Month.ZONE);

    private AssessmentTable() {}

    static List<List<Object>> rows(List<Assessments.Row> rows, boolean english) {
        List<List<Object>> table = new ArrayList<>();
        table.add(
                english
                        ? List.of(
                                "name",
                                "detail",
                                "contract",
                                "places",
                                "score",
                                "points",
                                "breaches",
                                "annulled",
                                "checksDue",
                                "checksMade",
                                "id")
                        : List.of("名称", "说明", "合同", "点位数", "得分", "扣分", "扣分项", "申诉撤销", "应检次数", "已检次数", "编号"));
        rows.forEach(row -> table.add(List.of(
                row.name(),
                english && !row.detailEn().isEmpty() ? row.detailEn() : row.detail(),
                row.contractName(),
                row.places(),
                Sheet.orEmpty(row.score()),
                row.points(),
                row.breaches(),
                row.annulled(),
                row.checksDue(),
                row.checksMade(),
                row.id() == null ? "" : row.id().toString())));
        return table;
    }

    static List<List<Object>> points(List<Point> points, boolean english) {
        List<List<Object>> table = new ArrayList<>();
        table.add(
                english
                        ? List.of(
                                "time",
                                "place",
                                "standard",
                                "clause",
                                "what",
                                "team",
                                "evidence",
                                "kind",
                                "points",
                                "counted",
                                "appeal",
                                "decision",
                                "evidenceId",
                                "order")
                        : List.of(
                                "时间", "点位", "标准", "条款", "要求", "班组", "依据", "类型", "扣分", "计入", "申诉", "裁定", "依据编号", "工单"));
        points.forEach(point -> {
            Appeal appeal = point.appeal();
            Appeal.Decision decision = appeal == null ? null : appeal.decision();
            table.add(List.of(
                    TIME.format(point.at()),
                    point.siteName(),
                    point.standard(),
                    point.code(),
                    english && !point.whatEn().isEmpty() ? point.whatEn() : point.what(),
                    point.teamName(),
                    point.evidence(),
                    point.kind(),
                    point.points(),
                    point.counted(),
                    appeal == null ? "" : appeal.reason(),
                    decision == null ? "" : (decision.upheld() ? "+ " : "- ") + decision.reason(),
                    point.evidenceId().toString(),
                    point.order() == null ? "" : point.order().toString()));
        });
        return table;
    }
}
