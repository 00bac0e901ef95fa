"""The functions of the loop: each an edge (`handler`), pure `logic`, typed `models`, `clients` for its AWS calls."""
