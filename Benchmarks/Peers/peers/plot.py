"""Plots as SVG by hand: medians of every engine with our distance to the best peer, and our times by size of the catalogue."""
from math import ceil, floor, log10
from xml.sax.saxutils import escape

COLOURS = {"ours": "#000000", "lucene": "#0072B2", "tantivy": "#E69F00", "numpy": "#009E73", "redisearch": "#D55E00", "postgres": "#56B4E9",
           "sqlite": "#CC79A7"}
LINE_COLOURS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7"]
GEO_CLASSES = ["specialty-near-me", "text-radius", "filters-by-distance", "nearest-nationwide", "soonest"]


def text(x, y, words, anchor="start", colour="#222"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def line(x1, y1, x2, y2, colour="#ddd", more=""):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" {more}/>'


def circle(x, y, radius, colour):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>'


def write(target, width, height, title, parts):
    target.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">\n'
        f'<title>{escape(title)}</title>\n<rect width="{width}" height="{height}" fill="#fff"/>\n'
        + "\n".join([text(12, 20, title), *parts]) + "\n</svg>\n", encoding="utf-8")


class LogAxis:
    """Values between powers of ten onto pixels."""

    def __init__(self, values, start, end):
        self.low, self.high = floor(log10(min(values))), ceil(log10(max(values)))
        self.high = max(self.high, self.low + 1)
        self.start, self.end = start, end

    def __call__(self, value):
        return self.start + (log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self):
        return [10.0 ** power for power in range(self.low, self.high + 1)]


def peers(count, figures, ratios, target):
    """One row a class: the engines' medians on the left; on the right how many times ours the best peer takes, p50 and p99."""
    row, top = 26, 66
    bottom = top + row * len(figures)
    axis = LogAxis([figure["p50"] / 1000 for found in figures.values() for figure in found.values()], 150, 560)
    parts = [line(axis(tick), top, axis(tick), bottom) + text(axis(tick), bottom + 16, f"{tick:g} ms", "middle") for tick in axis.ticks()]
    engines = dict.fromkeys(engine for found in figures.values() for engine in found)
    for place, engine in enumerate(engines):
        parts += [circle(20 + 95 * place, 40, 5, COLOURS[engine]), text(30 + 95 * place, 44, engine)]
    for place, (name, found) in enumerate(figures.items()):
        y = top + row * (place + 0.5)
        parts += [text(140, y + 4, name, "end"), line(150, y, 560, y, "#eee")]
        parts += [circle(axis(figure["p50"] / 1000), y, 6 if engine == "ours" else 4, COLOURS[engine])
                  for engine, figure in reversed(found.items())]
    parts += ratio_rows(figures, ratios, row, top, bottom)
    write(target, 900, bottom + 30, f"{count:,} doctors: median of each engine; best peer divided by ours".replace(",", " "), parts)


def ratio_rows(figures, ratios, row, top, bottom):
    shown = [value for found in ratios.values() for _, value in found.values()]
    if not shown:
        return []
    axis = LogAxis([*shown, 1], 600, 860)
    parts = [line(axis(tick), top, axis(tick), bottom, "#888" if tick == 1 else "#ddd")
             + text(axis(tick), bottom + 16, f"{tick:g}x", "middle") for tick in axis.ticks()]
    parts.append(text(860, 58, "bar p50, tick p99; right of 1x ours is faster", "end", "#666"))
    for place, name in enumerate(figures):
        y = top + row * (place + 0.5)
        for percentile, (_, value) in ratios.get(name, {}).items():
            colour = "#009E73" if value >= 1 else "#D55E00"
            if percentile == "p50":
                parts.append(line(axis(1), y, axis(value), y, colour, 'stroke-width="10"'))
            else:
                parts.append(line(axis(value), y - 9, axis(value), y + 9, colour, 'stroke-width="3"'))
    return parts


def scaling(ours, target):
    """Ours by size: p50 solid, p99 dashed."""
    times = {name: [(count, row["wall_microseconds"]) for count, rows in sorted(ours.items()) for row in rows if row["class"] == name]
             for name in GEO_CLASSES}
    values = [figure[percentile] / 1000 for points in times.values() for _, figure in points for percentile in ("p50", "p99")]
    x, y = LogAxis(list(ours), 70, 560), LogAxis(values, 360, 50)
    parts = [line(70, y(tick), 560, y(tick)) + text(64, y(tick) + 4, f"{tick:g} ms", "end") for tick in y.ticks()]
    parts += [line(x(count), 50, x(count), 360) + text(x(count), 378, f"{count:,}".replace(",", " "), "middle") for count in ours]
    for place, ((name, points), colour) in enumerate(zip(times.items(), LINE_COLOURS)):
        parts += [line(575, 66 + 20 * place, 595, 66 + 20 * place, colour, 'stroke-width="2"'), text(602, 70 + 20 * place, name)]
        for percentile, dash in (("p50", ""), ("p99", 'stroke-dasharray="5 4"')):
            path = " ".join(f"{x(count):.1f},{y(figure[percentile] / 1000):.1f}" for count, figure in points)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" {dash}/>')
            parts += [circle(x(count), y(figure[percentile] / 1000), 3, colour) for count, figure in points]
    parts.append(text(575, 180, "solid p50, dashed p99"))
    write(target, 740, 395, "Ours by number of doctors, wall time of a query on one thread", parts)
