-- Who sees which enterprise besides readers of the whole district: the enterprise's street office, the organisation that leads its
-- team, and everybody on the team. The rows follow from enterprises, teams and team_members, and triggers keep them, so that no
-- program can forget to: not an older one either. An OR over these tables can use no index; one small table can.
CREATE TABLE enterprise_viewers (
    enterprise_id UUID NOT NULL REFERENCES enterprises (id),
    -- An organisation or a person.
    viewer_id UUID NOT NULL,
    PRIMARY KEY (enterprise_id, viewer_id)
);

-- The truth that the table follows.
CREATE VIEW viewers_by_right AS
    SELECT id AS enterprise_id, street_id AS viewer_id FROM enterprises WHERE street_id IS NOT NULL
    UNION SELECT enterprise_id, lead_organisation_id FROM teams WHERE until IS NULL AND lead_organisation_id IS NOT NULL
    UNION SELECT enterprise_id, steward_id FROM teams WHERE until IS NULL AND steward_id IS NOT NULL
    UNION SELECT enterprise_id, chief_steward_id FROM teams WHERE until IS NULL AND chief_steward_id IS NOT NULL
    UNION SELECT enterprise_id, leader_id FROM teams WHERE until IS NULL AND leader_id IS NOT NULL
    UNION SELECT t.enterprise_id, m.user_id FROM teams t JOIN team_members m ON m.team_id = t.id WHERE t.until IS NULL;

INSERT INTO enterprise_viewers (enterprise_id, viewer_id) SELECT enterprise_id, viewer_id FROM viewers_by_right;
CREATE INDEX enterprise_viewers_viewer ON enterprise_viewers (viewer_id, enterprise_id);

-- Once a statement, however many rows it touched: an import writes thousands at once.
CREATE FUNCTION add_street_viewers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO enterprise_viewers (enterprise_id, viewer_id)
        SELECT id, street_id FROM written WHERE street_id IS NOT NULL ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION replace_street_viewers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moved UUID[];
BEGIN
    moved := ARRAY(SELECT n.id FROM written n JOIN replaced o ON o.id = n.id WHERE n.street_id IS DISTINCT FROM o.street_id);
    IF cardinality(moved) > 0 THEN
        DELETE FROM enterprise_viewers WHERE enterprise_id = ANY (moved);
        INSERT INTO enterprise_viewers (enterprise_id, viewer_id)
            SELECT enterprise_id, viewer_id FROM viewers_by_right WHERE enterprise_id = ANY (moved);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION replace_team_viewers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE served UUID[];
BEGIN
    served := ARRAY(SELECT DISTINCT enterprise_id FROM written);
    DELETE FROM enterprise_viewers WHERE enterprise_id = ANY (served);
    INSERT INTO enterprise_viewers (enterprise_id, viewer_id)
        SELECT enterprise_id, viewer_id FROM viewers_by_right WHERE enterprise_id = ANY (served);
    RETURN NULL;
END $$;
CREATE FUNCTION replace_member_viewers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE served UUID[];
BEGIN
    served := ARRAY(SELECT DISTINCT t.enterprise_id FROM written w JOIN teams t ON t.id = w.team_id);
    DELETE FROM enterprise_viewers WHERE enterprise_id = ANY (served);
    INSERT INTO enterprise_viewers (enterprise_id, viewer_id)
        SELECT enterprise_id, viewer_id FROM viewers_by_right WHERE enterprise_id = ANY (served);
    RETURN NULL;
END $$;

CREATE TRIGGER enterprises_insert_viewers AFTER INSERT ON enterprises
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION add_street_viewers();
CREATE TRIGGER enterprises_update_viewers AFTER UPDATE ON enterprises
    REFERENCING OLD TABLE AS replaced NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION replace_street_viewers();
CREATE TRIGGER teams_insert_viewers AFTER INSERT ON teams
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION replace_team_viewers();
CREATE TRIGGER teams_update_viewers AFTER UPDATE ON teams
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION replace_team_viewers();
CREATE TRIGGER team_members_insert_viewers AFTER INSERT ON team_members
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION replace_member_viewers();
CREATE TRIGGER team_members_delete_viewers AFTER DELETE ON team_members
    REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION replace_member_viewers();
