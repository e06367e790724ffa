"""From files to clean tables and findings. Import the reader you need, for example ``sufficiency.ingest.ssda903``."""
