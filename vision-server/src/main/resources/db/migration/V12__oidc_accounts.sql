-- account: people for whom an identity provider vouches. They are known by issuer and subject, never by name: theirs may
-- be the name of somebody who has a password here, and nobody signs in with it.
alter table account add column issuer text;
alter table account add column subject text;
alter table account add constraint account_issuer_subject_both check ((issuer is null) = (subject is null));
alter table account add constraint account_issuer_no_password check (issuer is null or password is null);
drop index account_name_key;
create unique index account_name_key on account (name_key) where removed_at is null and issuer is null;
create unique index account_issuer_subject on account (issuer, subject) where removed_at is null;

-- account: answers of the provider that were taken once, as a hash of their state, until they would be too old anyway
create table oidc_state_used (
  hash bytea primary key,
  used_at timestamptz not null
);
create index oidc_state_used_at on oidc_state_used (used_at);
