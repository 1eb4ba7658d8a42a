"""The report as one HTML file that needs nothing else: tables for everybody, a treemap where scripts run."""
