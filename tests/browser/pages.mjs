// Opens the report and the interactive map in Chromium, without a network, and uses them as a reader would.
//
//   node pages.mjs FOLDER...     run folders that were rendered in both languages
//
// The browser is Debian's: `chromium` or `chromium-browser` of the PATH, or what CHROMIUM names. Screenshots of what
// failed land in the folder that SCREENSHOTS names, those of every step too if SCREENSHOTS_ALL is set.
import assert from "node:assert/strict";
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** A machine of two cores that is busy elsewhere draws slowly: this long until a picture stands still, ms. */
const PATIENCE = 120_000;
/** What software rendering says of its own speed; it speaks of the machine, not of the page. */
const OF_THE_MACHINE = /GL Driver Message|GPU stall due to ReadPixels|Automatic fallback to software WebGL/;
const VIEWS = [
  { width: 1400, height: 900 },
  { width: 800, height: 600 },
];

function browser() {
  const names = ["chromium", "chromium-browser"];
  const places = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  for (const path of [process.env.CHROMIUM, ...places]) {
    try {
      if (path) accessSync(path, constants.X_OK);
      if (path) return path;
    } catch {
      // Not there.
    }
  }
  throw new Error("no Chromium: install Debian's package chromium, or name one by CHROMIUM=/path/to/it");
}

const GRAPHICS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const launch = (more) =>
  chromium.launch({
    executablePath: browser(),
    timeout: PATIENCE,
    // The sandbox needs rights that root in a container lacks; the pages are our own.
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-quic", "--disable-background-networking", ...more],
  });

/** A page without a network; whatever it says or asks for is kept. */
async function open(engine, file, view = VIEWS[0], more = {}) {
  const context = await engine.newContext({ viewport: view, offline: true, ...more });
  context.setDefaultTimeout(PATIENCE);
  const faults = [];
  const page = await context.newPage();
  page.on("console", (m) => {
    if (["error", "warning"].includes(m.type()) && !OF_THE_MACHINE.test(m.text())) faults.push(`console ${m.type()}: ${m.text()}`);
  });
  page.on("pageerror", (e) => faults.push(`error: ${e.message}`));
  const leaves = (url) => !/^(file|data|blob):/.test(url);
  const asked = (request) => {
    const url = request.url();
    // The page itself is the only file that may be read.
    if (leaves(url) || (url.startsWith("file:") && !request.isNavigationRequest())) faults.push(`request: ${url}`);
  };
  context.on("request", asked);
  page.on("websocket", (socket) => faults.push(`web socket: ${socket.url()}`));
  await context.route("**/*", (route) => (leaves(route.request().url()) ? route.abort() : route.continue()));
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  return { page, faults, close: () => context.close() };
}

const ready = (page, how) => page.waitForFunction((how) => document.documentElement.dataset.ready === how, how, { polling: 200 });

/** Waits until nothing moves any more. */
const still = (page) =>
  page.evaluate(() => new Promise((done) => {
    const { map } = window.goldenhour;
    map.once("idle", () => done());
    map.triggerRepaint();
  }));

/** The bands of all demand points, as the map has them. */
const bands = (page) =>
  page.evaluate(() => {
    const { map, data } = window.goldenhour;
    return data.points.name.map((_, id) => map.getFeatureState({ source: "points", id }).band);
  });

/** How many points of each band the legend's rows speak of. */
const legend = (page) => page.locator("#legend").innerText();

/** Where a place lies in the window. */
const at = (page, lonLat) =>
  page.evaluate((lonLat) => {
    const p = window.goldenhour.map.project(lonLat);
    const box = document.getElementById("map").getBoundingClientRect();
    return { x: box.left + p.x, y: box.top + p.y };
  }, lonLat);

async function hover(page, lonLat) {
  const { x, y } = await at(page, lonLat);
  await page.mouse.move(x + 40, y + 40);
  await page.mouse.move(x, y, { steps: 3 });
  await page.locator("#card:not([hidden])").waitFor();
  return page.locator("#card").innerText();
}

/** Takes the pointer off the map. */
const away = (page) => page.mouse.move(20, 20);

const differ = (a, b) => a.filter((band, i) => band !== b[i]).length;

/** What is checked of a map, one after the other. */
const CHECKS = {
  async "the map is drawn and its legend counts everybody"(page) {
    const { points, people, all } = await page.evaluate(() => {
      const { map, data } = window.goldenhour;
      const found = map.queryRenderedFeatures({ layers: ["points"] });
      const rows = [...document.querySelectorAll("#legend tr[data-band] .n")];
      return {
        points: { drawn: new Set(found.map((f) => f.id)).size, all: data.points.name.length },
        people: rows.reduce((sum, cell) => sum + Number(cell.textContent.split(" (")[0].replaceAll(",", "")), 0),
        all: data.points.people.reduce((a, b) => a + b, 0),
      };
    });
    assert.ok(points.drawn > 0.9 * points.all, `${points.drawn} of ${points.all} points are in sight`);
    assert.ok(Math.abs(people - all) <= 5, `the legend counts ${people} of ${all} residents`);
    const shades = new Set(await bands(page));
    assert.ok(shades.size > 1, "all points have one colour");
  },

  async "every layer can be switched off and on"(page) {
    const boxes = page.locator("#layers input");
    const count = await boxes.count();
    assert.ok(count >= 6, `${count} layers`);
    const drawn = () =>
      page.evaluate(() => {
        const { map } = window.goldenhour;
        const found = {};
        for (const f of map.queryRenderedFeatures()) found[f.layer.id] = (found[f.layer.id] ?? 0) + 1;
        return found;
      });
    const total = (found) => Object.values(found).reduce((a, b) => a + b, 0);
    for (let i = 0; i < count; i++) {
      const name = await boxes.nth(i).getAttribute("value");
      const before = await drawn();
      await boxes.nth(i).focus();
      await page.keyboard.press("Space");
      await still(page);
      const without = await drawn();
      assert.ok(total(without) < total(before), `nothing went with layer ${name}`);
      const gone = Object.keys(before).filter((layer) => !(layer in without)).sort();
      const meant = Object.keys(before).filter((layer) => layer === name || layer.startsWith(`${name}-`)).sort();
      assert.ok(meant.length > 0, `nothing of ${name} was drawn`);
      assert.deepEqual(gone, meant, `other layers than those of ${name} went with it`);
      for (const layer of gone) {
        const visibility = await page.evaluate((layer) => window.goldenhour.map.getLayoutProperty(layer, "visibility"), layer);
        assert.equal(visibility, "none");
      }
      await page.keyboard.press("Space");
      await still(page);
      assert.deepEqual(await drawn(), before, `${name} did not come back as it was`);
    }
  },

  async "hover shows a figure with its unit"(page, words) {
    // The most and the least peopled point with a post of its own kind of road.
    const places = await page.evaluate(() => {
      const { data } = window.goldenhour;
      const order = data.points.people.map((n, i) => [n, i]).filter(([, i]) => data.points.drive[i] !== null).sort((a, b) => a[0] - b[0]);
      return [order[0][1], order[order.length - 1][1]].map((i) => ({ name: data.points.name[i], at: data.points.at[i], drive: data.points.drive[i] }));
    });
    for (const place of places) {
      // Near by, so that no other point lies over it.
      await page.evaluate((at) => void window.goldenhour.map.jumpTo({ center: at, zoom: 14 }), place.at);
      await still(page);
      const text = await hover(page, place.at);
      assert.ok(text.includes(place.name), `${place.name} is not in: ${text}`);
      assert.match(text, new RegExp(`${place.drive.toFixed(1).replace(".", "\\.")} ${words.Minutes}`), text);
      assert.ok(text.includes(words.Residents) && text.includes(words.Zone) && text.includes(words.NearestPost), text);
    }
    const post = await page.evaluate(() => window.goldenhour.data.posts[0]);
    await page.evaluate((at) => void window.goldenhour.map.jumpTo({ center: at, zoom: 14 }), post.at);
    await still(page);
    const text = await hover(page, post.at);
    assert.ok(text.includes(post.name) && text.includes(words.Units) && text.includes(words.Busy), text);
    // A click keeps the card, also when the pointer leaves; Esc lets go.
    const spot = await at(page, post.at);
    await page.mouse.click(spot.x, spot.y);
    await away(page);
    assert.ok(await page.locator("#card.kept").isVisible());
    await page.keyboard.press("Escape");
    assert.ok(!(await page.locator("#card").isVisible()));
    const hospital = await page.evaluate(() => window.goldenhour.data.hospitals.at(-1));
    await page.evaluate((at) => void window.goldenhour.map.jumpTo({ center: at, zoom: 15 }), hospital.at);
    await still(page);
    const patients = await hover(page, hospital.at);
    assert.ok(patients.includes(hospital.name) && patients.includes(words.Patients), patients);
    await away(page);
  },

  async "a place is found by its name"(page, words) {
    const { name, at: where } = await page.evaluate(() => {
      const { data } = window.goldenhour;
      const i = data.points.name.length - 1;
      return { name: data.points.name[i], at: data.points.at[i] };
    });
    await page.locator("#find").fill(name);
    await page.keyboard.press("Enter");
    await page.locator("#card.kept").waitFor();
    const text = await page.locator("#card").innerText();
    assert.ok(text.includes(name) && text.includes(words.Drive), text);
    const centre = await page.evaluate(() => window.goldenhour.map.getCenter().toArray());
    assert.ok(Math.hypot(centre[0] - where[0], centre[1] - where[1]) < 0.01, `${centre} is not at ${where}`);
    await page.locator("#find").fill("nowhere at all");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.getElementById("found").textContent.includes("nowhere at all"));
    await page.locator("#find").fill("");
    await page.keyboard.press("Escape");
  },

  async "the colours are those of what is chosen"(page) {
    const drive = await bands(page);
    const seen = [drive];
    for (const measure of ["response", "share"]) {
      await page.locator(`input[name=measure][value=${measure}]`).check();
      await still(page);
      seen.push(await bands(page));
    }
    assert.ok(differ(seen[0], seen[1]) > 0, "driving time and response have the same colours");
    // In a short run every point has too few calls for either.
    const told = seen[1].some((band) => band < 5);
    assert.equal(differ(seen[1], seen[2]) > 0, told, "response and share have the same colours");
    await page.locator("input[name=measure][value=drive]").check();
    await still(page);
    assert.deepEqual(await bands(page), drive);
  },

  async "the slider changes figures and colours"(page, words) {
    const { hours, states } = await page.evaluate(() => ({ hours: window.goldenhour.data.groups.length, states: window.goldenhour.data.states.length }));
    await page.locator("input[name=measure][value=response]").check();
    if (hours === 0) {
      assert.ok(await page.locator("#hour").isDisabled());
      return;
    }
    const whole = { bands: await bands(page), legend: await legend(page), clock: await page.locator("#clock").innerText() };
    await page.locator("#hour").focus();
    await page.keyboard.press("Home");
    for (let hour = 0; hour < 8; hour++) await page.keyboard.press("ArrowRight");
    await still(page);
    const eight = { bands: await bands(page), legend: await legend(page), clock: await page.locator("#clock").innerText() };
    assert.equal(eight.clock, "08:00–09:00");
    assert.notEqual(eight.clock, whole.clock);
    assert.ok(!(await page.locator("#whole").isChecked()));
    assert.ok(differ(whole.bands, eight.bands) > 0, "no point has another colour at 8 than over the day");
    assert.notEqual(whole.legend, eight.legend);
    assert.equal(await page.locator("#note").innerText(), words.ByGroup);
    const place = await page.evaluate(() => ({ at: window.goldenhour.data.points.at[0] }));
    await page.evaluate((at) => void window.goldenhour.map.jumpTo({ center: at, zoom: 15 }), place.at);
    await still(page);
    const morning = await hover(page, place.at);
    assert.ok(morning.includes("08:00–09:00"), morning);
    await away(page);
    await page.locator("#hour").focus();
    for (let hour = 8; hour < 14; hour++) await page.keyboard.press("ArrowRight");
    await still(page);
    const noon = await hover(page, place.at);
    assert.ok(noon.includes("14:00–15:00") && noon !== morning, noon);
    await away(page);
    await page.locator("input[name=days][value=weekend]").check();
    await still(page);
    assert.ok((await hover(page, place.at)).includes(words.Weekend));
    await away(page);
    await page.locator("input[name=days][value=all]").check();

    // Driving times: by the hour if the roads change, else they say so.
    await page.locator("input[name=measure][value=drive]").check();
    if (states === 0) {
      assert.ok(await page.locator("#hour").isDisabled());
      assert.equal(await page.locator("#note").innerText(), words.OneState);
    } else {
      const seen = new Map();
      for (let state = 0; state < states; state++) {
        await page.locator("#roads").selectOption(String(state));
        await still(page);
        seen.set(JSON.stringify(await bands(page)), state);
      }
      assert.ok(seen.size > 1, "every state of the roads has the same colours");
      await page.locator("#roads").selectOption("");
    }
    await page.locator("input[name=measure][value=response]").check();
    await page.locator("#whole").check();
    await still(page);
    assert.deepEqual(await bands(page), whole.bands);

    // Played, the hours pass by themselves.
    await page.locator("#play").click();
    await page.waitForFunction(() => document.getElementById("hour").value === "2");
    await page.locator("#play").click();
    assert.equal(await page.locator("#play").innerText(), words.Play);
    await page.locator("#whole").check();
    await page.locator("input[name=measure][value=drive]").check();
  },

  async "everything fits the window"(page) {
    const wide = await page.evaluate(() => ({
      over: document.documentElement.scrollWidth - innerWidth,
      panel: document.getElementById("panel").scrollWidth - document.getElementById("panel").clientWidth,
      time: document.getElementById("time").getBoundingClientRect().bottom - innerHeight,
      map: document.getElementById("map").getBoundingClientRect().toJSON(),
    }));
    assert.ok(wide.over <= 0 && wide.panel <= 0 && wide.time <= 1, JSON.stringify(wide));
    assert.ok(wide.map.width > 480 && wide.map.height > 400, JSON.stringify(wide.map));
  },
};

let failed = 0;

/** Runs a check; says how it went, with a picture if not well. */
async function check(name, page, faults, work) {
  const start = Date.now();
  let reason = null;
  try {
    await work();
    if (faults.length > 0) reason = faults.splice(0).join("\n");
  } catch (error) {
    reason = [error.stack ?? String(error), ...faults.splice(0)].join("\n");
  }
  const folder = process.env.SCREENSHOTS;
  if (folder && page && (reason || process.env.SCREENSHOTS_ALL)) {
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name.replaceAll(/[^\w.]+/g, "-")}.png`) }).catch(() => {});
  }
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(reason ? `FAILED  ${name} (${seconds} s)\n${reason}` : `ok      ${name} (${seconds} s)`);
  failed += reason ? 1 : 0;
}

async function inFolder(engine, folder) {
  const label = folder.split("/").slice(-2).join("/");
  // The page with the plain name is in either language, the other one names its own.
  const suffixes = ["", ".zh", ".en"].filter((s) => existsSync(join(folder, `map${s}.html`)));
  assert.equal(suffixes.length, 2, `${folder} is not rendered in two languages`);
  for (const suffix of suffixes) {
    const report = await open(engine, join(folder, `report${suffix}.html`));
    await check(`${label} report${suffix}`, report.page, report.faults, async () => {
      assert.ok((await report.page.locator("figure svg").count()) >= 8, "there are few pictures");
      assert.ok((await report.page.locator("h1").innerText()).length > 0);
      const link = report.page.locator(`a[href="map${suffix}.html"]`);
      await link.click();
      await ready(report.page, "map");
    });
    await report.close();

    for (const view of folder === folders[0] ? VIEWS : VIEWS.slice(0, 1)) {
      const size = `${view.width}x${view.height}`;
      const map = await open(engine, join(folder, `map${suffix}.html`), view);
      let words = null;
      await check(`${label} map${suffix} ${size}: it opens`, map.page, map.faults, async () => {
        await ready(map.page, "map");
        words = await map.page.evaluate(() => window.goldenhour.data.words);
      });
      if (words !== null) {
        const home = await map.page.evaluate(() => window.goldenhour.map.getBounds().toArray());
        for (const [name, work] of Object.entries(CHECKS)) {
          // The small window is for what may not fit.
          if (view !== VIEWS[0] && !/fits|hover|drawn/.test(name)) continue;
          await map.page.evaluate((home) => void window.goldenhour.map.fitBounds(home, { animate: false }), home);
          await still(map.page);
          await check(`${label} map${suffix} ${size}: ${name}`, map.page, map.faults, () => work(map.page, words));
        }
      }
      await map.close();
    }
  }
}

const folders = process.argv.slice(2).map((f) => resolve(f));
assert.ok(folders.length > 0, "usage: node pages.mjs FOLDER...");

const engine = await launch(GRAPHICS);
console.log(`Chromium ${engine.version()}`);
for (const folder of folders) await inFolder(engine, folder);
await engine.close();

// Without WebGL the page says so in words and names the picture.
const blind = await launch(["--disable-gpu", "--disable-3d-apis"]);
const file = join(folders[0], "map.html");
const page = await open(blind, file);
await check("without WebGL the page says so", page.page, page.faults, async () => {
  await ready(page.page, "fault");
  assert.ok(await page.page.locator("#fault").isVisible());
  assert.ok((await page.page.locator("#fault").innerText()).includes("WebGL"));
  assert.equal(await page.page.locator("#fault a").getAttribute("href"), "map.svg");
});
await page.close();
const mute = await open(blind, file, VIEWS[0], { javaScriptEnabled: false });
await check("without JavaScript the page says so", mute.page, mute.faults, async () => {
  assert.ok((await mute.page.locator("#noscript").innerText()).includes("JavaScript"));
});
await mute.close();
await blind.close();

console.log(failed === 0 ? "all is well" : `${failed} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
