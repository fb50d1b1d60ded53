"""What the tests share: people and stories to tell, pages to read, hostile hands, races."""
