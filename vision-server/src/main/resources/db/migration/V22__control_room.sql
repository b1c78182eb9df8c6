-- site: the village or community that it belongs to; empty for none
alter table site add column village text not null default '';

-- ioc: what was open at a moment is asked by when it ended
create index orders_ended on orders (ended_at);

-- ioc: since when a camera or device has been as it is, so that a past day can be shown; 'removed' ends it
create table health_change (
  subject uuid not null,
  at timestamptz not null,
  kind text not null,
  site uuid not null,
  health text not null,
  primary key (subject, at)
);

-- ioc: what a wall shows where
create table wall (
  name text primary key,
  layout text not null,
  version int not null,
  changed_at timestamptz not null
);

-- ioc: what waits for a look
create index incident_review on incident (opened_at) where state = 'review';
