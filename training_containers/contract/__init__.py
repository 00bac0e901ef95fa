"""What SageMaker and a training program owe each other: layout, hyperparameters, faults, launch, progress.

Imports nothing heavy: a program's own framework is imported by the program.
"""

from training_containers.contract.command_line import run_command_line
from training_containers.contract.failure import (
    ConfigurationFault,
    DataFault,
    Fault,
    InternalFault,
    Interrupted,
    run_to_exit_code,
)
from training_containers.contract.hyperparameters import Hyperparameters
from training_containers.contract.launcher import launch
from training_containers.contract.opt_ml import OptMl, ResourceConfig
from training_containers.contract.program import StopRequest, run_program

__all__ = [
    "ConfigurationFault",
    "DataFault",
    "Fault",
    "Hyperparameters",
    "InternalFault",
    "Interrupted",
    "OptMl",
    "ResourceConfig",
    "StopRequest",
    "launch",
    "run_command_line",
    "run_program",
    "run_to_exit_code",
]
