-- Runs once, when the data directory is empty. Two roles besides the administrator's: rung_owner owns the database and
-- migrates it, rung_services is what the services log in with. What the latter may do is granted by the migration job.
\set QUIET on
\getenv owner_password RUNG_OWNER_PASSWORD
\getenv services_password RUNG_SERVICES_PASSWORD

CREATE ROLE rung_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE rung_services LOGIN PASSWORD :'services_password';

SELECT current_database() AS name \gset
ALTER DATABASE :"name" OWNER TO rung_owner;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO rung_services;
