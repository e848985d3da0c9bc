"""Logs: text or JSON lines on stderr, without payloads or secrets."""
