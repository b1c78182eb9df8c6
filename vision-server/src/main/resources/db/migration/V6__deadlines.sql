-- deadline: how long each step may take, by class of orders and place; no site: everywhere
create table deadline_rule (
  class text not null,
  site uuid references site,
  rule text not null,
  version int not null,
  changed_at timestamptz not null
);
create unique index deadline_rule_class on deadline_rule (class) where site is null;
create unique index deadline_rule_site on deadline_rule (class, site) where site is not null;

-- order: the rule that it was filed with, and its pauses as intervals
alter table orders add column rule text;
alter table orders add column pauses text;

-- An order that was filed before keeps the times that it was filed with, on plain time, and no ladder: nobody had been
-- named whom to tell. Parts of a second are rounded up.
update orders set rule = json_build_object(
  'accept', json_build_object('seconds', (accept_millis + 999) / 1000, 'calendar', 'natural'),
  'arrive', json_build_object('seconds', (arrive_millis + 999) / 1000, 'calendar', 'natural'),
  'finish', json_build_object('seconds', (finish_millis + 999) / 1000, 'calendar', 'natural'),
  'verify', json_build_object('seconds', (verify_millis + 999) / 1000, 'calendar', 'natural'),
  'ladder', json_build_array())::text;

-- The sum that was kept said how long, not when; when stands in the history. Each suspension is a move to suspended, and
-- ends with the first move out of it; one that nothing has ended goes on. Those of earlier rounds come along: they lie
-- before the present round began and change none of its clocks.
update orders o set pauses = coalesce((
  select json_agg(json_build_object(
      'from', to_char(began.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'until', (select to_char(ended.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from order_move ended
        where ended.order_id = o.id and ended.number > began.number
        and ended.from_state = 'suspended' and ended.to_state <> 'suspended' order by ended.number limit 1))
    order by began.number)
  from order_move began
  where began.order_id = o.id and began.to_state = 'suspended' and began.from_state <> 'suspended'), '[]')::text;

-- Where the history does not say when, though it should, one interval of that length stands at the beginning of the
-- round. That is not when it was; it keeps the times to arrive and to finish, and may end the time to accept, which
-- counts from dispatch, sooner than before.
update orders set pauses = json_build_array(json_build_object(
    'from', to_char(filed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'until', to_char((filed_at + paused_millis * interval '1 millisecond') at time zone 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))::text
  where pauses = '[]' and paused_millis > 0;

alter table orders alter column rule set not null;
alter table orders alter column pauses set not null;
alter table orders drop column accept_millis, drop column arrive_millis, drop column finish_millis,
  drop column verify_millis, drop column paused_millis, drop column paused_before_dispatch, drop column suspended_at;

-- order: which zone has had its root-cause order on which day of its site
create table root_cause (
  zone uuid not null,
  day date not null,
  order_id uuid not null references orders,
  primary key (zone, day)
);
create index incident_zone on incident (zone, opened_at) where zone is not null;
