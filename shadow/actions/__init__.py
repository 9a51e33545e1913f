"""All that can happen to watches, slots, samples and answers, by subject."""
