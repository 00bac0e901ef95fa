"""The embedded AWS: MiniStack on loopback, and the plug-in that adds SageMaker and what MiniStack leaves out.

Importing it imports neither MiniStack nor moto: only the process that serves does (`hooks.py`).
"""
