-- account: people with a name and a password. name_key is the name as it is compared: NFKC, small letters.
create table account (
  id uuid primary key,
  name text not null,
  name_key text not null,
  display_name text not null,
  role text not null,
  sites uuid[] not null,
  password text,
  disabled boolean not null default false,
  version int not null,
  created_at timestamptz not null,
  signed_in_at timestamptz,
  removed_at timestamptz
);
create unique index account_name_key on account (name_key) where removed_at is null;

-- account: whose session it is, and from where it began; whose password a link sets
alter table session add column account uuid references account;
alter table session add column address text not null default '';
create index session_account on session (account) where ended_at is null;
alter table sign_in_link add column account uuid references account;

-- account: failed attempts by name, address or browser, which outlive a restart; the key is a hash
create table sign_in_limit (
  key text primary key,
  failures int not null,
  last_at timestamptz not null,
  until timestamptz not null
);
create index sign_in_limit_last_at on sign_in_limit (last_at);

-- account: browsers that an account signed in from before
create table known_browser (
  hash bytea primary key,
  id uuid not null unique,
  account uuid not null references account,
  seen_at timestamptz not null
);
create index known_browser_account on known_browser (account);

-- audit: what the filters ask for
create index audit_at on audit (at);
