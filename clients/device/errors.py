"""What can go wrong on a device, by what is done about it."""


class DeviceError(Exception):
    """The message is one sentence: what went wrong, the value, and the fix."""


class ConfigError(DeviceError):
    """The configuration cannot be used."""


class Refused(DeviceError):
    """A release is not for this device. It is remembered, and not fetched again."""


class UpdateFault(DeviceError):
    """A look for updates came to no end: no answer, no trust, no room. The next look may."""


class ModelFailed(DeviceError):
    """A model gave no answer, or none that is one."""


class NoModel(DeviceError):
    """Nothing is installed yet."""
