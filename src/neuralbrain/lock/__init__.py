"""The provider lock."""
