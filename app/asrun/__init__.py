"""What really aired, with its evidence: the record, its reports, and how it differs from what was planned."""
