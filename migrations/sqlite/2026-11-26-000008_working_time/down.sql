DROP TABLE absences;
DROP TABLE deadlines;
DROP TABLE calendar_days;
