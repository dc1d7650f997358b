"""One file a verb; `service.cli` imports it when it is called."""
