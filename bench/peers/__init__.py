"""Other search engines behind the one door that the bench knocks at."""
