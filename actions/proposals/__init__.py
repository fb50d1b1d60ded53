"""A carrier writes its application, alone or with others, sends it and completes it."""
