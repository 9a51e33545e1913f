"""Real servers for the tests: PostgreSQL and Redis, started and stopped by the tests themselves."""
