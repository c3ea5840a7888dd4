-- Who sees which enterprise besides readers of the whole district: the enterprise's street office, the organisation that leads its
-- team, and everybody on the team. The rows follow from enterprises, teams and team_members, and triggers keep them, so that no
-- program can forget to: not an older one either. An OR over these tables can use no index; one small table can.
CREATE TABLE enterprise_viewers (
    enterprise_id BLOB NOT NULL REFERENCES enterprises (id),
    -- An organisation or a person.
    viewer_id BLOB NOT NULL,
    PRIMARY KEY (enterprise_id, viewer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX enterprise_viewers_viewer ON enterprise_viewers (viewer_id, enterprise_id);

-- The truth that the table follows.
CREATE VIEW viewers_by_right AS
    SELECT id AS enterprise_id, street_id AS viewer_id FROM enterprises WHERE street_id IS NOT NULL
    UNION SELECT enterprise_id, lead_organisation_id FROM teams WHERE until IS NULL AND lead_organisation_id IS NOT NULL
    UNION SELECT enterprise_id, steward_id FROM teams WHERE until IS NULL AND steward_id IS NOT NULL
    UNION SELECT enterprise_id, chief_steward_id FROM teams WHERE until IS NULL AND chief_steward_id IS NOT NULL
    UNION SELECT enterprise_id, leader_id FROM teams WHERE until IS NULL AND leader_id IS NOT NULL
    UNION SELECT t.enterprise_id, m.user_id FROM teams t JOIN team_members m ON m.team_id = t.id WHERE t.until IS NULL;

INSERT INTO enterprise_viewers (enterprise_id, viewer_id) SELECT enterprise_id, viewer_id FROM viewers_by_right;

CREATE TRIGGER enterprises_insert_viewers AFTER INSERT ON enterprises WHEN NEW.street_id IS NOT NULL BEGIN
    INSERT OR IGNORE INTO enterprise_viewers (enterprise_id, viewer_id) VALUES (NEW.id, NEW.street_id);
END;
CREATE TRIGGER enterprises_update_viewers AFTER UPDATE OF street_id ON enterprises WHEN NEW.street_id IS NOT OLD.street_id BEGIN
    DELETE FROM enterprise_viewers WHERE enterprise_id = NEW.id;
    INSERT INTO enterprise_viewers (enterprise_id, viewer_id) SELECT enterprise_id, viewer_id FROM viewers_by_right WHERE enterprise_id = NEW.id;
END;
CREATE TRIGGER teams_insert_viewers AFTER INSERT ON teams BEGIN
    DELETE FROM enterprise_viewers WHERE enterprise_id = NEW.enterprise_id;
    INSERT INTO enterprise_viewers (enterprise_id, viewer_id) SELECT enterprise_id, viewer_id FROM viewers_by_right WHERE enterprise_id = NEW.enterprise_id;
END;
CREATE TRIGGER teams_update_viewers AFTER UPDATE ON teams BEGIN
    DELETE FROM enterprise_viewers WHERE enterprise_id = NEW.enterprise_id;
    INSERT INTO enterprise_viewers (enterprise_id, viewer_id) SELECT enterprise_id, viewer_id FROM viewers_by_right WHERE enterprise_id = NEW.enterprise_id;
END;
CREATE TRIGGER team_members_insert_viewers AFTER INSERT ON team_members BEGIN
    INSERT OR IGNORE INTO enterprise_viewers (enterprise_id, viewer_id)
        SELECT enterprise_id, NEW.user_id FROM teams WHERE id = NEW.team_id AND until IS NULL;
END;
CREATE TRIGGER team_members_delete_viewers AFTER DELETE ON team_members BEGIN
    DELETE FROM enterprise_viewers WHERE enterprise_id = (SELECT enterprise_id FROM teams WHERE id = OLD.team_id);
    INSERT INTO enterprise_viewers (enterprise_id, viewer_id)
        SELECT enterprise_id, viewer_id FROM viewers_by_right WHERE enterprise_id = (SELECT enterprise_id FROM teams WHERE id = OLD.team_id);
END;
