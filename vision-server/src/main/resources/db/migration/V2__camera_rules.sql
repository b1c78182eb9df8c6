-- Where a camera is watched or judged otherwise than the settings say.
alter table camera add column rules text not null default '{"rhythmSeconds":null,"judge":{}}';
