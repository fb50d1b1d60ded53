"""What runs the portal on one machine: installation, demonstration, development."""
