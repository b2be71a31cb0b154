// The interactive map of a run. Data and words stand in the page's own JSON; nothing is fetched.
(() => {
"use strict";
const D = JSON.parse(document.getElementById("data").textContent);
const W = D.words;
const $ = (id) => document.getElementById(id);
const P = D.points;
const N = P.name.length;
// Bands of colour besides those of the scale.
const NONE = 5, FEW = 6, CUT = 7;
const FAMILY = ["Goldenhour Sans", "Noto Sans SC", "Microsoft YaHei", "PingFang SC"];
const state = { measure: "drive", hour: null, days: "all", roads: null };

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
const number = (v, decimals) => v.toFixed(decimals).replace(/\B(?=(\d{3})+(?!\d))/g, (m, _, at, all) => {
  const dot = all.indexOf(".");
  return dot < 0 || at < dot ? "," : "";
});
const minutes = (v) => `${number(v, 1)} ${W.Minutes}`;
const percent = (v) => `${number(v * 100, 1)}%`;
const node = (name, text, kind) => {
  const e = document.createElement(name);
  if (text !== undefined) e.textContent = text;
  if (kind) e.className = kind;
  return e;
};

// ---- Data -------------------------------------------------------------------------------------------------------

/** The way back from an encoded polyline, longitude first. */
function line(text) {
  const out = [];
  let i = 0;
  const at = [0, 0];
  while (i < text.length) {
    for (let axis = 0; axis < 2; axis++) {
      let value = 0, shift = 0, group;
      do {
        group = text.charCodeAt(i++) - 63;
        value += (group & 31) * 2 ** shift;
        shift += 5;
      } while (group & 32);
      at[axis] += value % 2 ? -(value + 1) / 2 : value / 2;
    }
    out.push([at[0] / 1e5, at[1] / 1e5]);
  }
  return out;
}

const feature = (type, coordinates, properties, id) => ({ type: "Feature", id, geometry: { type, coordinates }, properties });
const collection = (features) => ({ type: "FeatureCollection", features });

/** The places of the week that a kind of day and an hour mean. */
function hoursOfWeek(days, hour) {
  const out = [];
  for (let day = 0; day < 7; day++) {
    if ((days === "weekdays" && day > 4) || (days === "weekend" && day < 5)) continue;
    for (let h = 0; h < 24; h++) if (hour === null || hour === h) out.push(day * 24 + h);
  }
  return out;
}

/** The state of the roads in force longest then; null if nothing was measured. */
function roadState() {
  if (D.states.length === 0) return 0;
  if (state.roads !== null) return state.roads;
  if (state.hour === null && state.days === "all") return 0;
  const spent = D.states.map(() => 0);
  for (const h of hoursOfWeek(state.days, state.hour)) if (D.week[h] !== null && D.week[h] !== undefined) spent[D.week[h]]++;
  const most = Math.max(...spent);
  return most === 0 ? null : spent.indexOf(most);
}

/** Whether figures of single points are shown, or those of county and zone. */
const byPoint = () => D.groups.length === 0 || (state.hour === null && state.days === "all");

/** Calls, mean minutes and share within target of a group at the time chosen. */
function group(g) {
  if (g === null || g === undefined) return { calls: 0 };
  const { calls, sum, within } = D.groups[g];
  let n = 0, total = 0, good = 0;
  for (let slot = 0; slot < 48; slot++) {
    if ((state.days === "weekdays" && slot > 23) || (state.days === "weekend" && slot < 24)) continue;
    if (state.hour !== null && slot % 24 !== state.hour) continue;
    n += calls[slot];
    total += sum[slot];
    good += within[slot];
  }
  return n > 0 ? { calls: n, response: total / n, share: good / n } : { calls: 0 };
}

const bandOfMinutes = (v) => {
  const i = D.bandEnds.findIndex((end) => v <= end);
  return i < 0 ? D.bandEnds.length : i;
};
const bandOfShare = (v) => {
  const i = D.shareEnds.findIndex((end) => v >= end);
  return i < 0 ? D.shareEnds.length : i;
};

/** Driving minutes to a point as the roads are then. */
function driveOf(i) {
  const s = roadState();
  if (s === null) return undefined;
  return D.states.length ? D.states[s].drive[i] : P.drive[i];
}

/** Calls, response and share of a point, or of its group. */
const callsOf = (i) => (byPoint() ? { calls: P.calls[i], response: P.response[i], share: P.share[i] } : group(P.group[i]));

/** The band of every point. */
function bands() {
  if (state.measure === "drive") {
    const s = roadState();
    const drive = s === null ? null : D.states.length ? D.states[s].drive : P.drive;
    return P.name.map((_, i) => (drive === null ? NONE : drive[i] === null ? CUT : bandOfMinutes(drive[i])));
  }
  const of = (c) => {
    if (!c.calls) return NONE;
    if (c.calls < D.fewest) return FEW;
    return state.measure === "share" ? bandOfShare(c.share) : bandOfMinutes(c.response);
  };
  if (byPoint()) return P.name.map((_, i) => of(callsOf(i)));
  const groups = D.groups.map((_, g) => of(group(g)));
  return P.group.map((g) => (g === null ? NONE : groups[g]));
}

/** Words for the time chosen. */
function when() {
  const two = (h) => String(h).padStart(2, "0");
  const hour = state.hour === null ? W.WholeDay : `${two(state.hour)}:00–${two(state.hour + 1)}:00`;
  const days = { all: W.AllDays, weekdays: W.Weekdays, weekend: W.Weekend }[state.days];
  return { hour, both: `${days} ${hour}` };
}

// ---- Layers -----------------------------------------------------------------------------------------------------

const LAYERS = [
  ["points", W.Points, N > 0],
  ["posts", W.Posts, D.posts.length > 0],
  ["hospitals", W.Hospitals, D.hospitals.length > 0],
  ["names", W.Names, true],
  ["roads-main", W.MainRoads, true],
  ["roads-minor", W.MinorRoads, D.roads[0].length > 0],
  ["water", W.Water, D.water.length > 0],
  ["outlines", W.Outlines, D.outlines.lines.length > 0],
];
/** The style's layers behind a switch. */
const BEHIND = {
  points: ["points"],
  posts: ["posts"],
  hospitals: ["hospitals"],
  names: ["names-water", "names-hospitals", "names-posts", "names-counties"],
  "roads-main": ["roads-main"],
  "roads-minor": ["roads-minor"],
  water: ["water", "water-edge"],
  outlines: ["outlines"],
};

const ROAD_WIDTHS = [0.6, 1.0, 1.5, 2.1, 2.6];
const ROAD_COLOURS = ["#cbd0d6", "#b9c0c8", "#9aa4b0", "#7c8896", "#56677c"];

function sources() {
  const most = Math.max(1, ...P.people);
  const largest = Math.min(10, Math.max(5, 10 * Math.sqrt(200 / Math.max(1, N))));
  const points = P.at.map((at, i) => feature("Point", at, { r: Math.max(2.6, largest * Math.sqrt(P.people[i] / most)), people: P.people[i] }, i));
  const posts = D.posts.map((p, i) => feature("Point", p.at, { name: p.name, units: p.units, size: (3.6 + 1.4 * Math.sqrt(Math.min(16, p.units))) / 7 }, i));
  const hospitals = D.hospitals.map((h, i) => feature("Point", h.at, { name: h.name }, i));
  const roads = D.roads.flatMap((lines, rank) => lines.map((l) => feature("LineString", line(l), { rank })));
  const water = D.water.map((w) => ({ name: w.name, ring: line(w.ring) })).filter((w) => w.ring.length > 2);
  const closed = (ring) => [...ring, ring[0]];
  const middle = (ring) => [0, 1].map((axis) => ring.reduce((sum, p) => sum + p[axis], 0) / ring.length);
  const names = D.counties.map((name, i) => feature("Point", D.countyAt[i], { name }, i));
  return {
    points: collection(points),
    posts: collection(posts),
    hospitals: collection(hospitals),
    roads: collection(roads),
    water: collection(water.map((w) => feature("Polygon", [closed(w.ring)], { name: w.name }))),
    "water-names": collection(water.map((w) => feature("Point", middle(w.ring), { name: w.name }))),
    outlines: collection(D.outlines.lines.map((l) => feature("LineString", line(l), {}))),
    counties: collection(names),
  };
}

function style() {
  const grow = (base) => ["interpolate", ["exponential", 1.5], ["zoom"], 7, ["*", 0.8, base], 9, base, 14, ["*", 3.2, base]];
  const byRank = (values) => ["match", ["get", "rank"], 1, values[1], 2, values[2], 3, values[3], 4, values[4], values[0]];
  const band = ["coalesce", ["feature-state", "band"], NONE];
  const name = (id, source, size, colour, more = {}, minzoom = 0) => ({
    id, source, minzoom, type: "symbol",
    layout: { "text-field": ["get", "name"], "text-font": FAMILY, "text-size": size, "text-max-width": 12, ...more },
    paint: { "text-color": colour, "text-halo-color": "#ffffff", "text-halo-width": 2 },
  });
  const icon = (id, image, size) => ({
    id, source: id, type: "symbol",
    layout: { "icon-image": image, "icon-size": size, "icon-allow-overlap": true, "icon-ignore-placement": true },
  });
  const beside = { "text-variable-anchor": ["left", "right", "bottom", "top"], "text-radial-offset": 0.8, "text-justify": "auto" };
  const wide = (base, zoomed) => ["interpolate", ["linear"], ["zoom"], 8, base, 14, zoomed];
  return {
    version: 8,
    sources: Object.fromEntries(Object.entries(sources()).map(([id, data]) => [id, { type: "geojson", data, maxzoom: 12, tolerance: 0.25 }])),
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#f7f8f6" } },
      { id: "water", type: "fill", source: "water", paint: { "fill-color": "#cfe3f2" } },
      { id: "water-edge", type: "line", source: "water", paint: { "line-color": "#8fb9d8", "line-width": 0.8 } },
      { id: "outlines", type: "line", source: "outlines", paint: { "line-color": "#8a6fb0", "line-width": 1.2, "line-dasharray": [4, 2.5] } },
      { id: "roads-minor", type: "line", source: "roads", filter: ["==", ["get", "rank"], 0], paint: { "line-color": ROAD_COLOURS[0], "line-width": wide(0.6, 2.2) } },
      {
        id: "roads-main", type: "line", source: "roads", filter: [">", ["get", "rank"], 0],
        layout: { "line-sort-key": ["get", "rank"], "line-cap": "round" },
        paint: { "line-color": byRank(ROAD_COLOURS), "line-width": wide(byRank(ROAD_WIDTHS), ["*", 2.4, byRank(ROAD_WIDTHS)]) },
      },
      {
        id: "points", type: "circle", source: "points",
        layout: { "circle-sort-key": ["-", 0, ["get", "people"]] },
        paint: {
          "circle-radius": grow(["get", "r"]),
          "circle-color": ["match", band, ...D.bandFills.flatMap((f, i) => [i, f]), FEW, "#c9ced4", "#ffffff"],
          "circle-stroke-color": ["match", band, NONE, "#8a949e", FEW, "#8a949e", CUT, "#1f2933", "#3a2a20"],
          "circle-stroke-width": ["match", band, CUT, 2, 0.7],
        },
      },
      icon("hospitals", "hospital", wide(1, 1.8)),
      icon("posts", "post", wide(["get", "size"], ["*", 1.7, ["get", "size"]])),
      // Those that stand last are placed first.
      name("names-hospitals", "hospitals", 11.5, "#00593f", beside, 10.5),
      name("names-posts", "posts", 11.5, "#00447a", { ...beside, "symbol-sort-key": ["-", 0, ["get", "units"]] }, 9.3),
      name("names-water", "water-names", 12, "#2f6f9f", {}, 7),
      name("names-counties", "counties", 15, "#1f2933"),
    ],
  };
}

/** Pictures of posts and hospitals, drawn here: no file is needed. */
function icons(map) {
  const ratio = 3;
  const draw = (size, paint) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size * ratio;
    const c = canvas.getContext("2d");
    c.scale(ratio, ratio);
    c.translate(size / 2, size / 2);
    paint(c);
    return c.getImageData(0, 0, size * ratio, size * ratio);
  };
  const post = draw(18, (c) => {
    c.beginPath();
    c.moveTo(0, -7);
    c.lineTo(6.5, 4.4);
    c.lineTo(-6.5, 4.4);
    c.closePath();
    c.lineWidth = 2.4;
    c.strokeStyle = "#ffffff";
    c.stroke();
    c.fillStyle = "#005a9c";
    c.fill();
  });
  const hospital = draw(14, (c) => {
    c.fillStyle = "#ffffff";
    c.strokeStyle = "#007a5a";
    c.lineWidth = 1.3;
    c.beginPath();
    c.rect(-5.2, -5.2, 10.4, 10.4);
    c.fill();
    c.stroke();
    c.fillStyle = "#007a5a";
    c.fillRect(-3.4, -1.1, 6.8, 2.2);
    c.fillRect(-1.1, -3.4, 2.2, 6.8);
  });
  map.addImage("post", post, { pixelRatio: ratio });
  map.addImage("hospital", hospital, { pixelRatio: ratio });
}

// ---- The panel --------------------------------------------------------------------------------------------------

function legend(bandOf) {
  const share = state.measure === "share";
  const people = Array(8).fill(0);
  const points = Array(8).fill(0);
  bandOf.forEach((band, i) => {
    people[band] += P.people[i];
    points[band]++;
  });
  const all = people.reduce((a, b) => a + b, 0);
  const table = node("table");
  const head = table.insertRow();
  const title = node("th", share ? W.ShareHead : W.MinutesHead);
  title.colSpan = 2;
  head.append(title, node("th", W.ResidentsIn, "n"));
  const row = (band, words, kind) => {
    const r = table.insertRow();
    r.dataset.band = band;
    const disc = node("span", undefined, `disc ${kind || ""}`);
    if (!kind) disc.style.background = D.bandFills[band];
    r.insertCell().append(disc);
    r.insertCell().textContent = words;
    const n = r.insertCell();
    n.className = "n";
    n.textContent = `${number(people[band], 0)} (${all > 0 ? number((people[band] / all) * 100, 1) : "0.0"}%)`;
  };
  const ends = share ? D.shareEnds.map((e) => number(e * 100, 0)) : D.bandEnds.map(String);
  const [inside, beyond] = share ? [W.AtLeast, W.Under] : [W.UpTo, W.Over];
  ends.forEach((n, i) => row(i, fill(inside, { n })));
  row(ends.length, fill(beyond, { n: ends[ends.length - 1] }));
  if (state.measure === "drive") {
    if (points[CUT]) row(CUT, W.NoRoad, "cut");
    if (points[NONE]) row(NONE, W.NotMeasured, "none");
  } else {
    if (points[FEW]) row(FEW, fill(W.FewCalls, { n: D.fewest }), "few");
    if (points[NONE]) row(NONE, W.NoCalls, "none");
  }
  const signs = node("div", undefined, "signs");
  const sign = (svg, words) => {
    const s = node("span");
    s.innerHTML = svg;
    s.append(words);
    signs.append(s);
  };
  sign('<svg width="14" height="13" viewBox="-7 -8 14 13"><path d="M0 -7L6.5 4.4L-6.5 4.4z" fill="#005a9c"/></svg>', W.Posts);
  sign('<svg width="13" height="13" viewBox="-6.5 -6.5 13 13"><rect x="-5.2" y="-5.2" width="10.4" height="10.4" fill="#fff" stroke="#007a5a" stroke-width="1.3"/><path d="M-3.4 -1.1h6.8v2.2h-6.8zM-1.1 -3.4h2.2v6.8h-2.2z" fill="#007a5a"/></svg>', W.Hospitals);
  const parts = [table, signs, node("p", W.SizeByResidents, "soft")];
  if (D.outlines.approximate) parts.push(node("p", W.OutlinesApproximate, "soft"));
  $("legend").replaceChildren(...parts);
}

function note() {
  const said = [];
  if (state.measure === "drive") {
    if (D.states.length === 0) said.push(W.OneState);
    else {
      const s = roadState();
      const fixed = state.roads !== null || byPoint();
      if (s === null) said.push(W.NotMeasured);
      else said.push(fill(fixed ? W.StateFixed : W.StateNow, { state: D.states[s].name || W.UsualState }));
    }
  } else if (D.groups.length === 0) said.push(W.NoHours);
  else said.push(byPoint() ? W.PointsWhole : W.ByGroup);
  $("note").textContent = said.join(" ");
}

function targets() {
  const words = D.targets.map((min, z) => (min === null ? null : fill(W.TargetOf, { zone: D.zones[z], min: String(min) })));
  $("targets").textContent = state.measure === "share" ? words.filter(Boolean).join(" | ") : "";
}

// ---- Details of a place -----------------------------------------------------------------------------------------

function details(kind, i) {
  const section = node("section");
  const table = node("table");
  const add = (name, value) => {
    if (value === null || value === undefined || value === "") return;
    const r = table.insertRow();
    r.insertCell().textContent = name;
    r.insertCell().textContent = value;
  };
  if (kind === "points") {
    const county = P.county[i] === null ? "" : D.counties[P.county[i]];
    const zone = D.zones[P.zone[i]];
    section.append(node("h2", P.name[i]));
    add(W.County, county);
    add(W.Zone, zone);
    add(W.Residents, number(P.people[i], 0));
    const drive = driveOf(i);
    add(W.Drive, drive === undefined ? W.NotMeasured : drive === null ? W.NoRoad : minutes(drive));
    if (P.post[i] !== null && D.posts[P.post[i]]) add(W.NearestPost, D.posts[P.post[i]].name);
    add(W.Straight, `${number(P.radius[i], 1)} ${W.Kilometres}`);
    const figures = (c) => {
      if (c.calls && c.response !== null) add(W.Response, minutes(c.response));
      if (c.calls && c.share !== null) {
        const target = D.targets[P.zone[i]];
        add(W.Share, `${percent(c.share)}${target === null ? "" : ` (≤ ${target} ${W.Minutes})`}`);
      }
      add(W.Calls, c.calls ? number(c.calls, 0) : W.NoCalls);
    };
    figures({ calls: P.calls[i], response: P.response[i], share: P.share[i] });
    if (!byPoint()) {
      const r = table.insertRow();
      r.className = "then";
      const cell = r.insertCell();
      cell.colSpan = 2;
      cell.textContent = fill(W.GroupThen, { county: county || "–", zone, when: when().both });
      figures(group(P.group[i]));
    }
  } else if (kind === "posts") {
    const p = D.posts[i];
    section.append(node("h2", p.name), node("p", W.Post, "what"));
    add(W.Units, String(p.units));
    add(W.Dispatches, p.dispatches);
    add(W.Busy, p.busy);
  } else {
    const h = D.hospitals[i];
    section.append(node("h2", h.name), node("p", W.Hospital, "what"));
    add(W.Patients, h.patients);
  }
  section.dataset.kind = kind;
  section.append(table);
  return section;
}

const card = $("card");
/** What a click keeps in sight: its places, and where on the ground. */
let kept = null;

function show(places, at) {
  if (places.length === 0) {
    card.hidden = true;
    return;
  }
  card.replaceChildren(...places.map(([kind, i]) => details(kind, i)));
  card.hidden = false;
  card.classList.toggle("kept", kept !== null);
  const box = $("map");
  const { offsetWidth: w, offsetHeight: h } = card;
  const left = at.x + 14 + w > box.offsetWidth ? at.x - 14 - w : at.x + 14;
  const top = at.y + 14 + h > box.offsetHeight ? at.y - 14 - h : at.y + 14;
  card.style.left = `${Math.max(4, Math.min(left, box.offsetWidth - w - 4))}px`;
  card.style.top = `${Math.max(4, Math.min(top, box.offsetHeight - h - 4))}px`;
}

// ---- Begin ------------------------------------------------------------------------------------------------------

function fault(words) {
  $("fault").firstElementChild.textContent = words;
  $("fault").hidden = false;
  $("time").hidden = true;
  document.documentElement.dataset.ready = "fault";
}

function hasWebGl() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

function bounds() {
  const all = [...P.at, ...D.posts.map((p) => p.at), ...D.hospitals.map((h) => h.at)];
  if (all.length === 0) D.roads.forEach((lines) => lines.forEach((l) => all.push(...line(l))));
  if (all.length === 0) return [[-1, -1], [1, 1]];
  const low = [0, 1].map((axis) => all.reduce((m, p) => Math.min(m, p[axis]), Infinity));
  const high = [0, 1].map((axis) => all.reduce((m, p) => Math.max(m, p[axis]), -Infinity));
  return [low.map((v) => v - 0.01), high.map((v) => v + 0.01)];
}

function controls(redraw, map) {
  const layers = $("layers");
  for (const [id, words, there] of LAYERS) {
    if (!there) continue;
    const label = node("label");
    const box = node("input");
    Object.assign(box, { type: "checkbox", checked: true, name: "layer", value: id });
    box.addEventListener("change", () => {
      for (const layer of BEHIND[id]) map.setLayoutProperty(layer, "visibility", box.checked ? "visible" : "none");
    });
    label.append(box, words);
    layers.append(label);
  }
  for (const radio of document.getElementsByName("measure")) {
    radio.addEventListener("change", () => {
      state.measure = radio.value;
      redraw();
    });
  }
  for (const radio of document.getElementsByName("days")) {
    radio.addEventListener("change", () => {
      state.days = radio.value;
      redraw();
    });
  }
  const [whole, hour, play, roads] = ["whole", "hour", "play", "roads"].map($);
  const choose = (h) => {
    state.hour = h;
    whole.checked = h === null;
    if (h !== null) hour.value = String(h);
    redraw();
  };
  whole.addEventListener("change", () => {
    stop();
    choose(whole.checked ? null : Number(hour.value));
  });
  hour.addEventListener("input", () => choose(Number(hour.value)));
  hour.addEventListener("pointerdown", () => stop());
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = W.Play;
  };
  play.addEventListener("click", () => {
    if (timer !== null) return stop();
    play.textContent = W.Stop;
    const next = () => choose(state.hour === null ? 0 : (state.hour + 1) % 24);
    next();
    timer = setInterval(next, 900);
  });
  const option = (value, words) => roads.append(Object.assign(node("option", words), { value }));
  option("", W.StateByHour);
  D.states.forEach((s, i) => option(String(i), s.name || W.UsualState));
  roads.addEventListener("change", () => {
    state.roads = roads.value === "" ? null : Number(roads.value);
    redraw();
  });
}

/** What may be chosen depends on what is shown. */
function enable() {
  const drive = state.measure === "drive";
  const able = drive ? D.states.length > 0 && state.roads === null : D.groups.length > 0;
  for (const input of [$("whole"), $("hour"), $("play"), ...document.getElementsByName("days")]) input.disabled = !able;
  $("roads-label").hidden = !(drive && D.states.length > 0);
  const hour = state.hour === null ? "00:00–24:00" : when().hour;
  $("clock").textContent = able ? hour : "";
  $("hour").setAttribute("aria-valuetext", hour);
  $("hour").classList.toggle("idle", state.hour === null);
}

function begin() {
  const extent = bounds();
  const map = new maplibregl.Map({
    container: "map",
    style: style(),
    bounds: extent,
    fitBoundsOptions: { padding: 30 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 17,
    renderWorldCopies: false,
    fadeDuration: 0,
    locale: {
      "Map.Title": W.MapName,
      "NavigationControl.ZoomIn": W.ZoomIn,
      "NavigationControl.ZoomOut": W.ZoomOut,
      "ScaleControl.Kilometers": W.Kilometres,
      "ScaleControl.Meters": W.Metres,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 140 }), "bottom-left");

  let drawn = [];
  const redraw = () => {
    const now = bands();
    now.forEach((band, id) => {
      if (drawn[id] !== band) map.setFeatureState({ source: "points", id }, { band });
    });
    drawn = now;
    legend(now);
    note();
    targets();
    enable();
    if (kept) show(kept.places, map.project(kept.at));
  };

  /** The nearest place of each kind under the pointer. */
  const under = (at, reach) => {
    const layers = ["points", "posts", "hospitals"];
    const box = [[at.x - reach, at.y - reach], [at.x + reach, at.y + reach]];
    const best = new Map();
    for (const f of map.queryRenderedFeatures(box, { layers })) {
      const p = map.project(f.geometry.coordinates);
      const far = Math.hypot(p.x - at.x, p.y - at.y);
      if (!best.has(f.layer.id) || far < best.get(f.layer.id).far) best.set(f.layer.id, { far, id: f.id });
    }
    return layers.filter((l) => best.has(l)).map((l) => [l, best.get(l).id]);
  };
  map.on("mousemove", (e) => {
    const places = under(e.point, 3);
    map.getCanvas().style.cursor = places.length ? "pointer" : "";
    if (!kept) show(places, e.point);
  });
  map.on("mouseout", () => {
    if (!kept) show([], null);
  });
  const keep = (places, at) => {
    kept = places.length ? { places, at } : null;
    show(places, places.length ? map.project(at) : null);
  };
  map.on("click", (e) => keep(under(e.point, 6), e.lngLat));
  map.on("move", () => {
    if (kept) show(kept.places, map.project(kept.at));
    else show([], null);
  });
  addEventListener("keydown", (e) => {
    if (e.key === "Escape") keep([], null);
  });

  // Places by their name; of equal names the first of the most useful kind.
  const known = new Map();
  const list = (kind, names, places) => names.forEach((name, i) => {
    if (known.has(name)) return;
    known.set(name, { kind, i, at: places(i) });
    $("places").append(Object.assign(node("option"), { value: name }));
  });
  list("points", P.name, (i) => P.at[i]);
  list("posts", D.posts.map((p) => p.name), (i) => D.posts[i].at);
  list("hospitals", D.hospitals.map((h) => h.name), (i) => D.hospitals[i].at);
  $("find").addEventListener("change", () => {
    const name = $("find").value.trim();
    const place = known.get(name);
    $("found").textContent = name && !place ? fill(W.NotFound, { name }) : "";
    if (!place) return;
    map.jumpTo({ center: place.at, zoom: Math.max(map.getZoom(), 11) });
    keep([[place.kind, place.i]], place.at);
  });

  map.once("style.load", () => {
    icons(map);
    controls(redraw, map);
    redraw();
    map.once("idle", () => {
      document.documentElement.dataset.ready = "map";
    });
  });
  return map;
}

function start() {
  targets();
  enable();
  if (!hasWebGl()) return fault(W.NoWebGl);
  try {
    // For whoever looks at the page with its tools, and for its test.
    window.goldenhour = { map: begin(), data: D, state };
  } catch (e) {
    fault(fill(W.Failed, { reason: e.message }));
  }
}

// Names are drawn by the font of this page: it must be there first.
Promise.all([document.fonts.load('16px "Goldenhour Sans"', "A")]).then(start, start);
})();
