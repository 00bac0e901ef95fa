"""Label frames of recordings in the browser, on this machine: frames are taken, people press keys, labels are kept."""
