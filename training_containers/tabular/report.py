"""The data report: one self-contained HTML page a dataset version."""

import base64
import html
import io
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from inference.contracts import SPLITS, Split
from training_containers.tabular.data import Dataset
from training_containers.tabular.metrics import probability_metrics
from training_containers.tabular.reliability import RELIABILITY
from training_containers.tabular.report_plots import PLOTS, plot_words
from training_containers.tabular.threshold import Scored
from training_containers.tabular.windows import Windows

FINDINGS_SHOWN = 200
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1a1a2e}
h1{font-size:1.7rem}h2{margin-top:2.5rem;border-bottom:1px solid #ddd}img{max-width:100%;height:auto}
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.3rem .8rem;border-bottom:1px solid #e5e5e5;text-align:left}
td.number{text-align:right;font-variant-numeric:tabular-nums}.note{color:#555}
"""


def write_report(path: Path, dataset: Dataset, windows: Windows) -> None:
    """Plots are of the training split alone, so that reading the report does not leak the test split."""
    summary, entity = dataset.summary, dataset.signals.entity
    sections = [
        f"<h1>{html.escape(summary.domain)}: dataset {html.escape(summary.version)}</h1>",
        f"<p class=note>{len(dataset.series)} {entity}s; {len(windows.lead):,} training windows "
        f"({int(windows.hazard.sum()):,} hazardous, {windows.hazard.mean():.2%}). Pictures: the training split.</p>",
        f"<h2>{entity.capitalize()}s</h2>",
        _entities(dataset),
        "<h2>Findings</h2>",
        _findings(dataset),
    ]
    for plot in PLOTS:
        figure = plot.draw(dataset.of(Split.TRAIN), windows)
        title, caption = (text.format(**plot_words(dataset.signals)) for text in (plot.title, plot.caption))
        sections.append(f"<h2>{html.escape(title)}</h2><p>{html.escape(caption)}</p>{_img(figure, title)}")
    page = (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{html.escape(summary.domain)} {html.escape(summary.version)}</title><style>{STYLE}</style>"
        f"<body>{''.join(sections)}</body></html>"
    )
    path.write_text(page, encoding="utf-8")


def add_reliability(path: Path, validation: Scored) -> None:
    """The last section: what calibrated probabilities are worth on the validation split."""
    plot = RELIABILITY
    brier = probability_metrics(validation.windows, validation.scores)
    section = (
        f"<h2>{html.escape(plot.title)}</h2><p>{html.escape(plot.caption)} Brier score {brier['brier']:.2g}, "
        f"{brier['brier_skill']:.0%} better than always guessing the share of hazards.</p>"
        f"{_img(plot.draw(validation), plot.title)}"
    )
    page = path.read_text(encoding="utf-8")
    path.write_text(page.replace("</body>", f"{section}</body>"), encoding="utf-8")


def _entities(dataset: Dataset) -> str:
    counts, signals = dataset.summary.counts, dataset.signals
    steps = {split: sum(len(one.grid) for one in dataset.of(split)) for split in SPLITS}
    titles = ("split", *signals.classes, f"{signals.entity}-hours")
    head = "".join(f"<th>{html.escape(name)}</th>" for name in titles)
    rows = "".join(
        f"<tr><td>{split}</td>"
        + "".join(f"<td class=number>{counts[split].get(label, 0):,}</td>" for label in signals.classes)
        + f"<td class=number>{steps[split] * signals.step_s / 3600:,.0f}</td></tr>"
        for split in SPLITS
    )
    return f"<table><tr>{head}</tr>{rows}</table>"


def _findings(dataset: Dataset) -> str:
    summary = dataset.summary
    left_out = "".join(
        f"<li>{html.escape(reason)}: {count} files ({html.escape(', '.join(summary.examples.get(reason, ())))})</li>"
        for reason, count in summary.quarantined.items()
    )
    rows = "".join(
        f"<tr><td>{html.escape(one.item)}</td><td>{html.escape(one.kind)}</td><td class=number>{one.count:,}</td>"
        f"<td>{html.escape(one.detail)}</td></tr>"
        for one in summary.findings[:FINDINGS_SHOWN]
    )
    if not rows and not left_out:
        return "<p>Nothing was repaired, nothing left out.</p>"
    more = len(summary.findings) - FINDINGS_SHOWN
    tail = f"<p class=note>and {more:,} more, all of them in dataset.json</p>" if more > 0 else ""
    table = (
        f"<table><tr><th>where</th><th>what</th><th>count</th><th>done about it</th></tr>{rows}</table>" if rows else ""
    )
    return (f"<p>Files left out:</p><ul>{left_out}</ul>" if left_out else "") + table + tail


def _img(figure: Figure, alt: str) -> str:
    stream = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(stream, format="png", dpi=72)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    return f"<img alt='{html.escape(alt, quote=True)}' src='data:image/png;base64,{data}'>"
