"""What people type, and how it is checked."""
