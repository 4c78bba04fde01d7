// The map: where nodes are, how lines run, what state they are in at the instant.

/** Places of the nodes: by their coordinates, or by forces along the lines. Always the same. */
function places() {
  const known = data.nodes.filter((node) => node.latitude !== null && node.longitude !== null);
  const at = new Map();
  if (known.length >= 2 && known.length * 2 >= data.nodes.length) {
    const middle = known.reduce((sum, node) => sum + node.latitude, 0) / known.length;
    // Equirectangular: a degree of longitude is shorter by the cosine of the latitude.
    const narrow = Math.cos((middle * Math.PI) / 180);
    known.forEach((node) => at.set(node.name, [node.longitude * narrow, -node.latitude]));
    between(at);
    return { at, how: "Equirectangular projection of the nodes' coordinates." };
  }
  return { at: forces(), how: "The nodes have no coordinates: the layout is computed from the lines." };
}

/** Nodes without coordinates go between their neighbours on the paths of lines. */
function between(at) {
  for (const line of data.lines) {
    line.path.forEach((name, index) => {
      if (at.has(name)) return;
      const before = line.path.slice(0, index).findLast((other) => at.has(other));
      const after = line.path.slice(index).findIndex((other) => at.has(other));
      const [a, b] = [at.get(before), at.get(line.path[index + after])];
      if (a && b && after > 0) at.set(name, [0, 1].map((i) => a[i] + (b[i] - a[i]) / (after + 1)));
    });
  }
  const all = [...at.values()];
  const centre = [0, 1].map((i) => all.reduce((sum, p) => sum + p[i], 0) / all.length);
  data.nodes.filter((node) => !at.has(node.name)).forEach((node, index) => {
    const reach = Math.max(...all.map((p) => Math.hypot(p[0] - centre[0], p[1] - centre[1]))) * 1.1;
    at.set(node.name, [centre[0] + reach * Math.cos(index), centre[1] + reach * Math.sin(index)]);
  });
}

/** Fruchterman and Reingold's layout, from a circle on. */
function forces() {
  const names = data.nodes.map((node) => node.name);
  const at = names.map((_, i) => {
    const angle = (2 * Math.PI * i) / names.length - Math.PI / 2;
    return [Math.cos(angle), Math.sin(angle)];
  });
  const index = new Map(names.map((name, i) => [name, i]));
  const edges = [...segments().keys()].map((key) => key.split("\n").map((name) => index.get(name)));
  const apart = 1.6 / Math.sqrt(Math.max(names.length, 1));
  const rounds = names.length > 150 ? 60 : 300;
  for (let round = 0; round < rounds; round++) {
    const move = at.map(() => [0, 0]);
    const push = (i, j, size) => {
      const [dx, dy] = [at[i][0] - at[j][0], at[i][1] - at[j][1]];
      const far = Math.max(Math.hypot(dx, dy), 1e-3);
      const by = size(far) / far;
      move[i][0] += dx * by; move[i][1] += dy * by;
      move[j][0] -= dx * by; move[j][1] -= dy * by;
    };
    for (let i = 0; i < at.length; i++) for (let j = 0; j < i; j++) push(i, j, (far) => apart ** 2 / far);
    edges.forEach(([i, j]) => push(i, j, (far) => -(far ** 2) / apart));
    const most = 0.12 * (1 - round / rounds);
    at.forEach((place, i) => {
      const far = Math.max(Math.hypot(...move[i]), 1e-9);
      const by = Math.min(far, most) / far;
      place[0] += move[i][0] * by; place[1] += move[i][1] * by;
    });
  }
  return new Map(names.map((name, i) => [name, at[i]]));
}

/** Pairs of neighbouring nodes and the lines that pass between them. */
function segments() {
  const all = new Map();
  for (const line of data.lines) {
    for (let i = 1; i < line.path.length; i++) {
      const key = [line.path[i - 1], line.path[i]].sort().join("\n");
      if (!all.has(key)) all.set(key, []);
      all.get(key).push(line.name);
    }
  }
  return all;
}

/** Scales places to a picture of this width. Returns places in it and its height. */
function fit(at, width) {
  const all = [...at.values()];
  const range = (i) => [Math.min(...all.map((p) => p[i])), Math.max(...all.map((p) => p[i]))];
  const [[left, right], [top, bottom]] = [range(0), range(1)];
  const [wide, high] = [Math.max(right - left, 1e-6), Math.max(bottom - top, 1e-6)];
  const [edge, limit] = [width < 500 ? 46 : 70, width < 500 ? 460 : 640];
  const scale = Math.min((width - 2 * edge) / wide, (limit - 90) / high);
  const height = Math.max(180, high * scale + 90);
  const place = ([x, y]) => [width / 2 + (x - (left + right) / 2) * scale, height / 2 + (y - (top + bottom) / 2) * scale];
  return { height, at: new Map([...at].map(([name, p]) => [name, place(p)])) };
}

const SHAPES = {
  terminal: "M-7-7H7V7H-7Z",
  switch: "M0-9L9 0L0 9L-9 0Z",
  roadm: "M-4-9H4L9-4V4L4 9H-4L-9 4V-4Z",
  amplifier: "M-6-7L8 0L-6 7Z",
};

/** The stroke of one direction of a line over one segment, beside those of others. */
function stroke(p, q, aside) {
  const far = Math.max(Math.hypot(q[0] - p[0], q[1] - p[1]), 1e-6);
  const [nx, ny] = [-(q[1] - p[1]) / far, (q[0] - p[0]) / far];
  return [p, q].map(([x, y]) => [x + nx * aside, y + ny * aside]);
}

const pathOf = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

const map = { lines: new Map(), sites: new Map(), chosen: null };

function drawMap() {
  const box = byId("map-picture");
  const width = Math.max(280, box.clientWidth);
  const { at: raw, how } = places();
  const { at, height } = fit(raw, width);
  const pairs = segments();
  const svg = picture(width, height, "Map of the network");
  svg.setAttribute("role", "group");
  map.halos = draw("g");
  map.track = new Map();
  map.lines = new Map();
  map.sites = new Map();
  svg.append(map.halos);
  data.lines.forEach((line) => svg.append(drawLine(line, at, pairs)));
  const taken = [...at.values()].map(([x, y]) => [x - 10, y - 10, x + 10, y + 10]);
  for (const key of pairs.keys()) {
    const [p, q] = key.split("\n").map((name) => at.get(name));
    const count = p && q ? Math.min(60, Math.hypot(q[0] - p[0], q[1] - p[1]) / 9) : 0;
    for (let i = 1; i < count; i++) {
      const [x, y] = [0, 1].map((axis) => p[axis] + ((q[axis] - p[axis]) * i) / count);
      taken.push([x - 3, y - 3, x + 3, y + 3]);
    }
  }
  data.nodes.forEach((node) => svg.append(drawSite(node, at, taken, width, height)));
  box.replaceChildren(svg);
  roving([...map.lines.values()].map((item) => item.group));
  roving([...map.sites.values()].map((item) => item.group));
  byId("map-note").textContent = `${how} Each line is two strokes, one a direction; traffic keeps to the right.`;
  showRoutes(map.chosen);
}

function drawLine(line, at, pairs) {
  const tracks = [[], []];
  let longest = [0, [0, 0], [0, 0]];
  for (let i = 1; i < line.path.length; i++) {
    const [a, b] = [line.path[i - 1], line.path[i]];
    const sorted = a < b;
    const all = pairs.get([a, b].sort().join("\n"));
    const [p, q] = [at.get(a), at.get(b)];
    if (!p || !q) continue;
    const rank = (all.indexOf(line.name) - (all.length - 1) / 2) * 10 * (sorted ? 1 : -1);
    const ways = [2.4, -2.4].map((by) => stroke(p, q, rank + by));
    ways.forEach((way, index) => tracks[index].push(...way));
    const far = Math.hypot(q[0] - p[0], q[1] - p[1]);
    if (far > longest[0]) longest = [far, ...stroke(p, q, rank)];
  }
  const [, p, q] = longest;
  const middle = tracks[0].map(([x, y], i) => [(x + tracks[1][i][0]) / 2, (y + tracks[1][i][1]) / 2]);
  map.track.set(line.name, pathOf(middle));
  const ways = line.directions.map((_, index) => draw("path", { class: "way", d: pathOf(tracks[index]) }));
  // A sign stands nearer to the node that receives.
  const signs = line.directions.map((_, index) => {
    const share = index === 0 ? 0.62 : 0.38;
    return draw("text", { class: "sign", x: p[0] + (q[0] - p[0]) * share, y: p[1] + (q[1] - p[1]) * share + 5 });
  });
  const group = draw("g", { class: "line", role: "img" },
    draw("path", { class: "hit", d: pathOf(middle) }), ways, signs);
  explain(group, () => lineText(line));
  map.lines.set(line.name, { group, ways, signs });
  return group;
}

/** What there is to say of a line at the instant. */
function lineText(line) {
  const ways = line.directions.map((way) => {
    const light = sampleAt(way.light, view.now);
    const values = light === null ? "" :
      `, GSNR ${decibel(way.light.gsnr_db[light])}, pre-FEC BER ${ratio(way.light.pre_fec_ber[light])}`;
    return `${way.from} → ${way.to}: ${stateAt(way.states, view.now, "up")}${values}`;
  });
  const carried = new Set(line.slots.filter((use) => holds(use, view.now)).map((use) => use.service));
  return [`${line.name}: ${line.signal}, ${line.fec}, ${duration(line.delay_ps)}`, ...ways,
    `Carries ${[...carried].join(", ") || "nothing in slots"}`,
    ...(line.risk_groups.length ? [`Risk groups: ${line.risk_groups.join(", ")}`] : [])].join("\n");
}

/** Index of the sample that holds at a time, or `null`. */
function sampleAt(series, at) {
  const index = series.at_ps.findLastIndex((time) => time <= at);
  return index < 0 ? null : index;
}

function drawSite(node, at, taken, width, height) {
  const [x, y] = at.get(node.name);
  const shape = draw("path", { d: SHAPES[node.kind] });
  const badge = draw("text", { class: "badge", y: 4 });
  const [dx, dy, anchor] = labelPlace(node.name, x, y, taken, [width, height]);
  const name = draw("text", { class: "name", x: dx, y: dy, "text-anchor": anchor }, node.name);
  const group = draw("g", { class: "site", role: "img", transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, shape, badge, name);
  explain(group, () => siteText(node));
  map.sites.set(node.name, { group, badge });
  return group;
}

/** Where a name covers least of what is there: right, left, below, above. */
function labelPlace(name, x, y, taken, [width, height]) {
  const long = name.length * 6.9;
  const tries = [[13, 4, "start"], [-13, 4, "end"], [0, 23, "middle"], [0, -14, "middle"], [10, 18, "start"], [10, -9, "start"], [-10, 18, "end"], [-10, -9, "end"]];
  const boxOf = ([dx, dy, anchor]) => {
    const left = x + dx - (anchor === "end" ? long : anchor === "middle" ? long / 2 : 0);
    return [left, y + dy - 11, left + long, y + dy + 3];
  };
  const cost = (box) => {
    const outside = Math.max(0, 2 - box[0]) + Math.max(0, box[2] - width + 2) + Math.max(0, box[3] - height + 2);
    const over = taken.reduce((sum, other) => sum +
      Math.max(0, Math.min(box[2], other[2]) - Math.max(box[0], other[0])) *
      Math.max(0, Math.min(box[3], other[3]) - Math.max(box[1], other[1])), 0);
    return over + outside * 1000;
  };
  const best = tries.map((place, i) => [cost(boxOf(place)) + i * 0.1, place]).sort((a, b) => a[0] - b[0])[0][1];
  taken.push(boxOf(best));
  return best;
}

const alarmsByNode = Map.groupBy ? Map.groupBy(data.alarms, (alarm) => alarm.node) :
  data.alarms.reduce((all, alarm) => all.set(alarm.node, [...(all.get(alarm.node) ?? []), alarm]), new Map());

function siteText(node) {
  const standing = (alarmsByNode.get(node.name) ?? []).filter((alarm) => stands(alarm, view.now));
  const primary = standing.filter((alarm) => alarm.primary);
  const rows = primary.slice(0, 6).map((alarm) => `◆ ${alarmName(alarm)} (${alarm.layer}) at ${alarm.termination_point}`);
  const rest = standing.length - primary.length;
  const state = stateAt(node.states, view.now, "up") === "down" ? ", no power" : "";
  return [`${node.name}: ${node.kind}${state}`, ...rows,
    rest > 0 ? plural(rest, "consequent alarm") : primary.length ? "" : "no alarm"].filter(Boolean).join("\n");
}

/** Colours, signs and badges of the instant. */
function updateMap() {
  for (const line of data.lines) {
    const { group, ways, signs } = map.lines.get(line.name);
    line.directions.forEach((way, index) => {
      const state = stateAt(way.states, view.now, "up");
      ways[index].setAttribute("class", `way ${state}`);
      signs[index].setAttribute("class", `sign ${state}`);
      signs[index].textContent = state === "up" ? "" : SIGNS[state];
    });
    group.setAttribute("aria-label", `Line ${line.name}: ${lineState(line, view.now)}`);
    group.dataset.state = lineState(line, view.now);
  }
  for (const node of data.nodes) {
    const { group, badge } = map.sites.get(node.name);
    const standing = (alarmsByNode.get(node.name) ?? []).filter((alarm) => stands(alarm, view.now));
    const down = stateAt(node.states, view.now, "up") === "down";
    const primary = standing.some((alarm) => alarm.primary);
    const state = down ? "down" : primary ? "primary" : standing.length ? "alarmed" : "";
    group.setAttribute("class", `site ${state}`);
    badge.textContent = down ? "✕" : standing.length || "";
    group.setAttribute("aria-label", `Node ${node.name}: ${down ? "no power" : plural(standing.length, "alarm")}`);
  }
}

/** Draws the routes of a service under the lines. */
function showRoutes(name) {
  const service = services.get(name);
  map.halos.replaceChildren();
  // Dashes of one route lie on the solid one of another where they share a line.
  for (const route of service?.routes ?? []) {
    for (const line of route.lines) {
      if (map.track.has(line)) map.halos.append(draw("path", { class: `halo ${route.role}`, d: map.track.get(line) }));
    }
  }
}

function choose(name) {
  map.chosen = map.chosen === name ? null : name;
  showRoutes(map.chosen);
  document.querySelectorAll("[data-service]").forEach((button) =>
    button.setAttribute("aria-pressed", String(button.dataset.service === map.chosen)));
}

/** A button with the name of a service that shows its routes. */
function serviceButton(service, ...more) {
  const button = make("button", { type: "button", class: "pick", "aria-pressed": String(map.chosen === service.name), "data-service": service.name }, make("span", {}, service.name), ...more);
  button.addEventListener("pointerenter", () => showRoutes(service.name));
  button.addEventListener("pointerleave", () => showRoutes(map.chosen));
  button.addEventListener("focus", () => showRoutes(service.name));
  button.addEventListener("blur", () => showRoutes(map.chosen));
  button.addEventListener("click", () => choose(service.name));
  return button;
}

const panel = { services: new Map() };

function drawState() {
  panel.text = make("div");
  panel.head = make("h3");
  panel.services = new Map(data.services.map((service) => [service.name, make("span", { class: "state-mark" })]));
  const list = data.services.map((service) => make("li", {}, serviceButton(service, panel.services.get(service.name))));
  byId("state").replaceChildren(panel.head, panel.text, make("h3", {}, "Services, with their routes when pointed at"), make("ul", {}, list));
}

function updateState() {
  const at = view.now;
  panel.head.textContent = `At ${instant(at, view.to - view.from)}`;
  const bad = data.lines.filter((line) => lineState(line, at) !== "up");
  const primary = data.alarms.filter((alarm) => alarm.primary && stands(alarm, at));
  const standing = data.alarms.filter((alarm) => stands(alarm, at)).length;
  const last = data.events.filter((event) => event.at_ps <= at).at(-1);
  const rows = [
    make("p", {}, last ? `Last event: ${last.text}` : "No event yet."),
    make("p", {}, `${plural(standing, "alarm")} standing, ${primary.length} primary.`),
    make("ul", {}, bad.slice(0, 8).map((line) => make("li", {}, `${line.name} `, mark(lineState(line, at))))),
    make("ul", {}, primary.slice(0, 8).map((alarm) => make("li", {}, `◆ ${alarmName(alarm)} at ${alarm.termination_point}`))),
  ];
  if (bad.length === 0) rows[2] = make("p", {}, "All lines are up.");
  panel.text.replaceChildren(...rows);
  data.services.forEach((service) => panel.services.get(service.name).replaceChildren(mark(serviceState(service, at))));
}

function mapLegend() {
  const way = (state, sign, text) => make("span", {}, draw("svg", { width: 40, height: 14, "aria-hidden": "true" },
    draw("path", { class: `way ${state}`, d: "M0 7H40" }),
    draw("text", { class: `sign ${state}`, x: 20, y: 12 }, sign)), text);
  const site = (kind, state, badge, text) => make("span", {}, draw("svg", { width: 22, height: 20, "aria-hidden": "true" },
    draw("g", { class: `site ${state}`, transform: "translate(11 10)" }, draw("path", { d: SHAPES[kind] }),
      draw("text", { class: "badge", y: 4 }, badge))), text);
  const kinds = Object.keys(SHAPES).filter((kind) => data.nodes.some((node) => node.kind === kind));
  const halo = (role) => make("span", {}, draw("svg", { width: 40, height: 14, "aria-hidden": "true" },
    draw("path", { class: `halo ${role}`, d: "M6 7H34" })), `${role} route`);
  const roles = [...new Set(data.services.flatMap((service) => service.routes.map((route) => route.role)))];
  byId("map-legend").replaceChildren(way("up", "", "up"), way("degraded", "!", "degraded"), way("failed", "✕", "failed"),
    ...kinds.map((kind) => site(kind, "", "", kind)), site("switch", "primary", "3", "primary alarm, alarms that stand"),
    site("switch", "alarmed", "2", "consequent alarms only"), site("switch", "down", "✕", "no power"), ...roles.map(halo));
}
