// Alarms over time, by node: primary ones strong, those that follow from them pale.

const timeline = { bars: new Map(), move: () => {}, chosen: null };

const shown = () => {
  const event = Number(byId("alarm-event").value);
  const primary = byId("alarm-primary").checked;
  return data.alarms.filter((alarm) => (!event || alarm.event === event) && (!primary || alarm.primary));
};

/** Lanes that a node has at most: the more nodes, the fewer. */
const lanesFor = (nodes) => clamp(Math.floor(320 / nodes), 4, 40);

/** Lanes of a node: no two alarms of a lane overlap, primary ones come first. */
function lanesOf(list, most) {
  const lanes = [];
  const order = (a, b) => Number(b.primary) - Number(a.primary) || a.raised_ps - b.raised_ps || a.id - b.id;
  const place = new Map();
  for (const alarm of [...list].sort(order)) {
    const [from, to] = [alarm.raised_ps, alarm.cleared_ps ?? Infinity];
    let lane = lanes.findIndex((spans) => spans.every(([a, b]) => to <= a || b <= from));
    if (lane < 0 && lanes.length === most) continue;
    if (lane < 0) lane = lanes.push([]) - 1;
    lanes[lane].push([from, to]);
    place.set(alarm.id, lane);
  }
  return { place, count: lanes.length };
}

function chainText(alarm) {
  const one = (item) => `${alarmName(item)} (${item.layer}) at ${item.node}, ${item.termination_point}`;
  const steps = alarm.causes.map((id) => alarms.get(id)).filter(Boolean).map((cause) => `← ${one(cause)}`);
  const root = alarm.event === null ? "← no event" : `← ${eventName(alarm.event)}`;
  const until = alarm.cleared_ps === null ? "standing at the end" : `cleared ${exact(alarm.cleared_ps)}`;
  const name = alarm.probable_cause ? `, ${alarm.probable_cause}` : "";
  return [`${alarm.primary ? "◆ primary: " : ""}${one(alarm)}`,
    `raised ${exact(alarm.raised_ps)}, ${until}${alarm.fault_cause ? `; reported${name}` : "; not reported"}`,
    ...steps, root].join("\n");
}

/** Marks an alarm and the chain of its causes. */
function link(alarm) {
  timeline.bars.forEach(({ bar }) => bar.classList.remove("linked", "chosen"));
  if (!alarm) return;
  timeline.bars.get(alarm.id)?.bar.classList.add("chosen");
  alarm.causes.forEach((id) => timeline.bars.get(id)?.bar.classList.add("linked"));
}

function drawTimeline() {
  const box = byId("alarm-picture");
  const list = shown();
  if (list.length === 0) {
    box.replaceChildren(none("No alarms."));
    timeline.move = () => {};
    return;
  }
  const width = Math.max(280, box.clientWidth);
  const phone = width < 600;
  const [left, right, lane] = [phone ? 8 : 150, width - 10, 17];
  const byNode = data.nodes.map((node) => [node.name, list.filter((alarm) => alarm.node === node.name)]).filter(([, own]) => own.length);
  let y = 26;
  const rows = byNode.map(([name, own]) => {
    const { place, count } = lanesOf(own, lanesFor(byNode.length));
    const title = phone ? 16 : 0;
    const row = { name, own, place, top: y, bars: y + 4 + title, bottom: y + count * lane + 6 + title };
    y = row.bottom;
    return row;
  });
  const svg = picture(width, y + 24, "Alarms over time by node");
  svg.setAttribute("role", "group");
  const { x, group } = timeAxis(left, right, 20, y);
  rows.forEach((row, index) => {
    if (index % 2 === 0) svg.append(draw("rect", { class: "band", x: 0, width, y: row.top, height: row.bottom - row.top }));
  });
  svg.append(group, ...eventLines(x, left, right, y));
  timeline.bars = new Map();
  const clip = draw("clipPath", { id: "alarm-clip" }, draw("rect", { x: left, y: 0, width: right - left, height: y }));
  const bars = draw("g", { "clip-path": "url(#alarm-clip)" });
  svg.append(clip, bars);
  for (const row of rows) {
    svg.append(draw("text", { x: phone ? 8 : left - 8, y: row.top + 15, "text-anchor": phone ? "start" : "end" }, row.name));
    row.own.forEach((alarm) => bars.append(...bar(alarm, x, row, lane, [left, right])));
  }
  timeline.move = cursor(svg, x, 20, y);
  timeline.move();
  const hidden = rows.reduce((sum, row) => sum + row.own.length - row.place.size, 0);
  box.replaceChildren(svg, ...(hidden ? [none(`${plural(hidden, "alarm")} of crowded nodes not drawn: choose an event, or see alarms.csv.`)] : []));
  pickTime(svg, left, right);
  roving(list.map((alarm) => timeline.bars.get(alarm.id)?.bar).filter(Boolean));
}

function eventLines(x, left, right, bottom) {
  let last = -Infinity;
  return data.events.flatMap((event) => {
    const px = x(event.at_ps);
    if (px < left || px > right) return [];
    const label = px - last > 26 ? [draw("text", { x: px, y: 14, "text-anchor": "middle", class: "faint" }, `▼${event.id}`)] : [];
    if (label.length) last = px;
    return [draw("line", { class: "event-line", x1: px, x2: px, y1: 18, y2: bottom }), ...label];
  });
}

function bar(alarm, x, row, lane, [left, right]) {
  if (!row.place.has(alarm.id)) return [];
  const from = x(alarm.raised_ps);
  const to = alarm.cleared_ps === null ? right + 20 : x(alarm.cleared_ps);
  if (to < left - 3 || from > right + 3) return [];
  const [start, stop] = [clamp(from, left - 4, right), clamp(to, left, right + 4)];
  const wide = Math.max(3, stop - start);
  const y = row.bars + row.place.get(alarm.id) * lane;
  const kind = alarm.primary ? "primary" : "consequent";
  const rect = draw("rect", { class: `bar ${kind}`, x: start, y, width: wide, height: lane - 3, role: "img",
    "aria-label": `${kind} alarm ${alarmName(alarm)} ${alarm.layer} at ${alarm.node}` });
  explain(rect, () => chainText(alarm));
  const tell = () => {
    link(alarm);
    byId("alarm-chain").textContent = chainText(alarm).replaceAll("\n", " ");
  };
  ["pointerenter", "focus", "click"].forEach((type) => rect.addEventListener(type, tell));
  timeline.bars.set(alarm.id, { bar: rect });
  const name = `${alarm.primary ? "◆ " : ""}${alarmName(alarm)} ${alarm.layer}`;
  const fits = (text) => wide >= text.length * 6.2 + 6;
  const place = `${name}, ${alarm.termination_point.replace(`${alarm.node}:`, "")}`;
  const text = fits(place) ? place : name;
  if (!fits(text)) return [rect];
  return [rect, draw("text", { class: `bar-name ${kind}`, x: Math.max(start, left) + 4, y: y + lane - 6.5 }, text)];
}

/** Primary alarms, and what follows from each. */
function drawAlarmList() {
  const event = Number(byId("alarm-event").value);
  const primary = data.alarms.filter((alarm) => alarm.primary && (!event || alarm.event === event));
  if (primary.length === 0) return byId("alarm-list").replaceChildren(none("None."));
  const rows = primary.slice(0, 300);
  const follow = (alarm) => data.alarms.filter((other) => other.causes.at(-1) === alarm.id);
  const list = table([
    ["Alarm", (a) => make("span", {}, make("b", {}, `◆ ${alarmName(a)}`), ` ${a.layer}`)],
    ["Node", (a) => a.node],
    ["Termination point", (a) => a.termination_point],
    ["Reported as", (a) => a.fault_cause === null ? "not reported" : [a.probable_cause ?? a.fault_cause, a.severity].filter(Boolean).join(", ")],
    ["Raised", (a) => jump(a.raised_ps), "number"],
    ["Cleared", (a) => (a.cleared_ps === null ? "stands" : jump(a.cleared_ps)), "number"],
    ["Event", (a) => eventName(a.event)],
    ["What follows from it", (a) => consequences(follow(a)), "wide"],
  ], rows);
  const more = primary.length > rows.length ? [none(`${primary.length - rows.length} more in alarms.csv`)] : [];
  byId("alarm-list").replaceChildren(list, ...more);
}

function consequences(list) {
  if (list.length === 0) return "nothing";
  const details = make("details", {}, make("summary", {}, plural(list.length, "alarm")));
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    const item = (alarm) => make("li", {}, `${exact(alarm.raised_ps)}: ${alarmName(alarm)} (${alarm.layer}) at ${alarm.node}`);
    details.append(make("ul", {}, list.slice(0, 200).map(item)));
  });
  return details;
}

/** A time that takes the slider there. */
function jump(at) {
  const button = make("button", { type: "button", class: "link", "aria-label": `Go to ${exact(at)}` }, exact(at));
  button.addEventListener("click", () => setNow(at));
  return button;
}

function startAlarms() {
  options(byId("alarm-event"), [["0", "all events"], ...data.events.map((e) => [e.id, `event ${e.id}: ${e.kind} of ${e.place}`])]);
  const box = (kind, text) => make("span", {}, draw("svg", { width: 26, height: 14, "aria-hidden": "true" },
    draw("rect", { class: `bar ${kind}`, x: 1, y: 1, width: 24, height: 12 })), text);
  byId("alarm-legend").replaceChildren(box("primary", "◆ primary"), box("consequent", "follows from another"),
    make("span", {}, "▼ event"), make("span", {}, "Point at an alarm, or go to it with tabulator and arrow keys, for the chain of its causes."));
  ["alarm-event", "alarm-primary"].forEach((id) => byId(id).addEventListener("change", () => {
    drawTimeline();
    drawAlarmList();
  }));
  drawAlarmList();
}
