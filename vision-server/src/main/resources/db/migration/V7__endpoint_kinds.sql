-- incident: number of the newest message about it
alter table incident add column sequence bigint not null default 0;

-- dispatch: other kinds of endpoints, other signatures, and how each is doing
alter table endpoint drop constraint endpoint_state_check;
alter table endpoint add constraint endpoint_state_check check (state in ('active', 'degraded', 'disabled'));
alter table endpoint add column kind text not null default 'webhook'
  check (kind in ('webhook', 'dingtalk', 'wecom', 'feishu', 'mqtt'));
alter table endpoint add column signing text not null default 'hmac' check (signing in ('hmac', 'ed25519', 'none'));
alter table endpoint add column public_keys text not null default '[]';
-- Where it really is, sealed, if the address is a secret itself; url then says as much as may be shown.
alter table endpoint add column address bytea;
alter table endpoint add column mqtt text;
-- Failures in a row over all its deliveries; from a number of them on nothing but orders goes out before open_until.
alter table endpoint add column failures int not null default 0;
alter table endpoint add column failing_since timestamptz;
alter table endpoint add column open_until timestamptz;
-- Robots take so many messages a minute: when the last ones went, and until when nothing may go.
alter table endpoint add column sent timestamptz[] not null default '{}';
alter table endpoint add column paced_until timestamptz;

-- Deliveries to one endpoint about one order or incident are numbered from 1 without a gap.
alter table message add column incident_id uuid;
alter table delivery add column subject uuid;
alter table delivery add column serial bigint;
alter table delivery add column fast boolean not null default false;
update delivery d set subject = o.order_id, serial = o.serial, fast = true
  from (select e.id, m.order_id, row_number() over (partition by e.endpoint, m.order_id order by m.id) as serial
          from delivery e join message m on m.id = e.message where m.order_id is not null) o
  where o.id = d.id;
create unique index delivery_serial on delivery (endpoint, subject, serial) where subject is not null;
create index delivery_waiting on delivery (base_at) where state = 'waiting';
