// What is taken: tributary slots of lines, channels of fibres.

const serviceIndex = new Map(data.services.map((service, index) => [service.name, index]));
const lineIndex = new Map(data.lines.map((line, index) => [line.name, index]));
const tint = (index) => `var(--tint-${index % 6})`;

/** Neighbouring slots of one service and role as one piece; a free slot is a piece. */
function pieces(line, at) {
  const taken = new Map(line.slots.filter((use) => holds(use, at)).map((use) => [use.slot, use]));
  const all = [];
  for (let slot = 1; slot <= line.slot_count; slot++) {
    const use = taken.get(slot) ?? null;
    const last = all.at(-1);
    if (last && use && last.use && last.use.service === use.service && last.use.role === use.role) last.count += 1;
    else all.push({ slot, count: 1, use });
  }
  return all;
}

const resources = { key: "", all: false, allSlots: false };

/** Lines and fibres that are drawn before all are asked for. */
const FIRST = { lines: 32, fibres: 16 };

/** Draws the slots of the instant, where they are not what is drawn already. */
function drawSlots() {
  const tall = data.lines.filter((line) => line.slot_count > 0);
  if (tall.length === 0) return byId("slot-rows").replaceChildren(none("No line has tributary slots."));
  const some = resources.allSlots ? tall : tall.slice(0, FIRST.lines);
  const parts = some.map((line) => [line, pieces(line, view.now)]);
  const key = JSON.stringify(parts.map(([, list]) => list.map((p) => [p.slot, p.use?.service, p.use?.role])));
  if (key === resources.key) return;
  resources.key = key;
  byId("slot-rows").replaceChildren(...parts.map(([line, list]) => {
    const used = list.reduce((sum, p) => sum + (p.use ? p.count : 0), 0);
    const label = make("div", { class: "label" }, make("b", {}, line.name), ` ${line.signal}, ${used} of ${line.slot_count} in use`);
    const text = () => [`${line.name}: ${line.ends.join(" – ")}`, ...list.filter((p) => p.use).map((p) =>
      `${p.count > 1 ? `slots ${p.slot} to ${p.slot + p.count - 1}` : `slot ${p.slot}`}: ${p.use.service}, ${p.use.odu}, ${p.use.role}`)].join("\n");
    const grid = make("div", { class: "slots", tabindex: "0", role: "img", "aria-label": text() }, list.map(piece));
    grid.style.gridTemplateColumns = list.map((p) => `minmax(0, ${p.count}fr)`).join(" ");
    explain(grid, text);
    return make("div", { class: "row" }, label, grid);
  }));
  if (some.length === tall.length) return;
  const all = make("button", { type: "button" }, `Show all ${tall.length} lines`);
  all.addEventListener("click", () => {
    resources.allSlots = true;
    drawSlots();
  });
  byId("slot-rows").append(all);
}

function piece({ use }) {
  if (!use) return make("div", { class: "slot free" });
  const part = make("div", { class: `slot ${use.role}` }, make("b", {}, use.service));
  part.style.backgroundColor = tint(serviceIndex.get(use.service) ?? 0);
  return part;
}

function drawSpectrum() {
  const box = byId("spectrum-rows");
  const channels = data.fibres.flatMap((fibre) => fibre.channels);
  if (channels.length === 0) return box.replaceChildren(none("The lines have no photonics: there are no fibres to show."));
  const low = channels.reduce((a, c) => Math.min(a, c.frequency_thz - c.width_ghz / 2000), Infinity) - 0.02;
  const high = channels.reduce((a, c) => Math.max(a, c.frequency_thz + c.width_ghz / 2000), 0) + 0.02;
  const wide = Math.max(260, innerWidth > 640 ? box.clientWidth - 253 : box.clientWidth);
  const shownFibres = resources.all ? data.fibres : data.fibres.slice(0, FIRST.fibres);
  const rows = shownFibres.map((fibre, index) => spectrumRow(fibre, wide, [low, high], index === shownFibres.length - 1));
  if (shownFibres.length < data.fibres.length) {
    const all = make("button", { type: "button" }, `Show all ${data.fibres.length} fibres`);
    all.addEventListener("click", () => {
      resources.all = true;
      drawSpectrum();
    });
    rows.push(all);
  }
  box.replaceChildren(...rows);
}

function spectrumRow(fibre, wide, [low, high], axis) {
  const x = (thz) => ((thz - low) / (high - low)) * (wide - 2) + 1;
  const now = fibre.channels.filter((channel) => holds(channel, view.now));
  const one = (c) => `${c.frequency_thz.toFixed(4)} THz, ${tidy(c.width_ghz.toFixed(2))} GHz: ${c.owner}${c.power_dbm === null ? "" : `, ${decibel(c.power_dbm, "dBm")}`}`;
  const text = [`${fibre.name}: ${fibre.from} → ${fibre.to}`, ...now.slice(0, 24).map(one), ...(now.length > 24 ? [`and ${now.length - 24} more`] : [])].join("\n");
  const svg = picture(wide, axis ? 48 : 30, text);
  svg.setAttribute("tabindex", "0");
  const marks = draw("g", { class: "axis" });
  rounds(low, high, wide / 110).forEach((thz) => {
    marks.append(draw("line", { x1: x(thz), x2: x(thz), y1: 0, y2: 30 }));
    if (axis) marks.append(draw("text", { x: clamp(x(thz), 20, wide - 20), y: 45, "text-anchor": "middle" }, tidy(thz.toFixed(3))));
  });
  svg.append(marks, draw("line", { x1: 0, x2: wide, y1: 29.5, y2: 29.5, stroke: "currentColor" }));
  now.forEach((channel) => {
    const [from, to] = [-1, 1].map((side) => x(channel.frequency_thz + (side * channel.width_ghz) / 2000));
    const own = lineIndex.get(channel.owner);
    const box = draw("rect", { class: own === undefined ? "channel other" : "channel", x: from, width: Math.max(1.5, to - from), y: own === undefined ? 12 : 4, height: own === undefined ? 17 : 25 });
    if (own !== undefined) box.style.fill = tint(own);
    svg.append(box);
    if (own !== undefined && to - from > channel.owner.length * 6.5 + 4) {
      svg.append(draw("text", { x: (from + to) / 2, y: 21, "text-anchor": "middle", class: "bar-name" }, channel.owner));
    }
  });
  explain(svg, () => text);
  const label = make("div", { class: "label" }, make("b", {}, fibre.name),
    ` ${fibre.from} → ${fibre.to}${fibre.length_km === null ? "" : `, ${tidy(fibre.length_km.toFixed(1))} km`}, ${plural(now.length, "channel")}`);
  return make("div", { class: "row" }, label, svg);
}

/** Draws the spectrum again where channels came or went. */
function updateSpectrum() {
  const key = data.fibres.map((fibre) => fibre.channels.map((c) => (holds(c, view.now) ? 1 : 0)).join("")).join();
  if (key !== resources.channels) {
    resources.channels = key;
    drawSpectrum();
  }
}
