-- What a move says besides: who had the order after it, the actor's opinion, how long the step before it took, which
-- clocks had run out, what belongs to it, and the round that the actor believed it to be in.
alter table order_move add column receiver_kind text;
alter table order_move add column receiver_id text;
alter table order_move add column receiver_name text;
alter table order_move add column opinion text;
alter table order_move add column seconds double precision;
alter table order_move add column overdue text[] not null default '{}';
alter table order_move add column attachments uuid[] not null default '{}';
alter table order_move add column expected_round int;

-- order: requests to let one rest
create table suspension_request (
  id uuid primary key,
  order_id uuid not null references orders,
  round int not null,
  asked_by text not null,
  asked_by_name text not null,
  asked_at timestamptz not null,
  reason text not null,
  until timestamptz,
  approved boolean,
  opinion text,
  decided_by text,
  decided_by_name text,
  decided_at timestamptz
);
create unique index suspension_request_open on suspension_request (order_id) where decided_at is null;

-- order: closures that people look at once more
create table closure_check (
  id uuid primary key,
  order_id uuid not null references orders,
  round int not null,
  closed_at timestamptz not null,
  closed_by text not null,
  receiver text,
  after_snapshot uuid,
  agrees boolean,
  opinion text,
  decided_by text,
  decided_by_name text,
  decided_at timestamptz,
  unique (order_id, round)
);
create index closure_check_open on closure_check (id) where decided_at is null;
