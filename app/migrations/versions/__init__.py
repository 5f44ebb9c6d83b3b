"""One module a version; each ends in DDL that runs in one transaction."""
