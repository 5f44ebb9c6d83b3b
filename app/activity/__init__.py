"""What happened and how the desk is doing: the dashboard, notices, metrics."""
