"""The one way out of the process: what is sent, where it may go, how long it may take and how much may come back."""
