package io.kerbwatch.server.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.EmbeddedPostgres;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderHistoryTest {
    private final Settings settings = TestServer.settings(same -> same);
    private Database database;
    private UUID order;

    @BeforeEach
    void liveALife() throws Exception {
        database = Database.open(
                new EmbeddedPostgres.Address(
                        settings.get(Settings.DATABASE_URL).orElseThrow(),
                        settings.get(Settings.DATABASE_USER),
                        settings.get(Settings.DATABASE_PASSWORD)),
                2);
        try (TestServer server = TestServer.over(settings)) {
            UUID camera = server.camera(server.site("gate"), "10.8.0.1");
            server.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            order = TestServer.id(server.orders().get(0));
            for (String event : List.of(
                    "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"}}",
                    "{\"event\":\"accept\"}",
                    "{\"event\":\"arrive\"}",
                    "{\"event\":\"done\"}")) {
                server.api.post("/api/v1/orders/" + order + "/events", event).expect(200);
            }
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    private OrderHistory.Result verify() throws Exception {
        return new OrderHistory(database, settings.data()).verify();
    }

    private void sql(String statement) {
        database.inTransaction(tx -> tx.handle().execute(statement, order));
    }

    @Test
    void whatWasWrittenIsAsItWas() throws Exception {
        OrderHistory.Result result = verify();
        assertThat(result.faults()).isEmpty();
        assertThat(result.orders()).isEqualTo(1);
        assertThat(result.moves()).isGreaterThanOrEqualTo(5);
        assertThat(result.unchained()).isZero();
        assertThat(result.anchors()).isPositive();
    }

    @Test
    void anOrderThatIsNotAnchoredYetIsNoFaultAndIsAnchoredAfterTheNextStart() throws Exception {
        Files.delete(
                settings.data().resolve("anchors.log")); // as if the server had been killed within its first minute
        assertThat(verify().faults()).isEmpty();
        assertThat(verify().anchors()).isZero();
        try (TestServer server = TestServer.over(settings)) {
            assertThat(server.orders()).hasSize(1);
        }
        assertThat(verify().anchors()).isPositive();
        assertThat(verify().faults()).isEmpty();
    }

    @Test
    void aChangedRowIsNamed() throws Exception {
        for (String change : List.of(
                "actor_name = 'someone else'", "at = at - interval '1 minute'", "reason = 'festival'", "hash = null")) {
            sql("create table kept as select * from order_move where order_id = ? and number = 3");
            sql("update order_move set " + change + " where order_id = ? and number = 3");
            assertThat(verify().faults())
                    .as(change)
                    .isNotEmpty()
                    .first()
                    .asString()
                    .contains("move 3")
                    .contains("changed after it was written");
            sql("delete from order_move where order_id = ? and number = 3");
            assertThat(verify().faults()).anySatisfy(fault -> assertThat(fault).contains("move 3 is missing"));
            database.inTransaction(
                    tx -> tx.handle().execute("insert into order_move select * from kept; drop table kept"));
        }
        assertThat(verify().faults()).isEmpty();
    }

    @Test
    void anOrderThatSaysOtherThanItsMovesIsNamed() throws Exception {
        for (String[] forged : new String[][] {
            {"state = 'closed'", "state closed"},
            {"closed_by = 'camera'", "closed_by camera"},
            {"arrived_at = filed_at + interval '1 minute'", "arrived_at"}
        }) {
            sql("create table kept as select * from orders where id = ?");
            sql("update orders set " + forged[0] + " where id = ?");
            assertThat(verify().faults()).hasSize(1).first().asString().contains(forged[1]);
            sql("update orders o set state = k.state, closed_by = k.closed_by, arrived_at = k.arrived_at from kept k"
                    + " where o.id = k.id and o.id = ?");
            database.inTransaction(tx -> tx.handle().execute("drop table kept"));
            assertThat(verify().faults()).isEmpty();
        }
    }

    @Test
    void aShortenedHistoryIsNoticed() throws Exception {
        sql("delete from order_move where order_id = ? and number = (select max(number) from order_move)");
        List<String> faults = verify().faults();
        assertThat(faults).anySatisfy(fault -> assertThat(fault).contains("ends with move"));
        assertThat(faults).anySatisfy(fault -> assertThat(fault).contains("is gone"));
    }

    @Test
    void whoRewritesTheWholeChainContradictsTheAnchor() throws Exception {
        sql("update order_move set actor_name = 'someone else' where order_id = ? and number = 2");
        database.inTransaction(tx -> {
            byte[] head = HistoryChain.BEGINNING;
            for (OrderStore.Line line : new OrderStore().history(tx, order)) {
                head = HistoryChain.hash(head, order, line);
                tx.handle()
                        .execute(
                                "update order_move set hash = ? where order_id = ? and number = ?",
                                head,
                                order,
                                line.number());
            }
        });
        assertThat(verify().faults())
                .singleElement()
                .asString()
                .contains("was rewritten: another hash was anchored at");
    }

    @Test
    void aHalfLineAtTheEndOfTheAnchorsIsAPowerCutAndOneBeforeIsNot() throws Exception {
        Path file = settings.data().resolve("anchors.log");
        String whole = Files.readString(file);
        Files.writeString(file, whole + whole.substring(0, 30));
        assertThat(verify().faults()).isEmpty();
        Files.writeString(file, whole.substring(0, 30) + "\n" + whole);
        org.assertj.core.api.Assertions.assertThatThrownBy(this::verify).hasMessageContaining("line 1 is no anchor");
    }
}
