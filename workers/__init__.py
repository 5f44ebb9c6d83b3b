"""The worker process: thin jobs and loops that call services."""
