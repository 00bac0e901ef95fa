"""A package with a file of its own: a dependency of the SageMaker SDK installs one named `tests` beside ours."""
