"""How the service is doing: facts, what they come to, and the loop that looks every five minutes."""
