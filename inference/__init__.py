"""The serving image: loads one model package and answers requests. Imports nothing else of Vigil."""
