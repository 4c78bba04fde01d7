// Light and decoder of one direction of a line, packets of a service.

const charts = { moves: [] };

const ways = data.lines.flatMap((line) => line.directions.map((way) => ({ line, way })));

/** Values of a series in the span, with the last one before it. */
function points(times, values) {
  const first = Math.max(0, times.findIndex((at) => at > view.from) - 1);
  const past = times.findIndex((at) => at > view.to);
  const from = times.at(-1) <= view.from ? times.length - 1 : first;
  const to = past < 0 ? times.length : past;
  return thin(times.slice(from, to).map((at, i) => [at, values[from + i]]));
}

/** No more than a few points a pixel: of each run, its ends, its least and its largest. */
function thin(list) {
  if (list.length <= 3000) return list;
  const size = Math.ceil(list.length / 700);
  const all = [];
  for (let i = 0; i < list.length; i += size) {
    const run = list.slice(i, i + size);
    const known = run.filter((p) => p[1] !== null).sort((a, b) => a[1] - b[1]);
    const keep = new Set([run[0], known[0], known.at(-1), run.at(-1)].filter(Boolean));
    all.push(...run.filter((p) => keep.has(p)));
  }
  return all;
}

/** The range of a chart: round, and never of no height. */
function rangeOf(series, log) {
  const values = series.flatMap((one) => one.points.map((p) => p[1])).filter((v) => v !== null && (!log || v > 0));
  if (values.length === 0) return log ? [-12, 0] : [0, 1];
  const all = log ? values.map(Math.log10) : values;
  const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  if (log) return [Math.floor(low - 0.3), Math.max(Math.ceil(high), Math.floor(low - 0.3) + 2)];
  const margin = Math.max((high - low) * 0.08, 0.25);
  return [low - margin, high + margin];
}

const powers = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const tenTo = (power) => `10${[...String(power)].map((digit) => powers[digit]).join("")}`;

/**
 * A chart over time. `series`: name, points, style (0 to 2), how it is drawn (`step` holds until the next,
 * `dots` stand alone). On an axis of logarithms, zero stands at the bottom.
 */
function chart(title, unit, series, log = false) {
  const width = Math.max(260, (byId("line-charts").clientWidth - (innerWidth > 900 ? 24 : 0)) / (innerWidth > 900 ? 2 : 1));
  const [left, right, top, bottom] = [52, width - 8, 8, 190];
  const svg = picture(width, bottom + 22, `${title} over time`);
  const { x, group } = timeAxis(left, right, top, bottom);
  const [low, high] = rangeOf(series, log);
  const scale = (v) => bottom - ((v - low) / (high - low)) * (bottom - top);
  const y = (v) => (log ? (v > 0 ? scale(Math.max(low, Math.log10(v))) : bottom) : scale(v));
  const marks = log ? rounds(low, high, Math.min(6, high - low)).filter(Number.isInteger) : rounds(low, high, 7);
  const digits = marks.length > 1 ? clamp(Math.ceil(-Math.log10(marks[1] - marks[0]) - 1e-9), 0, 4) : 1;
  marks.forEach((value) => group.append(
    draw("line", { x1: left, x2: right, y1: scale(value), y2: scale(value) }),
    draw("text", { x: left - 6, y: scale(value) + 4, "text-anchor": "end" },
      log && value === low ? "0" : log ? tenTo(value) : short(value, digits))));
  const clip = `clip-${title.replace(/\W/g, "")}`;
  const inside = draw("g", { "clip-path": `url(#${clip})` });
  svg.append(draw("clipPath", { id: clip }, draw("rect", { x: left, y: top - 4, width: right - left, height: bottom - top + 8 })), group, inside);
  series.forEach((one) => inside.append(...curve(one, x, y, right)));
  const move = cursor(svg, x, top, bottom);
  charts.moves.push(move);
  move();
  pickTime(svg, left, right);
  const legend = series.map((one) => make("span", {}, draw("svg", { width: 26, height: 10, "aria-hidden": "true" }, sample(one)), one.name));
  const empty = series.every((one) => one.points.every((p) => p[1] === null));
  return make("figure", {}, make("figcaption", {}, make("b", {}, title), unit ? `, ${unit}` : "", empty ? ": nothing is known" : ""),
    svg, make("div", { class: "legend" }, series.length > 1 ? legend : []));
}

const sample = (one) => (one.dots ? dot(one, 13, 5) : draw("path", { class: `curve c${one.style}${one.dash ? " dash" : ""}`, d: "M0 5H26" }));
const dot = (one, x, y) => (one.dots === "square" ?
  draw("rect", { class: `d${one.style}`, x: x - 2.5, y: y - 2.5, width: 5, height: 5 }) :
  draw("circle", { class: `d${one.style}`, cx: x, cy: y, r: 2.3 }));

function curve(one, x, y, right) {
  if (one.dots) return one.points.filter((p) => p[1] !== null).map(([at, v]) => dot(one, x(at), y(v)));
  let path = "";
  let before = null;
  for (const [at, value] of one.points) {
    if (before !== null) path += `H${x(at).toFixed(1)}`;
    if (value !== null) path += `${before === null ? `M${x(at).toFixed(1)} ` : "V"}${y(value).toFixed(1)}`;
    before = value;
  }
  if (before !== null) path += `H${right}`;
  return [draw("path", { class: `curve c${one.style}${one.dash ? " dash" : ""}`, d: path })];
}

function drawLineCharts() {
  charts.moves = [];
  const chosen = ways[Number(byId("line-choice").value)];
  if (!chosen) return byId("line-charts").replaceChildren(none("No lines."));
  const { line, way } = chosen;
  const { light, decoder } = way;
  const centre = decoder.at_ps.map((at) => at + decoder.bin_ps / 2);
  const of = (values) => points(light.at_ps, values);
  const measured = (values) => points(centre, values);
  byId("line-charts").replaceChildren(
    chart("Bit error ratio", "", [
      { name: "before the decoder, by the light", points: of(light.pre_fec_ber), style: 0 },
      { name: "before the decoder, measured", points: measured(decoder.pre_fec_ber), style: 1, dots: "circle" },
      { name: "behind the decoder", points: measured(decoder.post_fec_ber), style: 2, dots: "square" },
    ], true),
    chart("GSNR and OSNR", "dB in 0.1 nm", [
      { name: "GSNR", points: of(light.gsnr_db), style: 0 },
      { name: "OSNR", points: of(light.osnr_db), style: 1, dash: true },
    ]),
    chart("Q factor and margin", "dB", [
      { name: "Q", points: of(light.q_db), style: 0 },
      { name: "GSNR above what is needed", points: of(light.margin_db), style: 1, dash: true },
    ]),
    chart("Received power", "dBm", [{ name: "power", points: of(light.power_dbm), style: 0 }]),
    chart("Codewords that could not be corrected", `in ${duration(decoder.bin_ps)}`, [
      { name: "codewords", points: points(decoder.at_ps, decoder.uncorrectable_codewords), style: 2 }]),
    chart("Bits corrected", `in ${duration(decoder.bin_ps)}`, [
      { name: "bits", points: points(decoder.at_ps, decoder.corrected_bits), style: 0 }]),
  );
  const model = line.fec_model === "table" ? "errors behind the decoder from a measured table, the decoder was not run" : "the decoder was run on every codeword";
  byId("line-facts").textContent = [`${line.name}: ${line.signal}, ${line.fec}`, model, line.path.join(" – "),
    line.length_km === null ? null : `${tidy(line.length_km.toFixed(1))} km`, duration(line.delay_ps),
    line.frequency_thz === null ? null : `${tidy(line.frequency_thz.toFixed(4))} THz`,
    line.risk_groups.length ? `risk groups ${line.risk_groups.join(", ")}` : null].filter(Boolean).join("; ");
  const t = way.totals;
  const rows = [["Frames sent / received", `${grouped(t.frames_sent)} / ${grouped(t.frames_received)}`],
    ["Codewords", grouped(t.codewords)], ["Bits flipped by the light / corrected", `${grouped(t.bits_flipped)} / ${grouped(t.corrected_bits)}`],
    ["Codewords not corrected", grouped(t.uncorrectable_codewords)],
    ["Bits wrong behind the decoder", grouped(t.residual_bit_errors)]];
  byId("line-totals").replaceChildren(table([["Over the whole run", (r) => r[0]], [`${way.from} → ${way.to}`, (r) => r[1], "number"]], rows, { kind: "" }));
}

function startLines() {
  options(byId("line-choice"), ways.map(({ line, way }, index) => [index, `${line.name}: ${way.from} → ${way.to}`]));
  // The one that fared worst comes first.
  const bad = (w) => w.way.totals.uncorrectable_codewords + w.way.states.length;
  const worstWay = ways.reduce((best, w, index) => (bad(w) > bad(ways[best]) ? index : best), 0);
  byId("line-choice").value = String(worstWay);
  byId("line-choice").addEventListener("change", drawLineCharts);
}

/** Thickness of the strip that tells where the traffic came from. */
const THICKNESS = { working: 3, restored: 5, protection: 7, failed: 10 };

/** Where the traffic came from and what became of the packets, small. */
function flowChart(way) {
  const [width, height] = [190, 44];
  const svg = picture(width, height, `Packets ${way.from} to ${way.to} over time`);
  const x = (at) => clamp(((at - view.from) / (view.to - view.from)) * width, 0, width);
  const { flow } = way;
  const most = Math.max(1, flow.sent.reduce((a, b) => Math.max(a, b), 0), flow.delivered.reduce((a, b) => Math.max(a, b), 0));
  const size = Math.max(1, Math.ceil(flow.at_ps.length / 400));
  const column = (kind, at, until, count) => {
    const [from, to] = [x(at), x(until)];
    const high = (Math.min(count, most) / most) * 30;
    return count > 0 && to > from ? [draw("rect", { class: kind, x: from, width: Math.max(0.8, to - from), y: 32 - high, height: high })] : [];
  };
  const largest = (list, i) => list.slice(i, i + size).reduce((a, b) => Math.max(a, b), 0);
  for (let i = 0; i < flow.at_ps.length; i += size) {
    const [at, until] = [flow.at_ps[i], flow.at_ps[i] + flow.bin_ps * size];
    svg.append(...column("delivered", at, until, largest(flow.delivered, i)), ...column("missing", at, until, largest(flow.lost, i)));
  }
  const changesOf = [{ at_ps: 0, state: "working" }, ...way.states, { at_ps: END, state: "working" }];
  changesOf.slice(0, -1).forEach((change, i) => {
    const [from, to] = [x(change.at_ps), x(changesOf[i + 1].at_ps)];
    const high = THICKNESS[change.state];
    if (to > from) svg.append(draw("rect", { class: `spell ${change.state}`, x: from, width: Math.max(1, to - from), y: 39 - high / 2, height: high }));
  });
  charts.flows.push(cursor(svg, x, 0, height));
  charts.flows.at(-1)();
  explain(svg, () => `${way.from} → ${way.to} at ${instant(view.now)}: ${stateAt(way.states, view.now, "working")}\n${plural(way.states.length, "change")} of state in the run`);
  return svg;
}
