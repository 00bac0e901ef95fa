"""The battery simulator's speed, and its operator splitting beside SciPy's BDF on the whole system at once.

Both get the same network of 128 nodes with 250 W put into one cell until it runs away. BDF solves all 640 equations
together, with the Jacobian's sparsity given. Writes benchmarks/results/battery_simulator.json.
"""

import json
import os
import time
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp
from scipy.sparse import csr_matrix, eye, kron

from sandbox.simulators.battery.faults import draw_faults
from sandbox.simulators.battery.kinetics import STATES, derivative, fresh_nodes, react
from sandbox.simulators.battery.layout import CAPACITY, HOT, MODULES, Site, propagator
from sandbox.simulators.battery.physics import simulate_site

AIR_K, WATT, SECONDS = 298.15, 250.0, 3000.0
RUNAWAY_K = 500.0
SITES, HOURS = 3, 4.0
RESULT = Path(__file__).parent / "results" / "battery_simulator.json"


def heated_site() -> tuple[Site, np.ndarray]:
    site = Site(vertical=1.0, sideways=0.1, cell_to_module=1.5, to_air=np.full(MODULES, 5.0))
    power = site.air() * AIR_K
    power[HOT.start + 20] += WATT
    return site, power


def split(step: float) -> dict[str, float]:
    """The simulator's own scheme."""
    site, power = heated_site()
    decay, drive = propagator(site, step)
    nodes, onset, began = fresh_nodes((2 * MODULES,), AIR_K), np.nan, time.perf_counter()
    for index in range(int(SECONDS / step)):
        nodes[:, 0] = decay @ nodes[:, 0] + drive @ power
        active = nodes[:, 0] > 318.0
        if active.any():
            nodes[active] = react(nodes[active], step)
        if np.isnan(onset) and nodes[HOT.start + 20, 0] > RUNAWAY_K:
            onset = (index + 1) * step
    return {"seconds": time.perf_counter() - began, "runaway_at_s": onset}


def whole() -> dict[str, float]:
    site, power = heated_site()
    network = site.conductance()

    def rate(_: float, flat: np.ndarray) -> np.ndarray:
        nodes = flat.reshape(-1, STATES)
        change = derivative(nodes)
        change[:, 0] += (power - network @ nodes[:, 0]) / CAPACITY
        return change.ravel()

    def reached(_: float, flat: np.ndarray) -> float:
        return flat[(HOT.start + 20) * STATES] - RUNAWAY_K

    first = csr_matrix(([1.0], ([0], [0])), shape=(STATES, STATES))
    sparsity = kron(eye(2 * MODULES), np.ones((STATES, STATES))) + kron(csr_matrix(network != 0), first)
    start, began = fresh_nodes((2 * MODULES,), AIR_K).ravel(), time.perf_counter()
    solution = solve_ivp(
        rate, (0, SECONDS), start, method="BDF", events=reached, jac_sparsity=csr_matrix(sparsity), rtol=1e-6, atol=1e-9
    )
    return {"seconds": time.perf_counter() - began, "runaway_at_s": float(solution.t_events[0][0])}


def speed() -> dict[str, float]:
    """Per second of one core's time, which a busy machine does not change."""
    seconds, balance = 0.0, []
    for seed in range(SITES):
        rng = np.random.default_rng(seed)
        faults = draw_faults(rng, MODULES, HOURS * 3600, 8.0)
        began = time.process_time()
        joules = simulate_site(rng, faults, HOURS * 3600).joules
        seconds += time.process_time() - began
        turned_over = joules["sources"] + joules["reactions"]
        balance.append(abs(joules["stored"] + joules["air"] - turned_over) / turned_over)
    return {"module_hours_per_core_s": SITES * HOURS * MODULES / seconds, "worst_energy_residual": max(balance)}


def main() -> None:
    results = {
        "load_average": os.getloadavg()[0],
        "one_core": speed(),
        "splitting": {f"step_{step:g}_s": split(step) for step in (10.0, 5.0, 2.5)},
        "scipy_bdf_whole_system": whole(),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(results, indent=1) + "\n")
    print(RESULT.read_text())


if __name__ == "__main__":
    main()
