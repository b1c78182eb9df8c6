package io.kerbwatch.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    @Test
    void whoStandsStillInATransactionLosesItAndItsLocks() throws Exception {
        EmbeddedPostgres.Address address = TestPostgres.database();
        ExecutorService frozen = Executors.newSingleThreadExecutor();
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Database one = Database.open(address, 2);
                Database two = Database.open(address, 2)) {
            one.inTransaction(tx -> tx.handle().execute("create table thing (id int primary key, name text)"));
            one.inTransaction(tx -> tx.handle().execute("insert into thing values (1, 'before')"));
            Future<?> standing = frozen.submit(() -> {
                one.inTransaction(tx -> {
                    tx.handle().execute("update thing set name = 'never' where id = 1");
                    locked.countDown();
                    try {
                        assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                return null;
            });
            assertThat(locked.await(10, TimeUnit.SECONDS)).isTrue();

            two.inTransaction(tx -> tx.handle().execute("update thing set name = 'after' where id = 1"));
            goOn.countDown();

            assertThat(standing).failsWithin(20, TimeUnit.SECONDS);
            String name = two.transaction(tx -> tx.handle()
                    .createQuery("select name from thing")
                    .mapTo(String.class)
                    .one());
            assertThat(name).isEqualTo("after");
        } finally {
            frozen.shutdownNow();
        }
    }

    /** Who waits for a lock in vain may try again later: nothing was wrong with what they asked for. */
    @Test
    void aLockThatIsKeptTooLongIsNoFault() throws Exception {
        EmbeddedPostgres.Address address = TestPostgres.database();
        try (Database one = Database.open(address, 2);
                Connection other = DriverManager.getConnection(address.url(), address.user(), address.password());
                Statement statement = other.createStatement()) {
            one.inTransaction(tx -> tx.handle().execute("create table thing (id int primary key, name text)"));
            one.inTransaction(tx -> tx.handle().execute("insert into thing values (1, 'before')"));
            other.setAutoCommit(false);
            statement.execute("update thing set name = 'kept' where id = 1");
            Throwable waited = catchThrowable(() -> one.inTransaction(tx -> {
                tx.handle().execute("set local lock_timeout = '200ms'");
                tx.handle().execute("update thing set name = 'waited' where id = 1");
            }));
            assertThat(waited).isNotNull();
            assertThat(Database.away(waited)).as(waited.toString()).isTrue();
            other.rollback();
            Throwable mistaken = catchThrowable(
                    () -> one.inTransaction(tx -> tx.handle().execute("insert into thing values (1, 'again')")));
            assertThat(Database.away(mistaken))
                    .as("what is wrong stays a fault")
                    .isFalse();
        }
    }

    /** db-scheduler, for one, takes a failed insert for a row that is there, and asks for it on the dead connection. */
    @Test
    void whoGoesOnWithAConnectionThatBrokeMeetsNoFault() throws Exception {
        try (Database one = Database.open(TestPostgres.database(), 2)) {
            Throwable wentOn = catchThrowable(() -> one.inTransaction(tx -> {
                assertThat(catchThrowable(() -> tx.handle().execute("select pg_terminate_backend(pg_backend_pid())")))
                        .isNotNull();
                tx.handle().execute("select 1");
            }));
            assertThat(wentOn).isNotNull();
            assertThat(Database.away(wentOn)).as(wentOn.toString()).isTrue();
            assertThat(one.answers()).isTrue();
        }
    }
}
