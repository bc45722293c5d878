"""What an edition looks like from outside: JSON for programs, the same at every door; pure."""
