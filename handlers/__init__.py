"""What we do: one module for each thing a person can want. Handlers return what to say; channels send it."""
