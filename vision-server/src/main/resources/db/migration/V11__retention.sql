-- When the files of a picture were deleted; what is known of it stays.
alter table snapshot add column deleted_at timestamptz;
alter table photo add column deleted_at timestamptz;
create index snapshot_kept on snapshot (taken_at) where deleted_at is null;
create index photo_kept on photo (received_at) where deleted_at is null;
