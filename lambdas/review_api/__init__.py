"""The review API: detections of every domain, people's verdicts on them, and the datasets that these become."""
