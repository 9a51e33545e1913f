"""All that can happen to a companion's standing, by subject: the register, standing, incidents."""
