"""From a trained picture network to TensorFlow Lite files, in a Python environment of its own.

Its libraries (litert-torch, ai-edge-quantizer) take 2 GB and versions that the training image cannot have. The training
program runs it as a process; what they exchange are files in one folder, none of them a pickle: `request`.
"""
