"""Seven Bridges and its siblings: US, EU, China, CGC, CAVATICA, BioData Catalyst."""
