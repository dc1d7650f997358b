"""The faces of Foreign Desk: HTTP, command line, web page. What they show is computed in `training`."""
