-- Times are instants; ids are UUIDv7 made by the server. A table is written only by the feature that it is listed under.

-- platform: one answer per key, kept in the transaction of the effect that it stands for
create table idempotency (
  caller text not null,
  key text not null,
  request bytea not null,
  status int,
  headers text,
  body bytea,
  at timestamptz not null,
  primary key (caller, key)
);
create index idempotency_at on idempotency (at);

-- platform: timers (db-scheduler)
create table scheduled_tasks (
  task_name text not null,
  task_instance text not null,
  task_data bytea,
  execution_time timestamptz not null,
  picked boolean not null,
  picked_by text,
  last_success timestamptz,
  last_failure timestamptz,
  consecutive_failures int,
  last_heartbeat timestamptz,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
);
create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);

-- event: what server-sent events tell, in the order of commits
create table event (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  type text not null,
  site uuid,
  data text not null
);
create index event_at on event (at);

-- audit: who looked at or changed what
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  actor_name text not null,
  action text not null,
  subject text not null,
  detail text not null
);

-- account
create table token (
  id uuid primary key,
  name text not null,
  hash bytea not null unique,
  role text not null,
  scopes text[] not null,
  sites uuid[] not null,
  endpoint uuid,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create table sign_in_link (
  hash bytea primary key,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create table session (
  id uuid primary key,
  hash bytea not null unique,
  name text not null,
  role text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);

-- dispatch
create table endpoint (
  id uuid primary key,
  name text not null,
  url text not null,
  reports text not null check (reports in ('steps', 'done', 'nothing')),
  events text[] not null,
  sites uuid[] not null,
  secrets bytea not null,
  state text not null check (state in ('active', 'disabled')),
  state_reason text not null default '',
  ping text,
  version int not null,
  created_at timestamptz not null,
  removed_at timestamptz
);
create table message (
  id uuid primary key,
  type text not null,
  at timestamptz not null,
  site uuid,
  order_id uuid,
  round int,
  sequence bigint,
  body bytea not null
);
create index message_order on message (order_id);
create table delivery (
  id uuid primary key,
  message uuid not null references message,
  endpoint uuid not null references endpoint,
  dispatching boolean not null,
  state text not null check (state in ('waiting', 'delivered', 'given-up')),
  created_at timestamptz not null,
  base_at timestamptz not null,
  began_at timestamptz,
  due_at timestamptz not null,
  leased_until timestamptz,
  lease uuid,
  attempts int not null default 0,
  last_result text not null default '',
  delivered_at timestamptz,
  unique (message, endpoint)
);
create index delivery_due on delivery (endpoint, due_at) where state = 'waiting';
create index delivery_log on delivery (created_at desc);
create table attempt (
  delivery uuid not null references delivery,
  number int not null,
  began_at timestamptz not null,
  milliseconds bigint not null,
  status int,
  result text not null,
  answer text not null,
  primary key (delivery, number, began_at)
);

-- site
create table site (
  id uuid primary key,
  name text not null,
  kind text not null check (kind in ('refuse-station', 'public-toilet', 'road')),
  latitude double precision,
  longitude double precision,
  time_zone text not null,
  dispatch_mode text not null check (dispatch_mode in ('crews', 'webhook', 'webhook-then-crews')),
  dispatch_endpoint uuid references endpoint,
  version int not null,
  created_at timestamptz not null,
  removed_at timestamptz
);
create unique index site_name on site (name) where removed_at is null;

-- camera
create table camera (
  id uuid primary key,
  site uuid not null references site,
  name text not null,
  host text not null,
  url bytea not null,
  fingerprint bytea not null,
  health text not null,
  health_reason text not null,
  away boolean not null,
  faults text[] not null,
  zone_states text not null,
  last_picture timestamptz,
  last_inspection timestamptz,
  key_frame_seconds double precision,
  width int not null,
  height int not null,
  codec text not null,
  version int not null,
  created_at timestamptz not null,
  removed_at timestamptz
);
create unique index camera_once_a_site on camera (site, fingerprint) where removed_at is null;
create table zone (
  id uuid primary key,
  camera uuid not null references camera,
  position int not null,
  name text not null,
  polygon text not null,
  kinds text[] not null,
  removed_at timestamptz
);
create index zone_camera on zone (camera) where removed_at is null;

-- snapshot
create table snapshot (
  id uuid primary key,
  camera uuid not null,
  site uuid not null,
  camera_name text not null,
  taken_at timestamptz not null,
  width int not null,
  height int not null,
  detections text not null,
  zones text not null,
  path text not null,
  original_path text not null,
  created_at timestamptz not null
);

-- finding: what the cameras told, once each, and what their judges remember
create table judge_state (
  camera uuid not null,
  zone uuid not null,
  kind text not null,
  bytes bytea not null,
  at timestamptz not null,
  primary key (camera, zone, kind)
);
create table finding (
  id uuid primary key,
  camera uuid not null,
  zone uuid not null,
  kind text not null,
  type text not null,
  at timestamptz not null,
  score double precision not null,
  snapshot uuid references snapshot,
  incident uuid,
  outcome text not null,
  received_at timestamptz not null
);

-- order
create table order_day (
  day date primary key,
  last int not null
);
create table orders (
  id uuid primary key,
  number text not null unique,
  site uuid not null references site,
  class text not null,
  dispatch_mode text not null,
  dispatch_endpoint uuid,
  reports text not null,
  source text not null,
  note text not null,
  state text not null,
  round int not null,
  reworks int not null,
  reopened int not null,
  declined int not null,
  receiver_kind text,
  receiver_id text,
  receiver_name text,
  suspended_from text,
  suspended_at timestamptz,
  paused_millis bigint not null,
  paused_before_dispatch bigint not null,
  accept_millis bigint not null,
  arrive_millis bigint not null,
  finish_millis bigint not null,
  verify_millis bigint not null,
  created_at timestamptz not null,
  filed_at timestamptz not null,
  dispatched_at timestamptz,
  accepted_at timestamptz,
  arrived_at timestamptz,
  done_at timestamptz,
  ended_at timestamptz,
  filed_to_arrived double precision,
  dispatched_to_arrived double precision,
  done_reported boolean not null,
  late boolean not null,
  closed_by text,
  merged_into uuid,
  escalated text[] not null,
  question int not null,
  before_snapshot uuid,
  after_snapshot uuid,
  sequence bigint not null,
  moves int not null
);
create index orders_open on orders (site, state) where ended_at is null;
create index orders_site on orders (site, created_at desc);
create index orders_created on orders (created_at desc, id desc);
create table order_move (
  order_id uuid not null references orders,
  number int not null,
  at timestamptz not null,
  node text not null,
  event text not null,
  from_state text,
  to_state text not null,
  actor text not null,
  actor_name text not null,
  role text not null,
  reason text not null,
  round int not null,
  idempotency_key text,
  snapshot uuid,
  primary key (order_id, number)
);
create unique index order_move_once on order_move (order_id, actor, idempotency_key) where idempotency_key is not null;

-- incident
create table incident (
  id uuid primary key,
  site uuid not null references site,
  camera uuid,
  camera_name text not null,
  zone uuid,
  zone_name text not null,
  kind text not null,
  source text not null,
  state text not null check (state in ('open', 'cleared', 'review', 'rejected', 'withdrawn')),
  order_id uuid references orders,
  opened_at timestamptz not null,
  confirmed_at timestamptz not null,
  cleared_at timestamptz,
  ended_at timestamptz,
  times int not null,
  places text not null,
  score double precision not null,
  opened_snapshot uuid,
  cleared_snapshot uuid,
  note text not null
);
-- Never two open incidents for one zone and kind, whatever the program believes.
create unique index incident_open_once on incident (zone, kind) where state in ('open', 'review');
create index incident_order on incident (order_id);
create index incident_opened on incident (opened_at desc, id desc);
