// The words and tables, and the start of the page.

function sumPackets() {
  const total = { sent: 0, delivered: 0, lost: 0, corrupted: 0, duplicated: 0, in_flight: 0 };
  data.services.forEach((service) => service.directions.forEach((way) =>
    Object.keys(total).forEach((key) => { total[key] += way.packets[key]; })));
  return total;
}

const disruptions = data.services.flatMap((service) => service.directions.flatMap((way) =>
  way.disruptions.map((disruption) => ({ service, way, ...disruption }))));
const lengthOf = (d) => (d.to_ps ?? END) - d.from_ps;
const longest = disruptions.reduce((a, b) => (a && lengthOf(a) >= lengthOf(b) ? a : b), null);
const slowest = data.switches.filter((s) => s.since_detection_ps !== null)
  .reduce((a, b) => (a && a.since_detection_ps >= b.since_detection_ps ? a : b), null);

/** What happened, in words. */
function story(total) {
  const { run } = data;
  const primary = data.alarms.filter((alarm) => alarm.primary).length;
  const standing = data.alarms.filter((alarm) => alarm.cleared_ps === null).length;
  const says = [`In ${duration(run.ended_at_ps)} of virtual time, ${plural(data.nodes.length, "node")}, ${plural(data.lines.length, "line")} and ${plural(data.services.length, "service")} met ${plural(data.events.length, "event")}.`];
  if (run.interrupted) says.unshift(`The run was stopped before its end at ${duration(run.duration_ps)}.`);
  says.push(data.alarms.length === 0 ? "No alarm was raised." :
    `${plural(data.alarms.length, "alarm was", "alarms were")} raised, ${primary} of them primary; ${standing === 0 ? "all had cleared" : `${standing} stood`} at the end.`);
  says.push(total.sent === 0 ? "No packet was sent." : total.delivered === total.sent ? `All ${grouped(total.sent)} packets were delivered.` :
    `Of ${grouped(total.sent)} packets, ${grouped(total.delivered)} were delivered, ${grouped(total.lost)} lost, ${grouped(total.corrupted)} corrupted, ${grouped(total.duplicated)} duplicated${total.in_flight ? ` and ${grouped(total.in_flight)} still on their way` : ""}.`);
  if (longest) says.push(`The longest disruption was ${duration(lengthOf(longest))} of ${longest.service.name}, ${longest.way.from} → ${longest.way.to}${longest.event === null ? "" : `, from ${eventName(longest.event)}`}.`);
  if (slowest) says.push(`The slowest of ${plural(data.switches.length, "protection switch", "protection switches")} took ${duration(slowest.since_detection_ps)} from detection, at ${slowest.node} for ${slowest.service}.`);
  return says.join(" ");
}

function drawSummary() {
  const { run } = data;
  byId("run-facts").textContent = `Seed ${run.seed}. Clients sent for ${duration(run.duration_ps)}; the run ended at ${duration(run.ended_at_ps)}.${run.interrupted ? " INTERRUPTED." : ""}`;
  const total = sumPackets();
  byId("story").textContent = story(total);
  const failed = data.services.filter((service) => service.directions.some((way) => way.states.some((s) => s.state === "failed"))).length;
  const figures = [["Packets delivered", grouped(total.delivered), `of ${grouped(total.sent)}`], ["Packets lost", grouped(total.lost), ""],
    ["Corrupted or duplicated", grouped(total.corrupted + total.duplicated), ""],
    ["Services that failed at some time", String(failed), `of ${data.services.length}`],
    ["Primary alarms", String(data.alarms.filter((a) => a.primary).length), `of ${data.alarms.length}`],
    ["Longest disruption", longest ? duration(lengthOf(longest)) : "none", ""],
    ["Slowest switch", slowest ? duration(slowest.since_detection_ps) : "none", ""],
    ["Codewords not corrected", grouped(ways.reduce((sum, w) => sum + w.way.totals.uncorrectable_codewords, 0)), ""]];
  byId("figures").replaceChildren(...figures.map(([name, value, of]) =>
    make("div", {}, make("dt", {}, name), make("dd", {}, value, of ? make("small", {}, ` ${of}`) : ""))));
  byId("warnings").replaceChildren(...run.warnings.map((text) => make("p", { class: "warning" }, text)));
}

function drawServices() {
  charts.flows = [];
  const rows = data.services.flatMap((service) => service.directions.map((way) => ({ service, way })))
    .sort((a, b) => b.way.packets.lost - a.way.packets.lost);
  if (rows.length === 0) return byId("service-table").replaceChildren(none("No services."));
  const guard = (p) => (p ? `${p.kind}, ${p.revertive ? `revertive after ${duration(p.wait_to_restore_ps)}` : "not revertive"}${p.hold_off_ps ? `, hold-off ${duration(p.hold_off_ps)}` : ""}` : "none");
  const bad = ({ way: { packets, pattern } }) => (packets.lost + packets.corrupted + packets.duplicated + (pattern?.errors ?? 0) + (pattern?.sync_losses ?? 0) > 0 ? "bad" : "");
  byId("service-table").replaceChildren(table([
    ["Service", (r) => r.service.name],
    ["Direction", (r) => `${r.way.from} → ${r.way.to}`],
    ["Client", (r) => `${r.service.client}, ${r.service.mapping}, ${r.service.odu}`],
    ["Protection", (r) => guard(r.service.protection)],
    ["Sent", (r) => grouped(r.way.packets.sent), "number"],
    ["Delivered", (r) => grouped(r.way.packets.delivered), "number"],
    ["Lost", (r) => grouped(r.way.packets.lost), "number lost"],
    ["Corrupted / duplicated", (r) => `${grouped(r.way.packets.corrupted)} / ${grouped(r.way.packets.duplicated)}`, "number"],
    ["Wrong bits of a pattern", (r) => (r.way.pattern ? `${grouped(r.way.pattern.errors)} of ${grouped(r.way.pattern.bits)}` : null), "number"],
    ["Wrong: pattern lost", (r) => (r.way.pattern ? `${grouped(r.way.pattern.sync_losses)} times` : null), "number"],
    ["Latency min / mean / max", (r) => ["min_ps", "mean_ps", "max_ps"].map((key) => duration(r.way.latency[key])).join(" / ")],
    ["Packets over time", (r) => flowChart(r.way)],
  ].filter(([title]) => !title.startsWith("Wrong") || rows.some((r) => r.way.pattern)), rows, { name: "services", rowClass: bad }));
}

/** Delays there and back, beside what the lines alone take. */
function drawDelays() {
  const rows = data.services.flatMap((service) => (service.delays ?? []).map((delay) => ({ service, delay })));
  if (rows.length === 0) return;
  const least = (d) => Math.min(...d.measurements.map((m) => m.lasts_ps));
  const most = (d) => Math.max(...d.measurements.map((m) => m.lasts_ps));
  byId("delay-table").replaceChildren(make("h3", {}, "Delay there and back"), table([
    ["Service", (r) => r.service.name],
    ["Of", (r) => r.delay.of],
    ["Between", (r) => r.delay.ends.join(" – ")],
    ["Times", (r) => grouped(r.delay.measured), "number"],
    ["Least / most", (r) => (r.delay.measurements.length === 0 ? "–" : `${duration(least(r.delay))} / ${duration(most(r.delay))}`), "number"],
    ["Lines alone", (r) => duration(r.delay.lines_ps), "number"],
    ["Given up", (r) => grouped(r.delay.abandoned), "number"],
  ], rows));
}

function drawDisruptions() {
  if (disruptions.length === 0) return byId("disruption-table").replaceChildren(none("None."));
  byId("disruption-table").replaceChildren(table([
    ["Service", (d) => d.service.name],
    ["Direction", (d) => `${d.way.from} → ${d.way.to}`],
    ["From", (d) => jump(d.from_ps), "number"],
    ["By packets", (d) => (d.to_ps === null ? "to the end" : duration(lengthOf(d))), "number"],
    ["Longest gap", (d) => duration(d.longest_gap_ps), "number"],
    ["By defect", (d) => duration(d.defect_ps), "number"],
    ["Packets lost", (d) => grouped(d.packets_lost), "number"],
    ["Event", (d) => eventName(d.event)],
  ], [...disruptions].sort((a, b) => lengthOf(b) - lengthOf(a))));
}

function drawRecords() {
  byId("switch-table").replaceChildren(data.switches.length === 0 ? none("None.") : table([
    ["Time", (s) => jump(s.at_ps), "number"],
    ["Node", (s) => s.node],
    ["Service", (s) => s.service],
    ["From → to", (s) => `${s.from} → ${s.to}`],
    ["Request", (s) => s.request],
    ["Since detection", (s) => duration(s.since_detection_ps), "number"],
    ["Reason", (s) => s.reason],
    ["Event", (s) => eventName(s.event)],
  ], data.switches));
  byId("event-table").replaceChildren(data.events.length === 0 ? none("None.") : table([
    ["Number", (e) => String(e.id), "number"],
    ["Time", (e) => jump(e.at_ps), "number"],
    ["Until", (e) => (e.until_ps === null ? "–" : jump(e.until_ps)), "number"],
    ["Kind", (e) => e.kind],
    ["Place", (e) => e.place],
    ["In words", (e) => e.text],
    ["Alarms", (e) => grouped(data.alarms.filter((a) => a.event === e.id).length), "number"],
  ], data.events));
  const captured = new Map(data.captures.map((capture) => [capture.file, capture]));
  byId("file-list").replaceChildren(make("ul", {}, data.run.files.map((file) => {
    const capture = captured.get(file);
    return make("li", {}, make("code", {}, file), capture ? `: ${capture.point}, ${plural(capture.frames, "frame")}` : "");
  })));
}

/** Intervals with the most to tell, worst first. */
function drawPerformance() {
  const bins = data.performance.filter((bin) => bin.period === byId("period").value);
  const weight = (b) => [b.near.unavailable_seconds, b.near.severely_errored_seconds, b.near.errored_seconds, b.near.background_block_errors];
  const worse = (a, b) => weight(b).map((v, i) => v - weight(a)[i]).find((v) => v !== 0) ?? 0;
  const rows = [...bins].sort(worse).slice(0, 200);
  const both = (key) => (b) => `${grouped(b.near[key])} / ${grouped(b.far[key])}`;
  const more = bins.length > rows.length ? [none(`The worst ${rows.length} of ${bins.length}; all are in pm.csv.`)] : [];
  byId("performance-table").replaceChildren(bins.length === 0 ? none("None.") : table([
    ["Termination point", (b) => b.termination_point],
    ["Start", (b) => exact(b.start_ps), "number"],
    ["Counted", (b) => `${duration(b.elapsed_ps)}${b.validity === "complete" ? "" : `, ${b.validity}`}`, "number"],
    ["ES near / far", both("errored_seconds"), "number"],
    ["SES near / far", both("severely_errored_seconds"), "number"],
    ["UAS near / far", both("unavailable_seconds"), "number"],
    ["BBE near / far", both("background_block_errors"), "number"],
    ["Corrected bits", (b) => (b.corrected_bits === null ? "–" : grouped(b.corrected_bits)), "number"],
  ], rows), ...more);
}

function startPerformance() {
  const names = { "1s": "1 s", "15min": "15 min", "24h": "24 h" };
  const found = Object.keys(names).filter((period) => data.performance.some((bin) => bin.period === period));
  options(byId("period"), found.map((period) => [period, names[period]]));
  byId("period").addEventListener("change", drawPerformance);
  drawPerformance();
}

function serviceLegend() {
  const box = (kind, text, height) => make("span", {}, draw("svg", { width: 22, height: 12, "aria-hidden": "true" },
    draw("rect", { class: kind, x: 0, y: (12 - height) / 2, width: 22, height })), text);
  byId("service-legend").replaceChildren(box("delivered", "delivered", 12), box("missing", "lost", 12), make("span", {}, "Strip below, by thickness and colour:"),
    ...Object.keys(THICKNESS).map((state) => box(`spell ${state}`, state, THICKNESS[state])));
}

function start() {
  startTimeBar();
  startAlarms();
  startLines();
  startPerformance();
  drawSummary();
  drawMap();
  mapLegend();
  drawState();
  drawRecords();
  drawDisruptions();
  drawDelays();
  serviceLegend();
  onView.push(drawTimeline, drawLineCharts, drawServices);
  onNow.push(updateMap, updateState, () => timeline.move(), () => charts.moves.forEach((move) => move()),
    () => charts.flows.forEach((move) => move()), drawSlots, updateSpectrum);
  view.now = worstInstant();
  setView(0, END);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    drawMap();
    drawSpectrum();
    setView(view.from, view.to);
  });
}

start();
