"""What the screens ask: reads only, frozen values."""
