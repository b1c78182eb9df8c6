-- What a receiver's work counts for: the team of a crew member, as it is at this moment, a team, or a dispatch system;
-- null for nobody, and for who is known by a name alone.
create function team_of(receiver_kind text, receiver_id text) returns uuid language sql stable as $$
  select case
    when receiver_id !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then null
    when receiver_kind = 'crew' then (select team from crew_member where id = receiver_id::uuid)
    when receiver_kind in ('team', 'endpoint') then receiver_id::uuid
  end
$$;

-- tally: what happened to orders and is counted, with what it counts for; the sums by hour and day follow it. A filing
-- counts for whoever has the order in the round that it began, or had it when that ended; for nobody while nobody has it.
-- Whoever has an order is of the team that they were in when they got it.
create table order_deed (
  order_id uuid not null references orders,
  -- of the move
  number int not null,
  round int not null,
  what text not null,
  at timestamptz not null,
  site uuid not null,
  -- that the site belonged to
  village text not null,
  class text not null,
  team uuid,
  primary key (order_id, number)
);

insert into order_deed (order_id, number, round, what, at, site, village, class, team)
  select m.order_id, m.number, m.round,
    case
      when m.to_state <> 'arrived' then tally_of(m.event, m.from_state, m.to_state, m.role)
      -- The order's instant is rounded to microseconds, and the move's is cut.
      when coalesce(case when abs(extract(epoch from o.arrived_at - m.at)) < 0.001 then o.filed_to_arrived end,
        unpaused_seconds((select min(b.at) from order_move b
          where b.order_id = m.order_id and b.round = m.round), m.at, o.pauses)) <= 600 then 'arrived-in-time'
      else 'arrived-late'
    end,
    m.at, o.site, s.village, o.class,
    case
      when tally_of(m.event, m.from_state, m.to_state) not in ('filed', 'filed-again')
        then team_of(coalesce(m.receiver_kind, o.receiver_kind), coalesce(m.receiver_id, o.receiver_id))
      when m.round = o.round then team_of(o.receiver_kind, o.receiver_id)
      else (select team_of(l.receiver_kind, l.receiver_id) from order_move l
        where l.order_id = m.order_id and l.round = m.round order by l.number desc limit 1)
    end
  from order_move m
  join orders o on o.id = m.order_id
  join site s on s.id = o.site
  where tally_of(m.event, m.from_state, m.to_state, m.role) is not null
    and (m.to_state <> 'arrived' or m.event = 'arrive');
create index order_deed_at on order_deed (at);
drop index order_move_tallied;

-- Sums by village and team, too.
drop table tally;
create table tally (
  what text not null,
  span text not null check (span in ('hour', 'day')),
  start timestamptz not null,
  site uuid not null,
  village text not null,
  class text not null,
  -- the nil id for none
  team uuid not null,
  n bigint not null,
  primary key (site, span, start, what, village, class, team)
);
truncate tally_change;
alter table tally_change add column village text not null;
alter table tally_change add column team uuid not null;
insert into tally_change (what, at, site, village, class, team, n)
  select what, date_bin('1 hour', at, timestamptz '2000-01-01 00:00Z'), site, village, class,
    coalesce(team, '00000000-0000-0000-0000-000000000000'), count(*)
  from order_deed group by 1, 2, 3, 4, 5, 6;
insert into tally_change (what, at, site, village, class, team, n)
  select 'incident', date_bin('1 hour', i.opened_at, timestamptz '2000-01-01 00:00Z'), i.site, s.village, i.kind,
    '00000000-0000-0000-0000-000000000000', count(*)
  from incident i join site s on s.id = i.site group by 2, 3, 4, 5;

create function order_deed_tallied() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    insert into tally_change (what, at, site, village, class, team, n)
      values (old.what, old.at, old.site, old.village, old.class,
        coalesce(old.team, '00000000-0000-0000-0000-000000000000'), -1);
  end if;
  insert into tally_change (what, at, site, village, class, team, n)
    values (new.what, new.at, new.site, new.village, new.class,
      coalesce(new.team, '00000000-0000-0000-0000-000000000000'), 1);
  return null;
end $$;
create trigger order_deed_tallied after insert or update on order_deed
  for each row execute function order_deed_tallied();

drop trigger order_move_tallied on order_move;
create or replace function order_move_tallied() returns trigger language plpgsql as $$
declare
  counted text := tally_of(new.event, new.from_state, new.to_state, new.role);
  whose uuid;
begin
  if new.receiver_id is not null then
    select d.team into whose from order_deed d
      join order_move b on b.order_id = d.order_id and b.number = new.number - 1 and b.round = d.round
        and b.receiver_kind = new.receiver_kind and b.receiver_id = new.receiver_id
      where d.order_id = new.order_id and d.round = new.round and d.what in ('filed', 'filed-again')
      order by d.number desc limit 1;
    if not found then
      whose := team_of(new.receiver_kind, new.receiver_id);
    end if;
  end if;
  if counted <> 'arrived' then
    insert into order_deed (order_id, number, round, what, at, site, village, class, team)
      select o.id, new.number, new.round, counted, new.at, o.site, coalesce(s.village, ''), o.class, whose
      from orders o left join site s on s.id = o.site where o.id = new.order_id;
  end if;
  update order_deed set team = whose where order_id = new.order_id and round = new.round
    and what in ('filed', 'filed-again') and team is distinct from whose;
  return null;
end $$;
create trigger order_move_tallied after insert on order_move for each row execute function order_move_tallied();

-- Of an arrival the order knows how long it took, without pauses. Its move has been counted before.
drop trigger arrival_tallied on orders;
create or replace function arrival_tallied() returns trigger language plpgsql as $$
begin
  insert into order_deed (order_id, number, round, what, at, site, village, class, team)
    select new.id, new.moves, new.round,
      case when new.filed_to_arrived <= 600 then 'arrived-in-time' else 'arrived-late' end,
      new.arrived_at, new.site, coalesce((select village from site where id = new.site), ''), new.class,
      (select team from order_deed where order_id = new.id and round = new.round and what in ('filed', 'filed-again')
        order by number desc limit 1);
  return null;
end $$;
create trigger arrival_tallied after update of arrived_at on orders
  for each row when (new.state = 'arrived' and new.filed_to_arrived is not null and new.arrived_at is not null
    and new.arrived_at is distinct from old.arrived_at)
  execute function arrival_tallied();

create or replace function incident_tallied() returns trigger language plpgsql as $$
begin
  insert into tally_change (what, at, site, village, class, team, n)
    select 'incident', new.opened_at, new.site, coalesce((select village from site where id = new.site), ''), new.kind,
      '00000000-0000-0000-0000-000000000000', 1;
  return null;
end $$;

-- order: requests to rest of orders that have ended since
update suspension_request r set opinion = 'the order went on before anybody decided', decided_by = 'system',
    decided_by_name = 'system', decided_at = o.ended_at
  from orders o where o.id = r.order_id and r.decided_at is null and o.ended_at is not null;
