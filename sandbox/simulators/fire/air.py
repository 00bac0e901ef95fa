"""What is in the air of each zone, and at each sensor, from what burns and what else is released."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sandbox.simulators.fire.building import SENSORS_A_ZONE, ZONES, Building
from sandbox.simulators.fire.fires import Fire
from sandbox.simulators.fire.life import Background
from sandbox.simulators.fire.nuisances import Releases
from sandbox.simulators.fire.transport import WALL_LOSS_PER_S, ceiling_jet, mixed

EXTINCTION_M2_G = 8.7  # of flaming soot: Mulholland and Croarkin, 2000
_DUST_EXTINCTION_M2_G = 0.6
_CO2_G_MJ, _VOC_G_MJ, _WATER_G_MJ = 75.0, 1.0, 40.0
_AIR_KJ_M3_K = 1.2
_PPM_OF_CO, _PPM_OF_CO2, _PPB_OF_VOC = 859.0, 546.0, 2.6e5  # for each g/m3 at 20 degC
_SETTLING_PER_S = 1 / 3600
_RADIATED = 0.3
_REACHES_CEILING_KW = 25.0
"""A weaker plume, such as a smouldering fire's, cools and spreads on its way up."""
AIRING_S = 90.0
"""Once a fire is out, what it left is a third after so long."""


@dataclass(frozen=True)
class Air:
    """(steps, zones, sensors of a zone) each."""

    temperature: NDArray[np.float64]  # degC
    soot: NDArray[np.float64]  # g/m3
    dust: NDArray[np.float64]  # g/m3
    co: NDArray[np.float64]  # ppm
    co2: NDArray[np.float64]  # ppm
    voc: NDArray[np.float64]  # ppb
    humidity: NDArray[np.float64]  # percent
    flame: NDArray[np.float64]  # W/m2 of infrared


@dataclass(frozen=True)
class _Mixture:
    """Excess over the background in well-mixed air, (steps, zones)."""

    warmth: NDArray[np.float64]  # kelvin
    soot: NDArray[np.float64]  # this and all others: g/m3
    co: NDArray[np.float64]
    co2: NDArray[np.float64]
    voc: NDArray[np.float64]
    water: NDArray[np.float64]


def fill(building: Building, background: Background, fires: list[Fire], releases: Releases, step_s: float) -> Air:
    """What the background, the fires and everything else that is released make together."""
    steps = releases.steps
    jets = np.zeros((steps, ZONES, SENSORS_A_ZONE))
    jet_soot, flame = np.zeros_like(jets), np.zeros_like(jets)
    total = _mix(
        building,
        _Mixture(
            releases.heat_kw, releases.soot_g_s, releases.co_g_s, releases.co2_g_s, releases.voc_g_s, releases.water_g_s
        ),
        step_s,
    )
    for fire in fires:
        _add_smoke(building, fire, total, step_s)
        span = slice(fire.ignition, fire.end)
        away = np.linalg.norm(building.positions[fire.zone] - fire.origin, axis=1)
        height = building.height[fire.zone]
        rise = ceiling_jet(fire.heat_kw, away, height)
        rise *= np.clip(fire.heat_kw / _REACHES_CEILING_KW, 0, 1)[:, None]
        jets[span, fire.zone] += rise
        # Soot is diluted in the jet as heat is: g/kJ of the fire, times kJ/m3 of the jet.
        jet_soot[span, fire.zone] += (fire.smoke_yield / 1000)[:, None] * rise * _AIR_KJ_M3_K
        if fire.visible:
            square = away**2 + height**2
            flame[span, fire.zone] += (1000 * _RADIATED * fire.heat_kw / (4 * np.pi))[:, None] / square
    dust = mixed(building, releases.dust_g_s, step_s, 3 * _SETTLING_PER_S)
    temperature = (background.temperature + total.warmth)[:, :, None] + jets
    sunlit = 3.0 * background.sun[:, None, None] * (np.arange(SENSORS_A_ZONE) == 0)  # one of each zone sees a window
    return Air(
        temperature=temperature,
        soot=total.soot[:, :, None] + jet_soot + 1e-6 * background.pm25[:, :, None],
        dust=_everywhere(dust),
        co=_everywhere(background.co + _PPM_OF_CO * total.co),
        co2=_everywhere(background.co2 + _PPM_OF_CO2 * total.co2),
        voc=_everywhere(background.voc + _PPB_OF_VOC * total.voc),
        humidity=_relative(background, total.water, temperature),
        flame=flame + releases.flame_w_m2[:, :, None] * (1 + 0.5 * np.arange(SENSORS_A_ZONE)) / 2 + sunlit,
    )


def _mix(building: Building, sources: _Mixture, step_s: float) -> _Mixture:
    """From what is released (kW, g/s)."""
    return _Mixture(
        warmth=mixed(building, sources.warmth / _AIR_KJ_M3_K, step_s, WALL_LOSS_PER_S),
        soot=mixed(building, sources.soot, step_s, _SETTLING_PER_S),
        co=mixed(building, sources.co, step_s),
        co2=mixed(building, sources.co2, step_s),
        voc=mixed(building, sources.voc, step_s, _SETTLING_PER_S),
        water=mixed(building, sources.water, step_s, _SETTLING_PER_S),
    )


def _add_smoke(building: Building, fire: Fire, total: _Mixture, step_s: float) -> None:
    """A fire's own mixture, which adds to the rest; from its end on the building is aired."""
    last = min(len(total.warmth), fire.end + int(AIRING_S * 8 / step_s))
    span = slice(fire.ignition, last)
    megawatts = fire.heat_kw / 1000

    def source(amount: NDArray) -> NDArray:
        made = np.zeros((last - fire.ignition, ZONES))
        made[: len(amount), fire.zone] = amount
        return made

    smoke = _mix(
        building,
        _Mixture(
            warmth=source(fire.heat_kw * (1 - _RADIATED)),
            soot=source(megawatts * fire.smoke_yield),
            co=source(megawatts * fire.co_yield),
            co2=source(megawatts * _CO2_G_MJ),
            voc=source(megawatts * _VOC_G_MJ),
            water=source(megawatts * _WATER_G_MJ),
        ),
        step_s,
    )
    after = np.clip(np.arange(last - fire.ignition) - len(fire.heat_kw), 0, None) * step_s
    aired = np.exp(-after / AIRING_S)[:, None]
    for each in fields(_Mixture):
        getattr(total, each.name)[span] += getattr(smoke, each.name) * aired


def obscuration(air: Air) -> NDArray[np.float64]:
    """What an optical smoke detector sees, percent a metre: soot, dust, and droplets where steam condenses."""
    droplets = np.clip(air.humidity - 88, 0, None) * 0.0008
    extinction = EXTINCTION_M2_G * air.soot + _DUST_EXTINCTION_M2_G * air.dust + droplets
    return 100 * -np.expm1(-extinction)


def _everywhere(values: NDArray) -> NDArray[np.float64]:
    return np.broadcast_to(values[:, :, None], (*values.shape, SENSORS_A_ZONE))


def _relative(background: Background, water: NDArray, temperature: NDArray) -> NDArray[np.float64]:
    """Relative humidity, percent, of the background's vapour and what was added, at the sensor's temperature."""
    held = background.humidity / 100 * _saturation(background.temperature)
    return np.clip(100 * (held + water)[:, :, None] / _saturation(temperature), 3, 100)


def _saturation(celsius: NDArray) -> NDArray[np.float64]:
    """g/m3 of water vapour at most (Magnus)."""
    return 1322.0 * np.exp(17.62 * celsius / (243.12 + celsius)) / (celsius + 273.15)
