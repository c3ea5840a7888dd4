DROP TRIGGER team_members_delete_viewers;
DROP TRIGGER team_members_insert_viewers;
DROP TRIGGER teams_update_viewers;
DROP TRIGGER teams_insert_viewers;
DROP TRIGGER enterprises_update_viewers;
DROP TRIGGER enterprises_insert_viewers;
DROP VIEW viewers_by_right;
DROP TABLE enterprise_viewers;
