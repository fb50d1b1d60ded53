"""What everybody reads of actions: the list, and the page of each."""
