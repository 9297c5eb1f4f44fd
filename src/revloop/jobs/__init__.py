"""What is done beside the pages: publishing what they read."""
