"""The room's public pages: the register, and one companion's page, drawn from its standing and its assessments."""
