DROP TABLE complete_months;
