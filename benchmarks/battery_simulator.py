"""The battery simulator's speed, and its operator splitting beside SciPy's BDF on the whole system at once.

Both get the same network of 768 cells with 450 W put into one of them until it runs away, and on through the cells that
follow. BDF solves all 3,840 equations together, with a sparse Jacobian. Writes
benchmarks/results/battery_simulator.json.
"""

import json
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.integrate import solve_ivp
from scipy.sparse import csr_matrix, kron

from sandbox.simulators.battery import FleetOptions, simulate_fleet
from sandbox.simulators.battery.fleet import simulate_site
from sandbox.simulators.battery.kinetics import STATES, derivative, fresh_nodes, react
from sandbox.simulators.battery.layout import CELL_HEAT, CELLS, MODULES, Site, propagator

AIR_K, WATT, SECONDS = 298.15, 450.0, 1800.0
HEATED, NEXT = 20 * CELLS + 5, 20 * CELLS + 6
RUNAWAY_K = 500.0
NUDGE = 1e-6  # of the finite differences in the Jacobian
SITES = 6
RESULT = Path(__file__).parent / "results" / "battery_simulator.json"


def site() -> Site:
    return Site(face=1.4, vertical=1.0 / CELLS, sideways=0.1 / CELLS, to_air=np.full(MODULES, 5.0 / CELLS))


def split(step: float) -> dict[str, float]:
    """The simulator's own scheme."""
    spread, along = propagator(site(), step)
    gained = np.zeros((MODULES, CELLS))
    gained.ravel()[HEATED] = WATT * step / 2 / CELL_HEAT
    nodes, began, reached = fresh_nodes((MODULES * CELLS,), AIR_K), time.process_time(), dict[str, float]()
    for index in range(int(SECONDS / step)):
        above = nodes[:, 0].reshape(MODULES, CELLS) - AIR_K + gained
        nodes[:, 0] = (AIR_K + spread @ above @ along + gained).ravel()
        active = nodes[:, 0] > 328.0
        if active.any():
            nodes[active] = react(nodes[active], step)
        for name, cell in (("runaway_at_s", HEATED), ("next_cell_at_s", NEXT)):
            if nodes[cell, 0] > RUNAWAY_K:
                reached.setdefault(name, (index + 1) * step)
    return {"cpu_seconds": time.process_time() - began, **reached, "mean_k_at_end": float(nodes[:, 0].mean())}


def whole() -> dict[str, float]:
    network = site().network()
    power = np.repeat(site().to_air, CELLS) * AIR_K
    power[HEATED] += WATT

    def rate(_: float, flat: np.ndarray) -> np.ndarray:
        nodes = flat.reshape(-1, STATES)
        change = derivative(nodes)
        change[:, 0] += (power - network @ nodes[:, 0]) / CELL_HEAT
        return change.ravel()

    def passes(cell: int) -> object:
        return lambda _, flat: flat[cell * STATES] - RUNAWAY_K

    block = np.arange(MODULES * CELLS)[:, None, None] * STATES
    rows, columns = np.broadcast_arrays(block + np.arange(STATES)[:, None], block + np.arange(STATES))
    first = csr_matrix(([1.0], ([0], [0])), shape=(STATES, STATES))
    conduction = kron(network, first) * (-1 / CELL_HEAT)

    def jacobian(_: float, flat: np.ndarray) -> csr_matrix:
        """A block of five by five a cell, by differences, and the network. Exhausted states have zero columns, which
        SciPy's own differences, that grow until they see a change, cannot do."""
        nodes = flat.reshape(-1, STATES)
        blocks = np.empty((len(nodes), STATES, STATES))
        for state in range(STATES):
            nudged = nodes.copy()
            nudged[:, state] += NUDGE * (300.0 if state == 0 else 1.0)
            blocks[:, :, state] = (derivative(nudged) - derivative(nodes)) / (nudged - nodes)[:, state, None]
        local = csr_matrix((blocks.ravel(), (rows.ravel(), columns.ravel())), shape=(flat.size, flat.size))
        return local + conduction

    start, began = fresh_nodes((MODULES * CELLS,), AIR_K).ravel(), time.process_time()
    solution = solve_ivp(
        rate,
        (0, SECONDS),
        start,
        method="BDF",
        events=[passes(HEATED), passes(NEXT)],
        jac=jacobian,
        rtol=1e-6,
        atol=1e-9,
    )
    times = [float(found[0]) for found in solution.t_events if len(found)]
    return {
        "cpu_seconds": time.process_time() - began,
        **dict(zip(("runaway_at_s", "next_cell_at_s"), times, strict=False)),
        "mean_k_at_end": float(solution.y[::STATES, -1].mean()),
    }


def speed() -> dict[str, float]:
    """Per second of one core's time; physics alone, and all of it from faults to a Parquet file."""
    options, balance = FleetOptions(sites=SITES), []
    began = time.process_time()
    for index in range(SITES):
        joules = simulate_site(options, index).history.joules
        turned_over = joules["sources"] + joules["reactions"]
        balance.append(abs(joules["stored"] + joules["air"] - turned_over) / turned_over)
    physics = time.process_time() - began
    with TemporaryDirectory() as folder:
        began = time.process_time()
        list(simulate_fleet(options, Path(folder)))
        everything = time.process_time() - began
    return {
        "physics_module_hours_per_core_s": options.module_hours / physics,
        "module_hours_per_core_s": options.module_hours / everything,
        "worst_energy_residual": max(balance),
    }


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
