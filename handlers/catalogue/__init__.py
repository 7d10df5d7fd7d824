"""What a shopper asks the catalogue: by name, by photo, by code, by the words on a label."""
