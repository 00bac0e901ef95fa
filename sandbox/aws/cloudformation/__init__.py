"""CloudFormation types that MiniStack lacks, each with create, update and delete."""
