// SPDX-License-Identifier: Apache-2.0
//
// What must hold of a report in a browser. Each check gets a context (browser, origin, report, folder) and returns a
// list of faults, in words; an empty one is a pass. `said` is what a passing check has to tell.
"use strict";
const { execFileSync } = require("child_process");
const path = require("path");
const axeSource = require("axe-core").source;
const { PROBLEMS } = require("./reports");

const DESK = { width: 1100, height: 900 };
const PHONE = { width: 360, height: 740 };

/* Lines wrap differently on paper and on a page. */
const squeezed = (text) => text.replace(/\s+/g, "");

/* Opens the report in a page of its own and closes it behind `use`. */
async function withPage(context, options, use) {
  const browsing = await context.browser.createBrowserContext();
  try {
    const page = await browsing.newPage();
    page.heard = [];
    page.asked = [];
    page.on("console", (message) => page.heard.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => page.heard.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      page.heard.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("request", (request) => page.asked.push(request.url()));
    await page.setViewport(options.viewport || DESK);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: options.scheme || "light" }]);
    await page.setJavaScriptEnabled(options.script !== false);
    if (options.clipboard) {
      await browsing.overridePermissions(context.origin, ["clipboard-read", "clipboard-sanitized-write"]);
    }
    page.address = options.file
      ? `file://${context.report.file}`
      : `${context.origin}${options.folder || ""}/${context.report.name}.html`;
    await page.goto(page.address + (options.fragment || ""));
    return await use(page);
  } finally {
    await browsing.close();
  }
}

const unfold = (page) =>
  page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));

/* Of a page about several targets: those that are ready are folded. */
const openTargets = (page) =>
  page.evaluate(() => document.querySelectorAll(".target").forEach((target) => { target.open = true; }));

async function axeFaults(page, context, what) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => window.axe.run(document));
  context.said.push(`${what} ${result.violations.length} violations, ${result.passes.length} rules passed`);
  return result.violations.flatMap((violation) =>
    violation.nodes.map((node) => `axe, ${what}: ${violation.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}

async function accessibility(context) {
  const ways = [
    ["light", {}],
    ["dark", { scheme: "dark" }],
    ["phone", { viewport: PHONE }],
    ["phone, dark", { viewport: PHONE, scheme: "dark" }],
  ];
  const faults = [];
  for (const [what, options] of ways) {
    faults.push(...await withPage(context, options, async (page) => {
      const folded = await axeFaults(page, context, what);
      await unfold(page);
      return [...folded, ...await axeFaults(page, context, `${what}, unfolded`)];
    }));
  }
  return faults;
}

/* From the network and from disk: not a word on the console, and nothing loads but the page. */
async function silence(context) {
  const faults = [];
  for (const file of [false, true]) {
    await withPage(context, { file }, async (page) => {
      await page.click(".filter button");
      await page.type(".filter input[type=search]", "x");
      await openTargets(page);
      await page.$eval(".filter input[type=search]", (input) => {
        input.value = "";
        input.dispatchEvent(new Event("input"));
      });
      await page.click(".copy button");
      faults.push(...page.heard);
      faults.push(...page.asked.filter((url) => url !== page.address).map((url) => `asked for ${url}`));
    });
  }
  return faults;
}

const seenFindings = (page) =>
  page.evaluate(() => [...document.querySelectorAll(".finding")].map((finding) => ({
    isOpen: finding.open,
    text: finding.textContent,
    shown: finding.innerText,
  })));

/* Every finding with its texts, in order, problems open. */
function completeness(context, seen) {
  const faults = [];
  const { findings } = context.report;
  if (seen.length !== findings.length) {
    return [`${seen.length} findings on the page, ${findings.length} in the report`];
  }
  findings.forEach((finding, i) => {
    const page = squeezed(seen[i].text);
    if (seen[i].isOpen !== PROBLEMS.includes(finding.verdict)) {
      faults.push(`${finding.id} (${finding.verdict}) is ${seen[i].isOpen ? "open" : "closed"}`);
    }
    for (const part of ["id", "title", "seen", "wanted", "because"]) {
      if (finding[part] && !page.includes(squeezed(finding[part]))) {
        faults.push(`place ${i}: no ${part} of ${finding.id}`);
      }
    }
  });
  return faults;
}

/* Every id once, every link within the page with its place, and each target under its own name. */
async function placesFaults(context, page) {
  const { ids, links } = await page.evaluate(() => ({
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
    links: [...document.querySelectorAll("a[href^='#']")].map((a) => a.getAttribute("href").slice(1)),
  }));
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  const places = new Set(ids);
  const wanted = [...links, ...context.report.findings.map((finding) => finding.anchor),
    ...context.report.targets.flatMap(({ prefix }) => ["ticket", "requests", "provenance"].map((part) => prefix + part))];
  return [
    ...twice.map((id) => `two are called ${id}`),
    ...wanted.filter((anchor) => !places.has(anchor)).map((anchor) => `#${anchor} is nowhere`),
  ];
}

async function withoutScript(context) {
  return withPage(context, { script: false }, async (page) => {
    const faults = [...completeness(context, await seenFindings(page)), ...await placesFaults(context, page)];
    const dead = await page.evaluate(() =>
      [...document.querySelectorAll("button, input")].filter((control) => control.checkVisibility()).length);
    return dead > 0 ? [...faults, `${dead} controls without a script behind them`] : faults;
  });
}

/* As Jenkins shows an artifact: neither script nor style, and still the answer first and everything there. */
async function underJenkins(context) {
  return withPage(context, { folder: "/jenkins" }, async (page) => {
    const faults = completeness(context, await seenFindings(page));
    const look = await page.evaluate(() => ({
      isStyled: getComputedStyle(document.body).maxWidth !== "none",
      controls: [...document.querySelectorAll("button, input")].filter((control) => control.checkVisibility()).length,
      text: document.body.innerText,
    }));
    const { summary, isSet } = context.report;
    if (look.isStyled) { faults.push("the style sheet was let in: this shows nothing"); }
    if (look.controls > 0) { faults.push(`${look.controls} dead controls`); }
    const words = { ready: "Ready", "not-ready": "Not ready", inconclusive: "Inconclusive" };
    const parts = ["Findings by verdict", "Findings, by step of the guide", "Requests", "Text for a ticket",
      "Where this report comes from"];
    const red = context.report.targets.filter((target) => target.report.summary.status !== "ready");
    const order = isSet
      ? [words[summary.status], "Targets", "First cause", ...red.flatMap((target) => [words[target.report.summary.status], ...parts])]
      : [words[summary.status], ...parts];
    let at = 0;
    for (const part of order) {
      const next = look.text.indexOf(part, at);
      if (next < 0) { faults.push(`'${part}' is not there, or too early`); }
      at = Math.max(at, next + 1);
    }
    for (const finding of context.report.problems) {
      if (finding.title && !squeezed(look.text).includes(squeezed(finding.title))) {
        faults.push(`not to be seen: ${finding.title}`);
      }
    }
    await page.screenshot({ path: path.join(context.folder, `${context.report.name}-jenkins.png`) });
    return faults;
  });
}

/* Folded and unfolded, nothing is wider than a phone but the table of requests, which scrolls by itself. */
async function phoneWidth(context) {
  return withPage(context, { viewport: PHONE }, async (page) => {
    const faults = [];
    for (const way of ["folded", "unfolded"]) {
      if (way === "unfolded") { await unfold(page); }
      const wide = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        elements: [...document.querySelectorAll("body *")]
          .filter((element) => element.checkVisibility() && !element.closest(".wide, .skip") &&
            element.getBoundingClientRect().right > innerWidth + 0.5)
          .map((element) => element.outerHTML.slice(0, 80)),
        /* A verdict in what stands beside it, a part over the edge of its target, and a number in two lines. */
        crowded: [
          ...[...document.querySelectorAll(".finding > summary")].filter((summary) => {
            const words = document.createRange();
            words.selectNodeContents(summary.querySelector("b"));
            const beside = summary.querySelector("small");
            return summary.checkVisibility() && beside &&
              words.getBoundingClientRect().right > beside.getBoundingClientRect().left + 0.5;
          }),
          ...[...document.querySelectorAll(".parts > *")].filter((part) => part.checkVisibility() &&
            part.getBoundingClientRect().right > part.parentNode.getBoundingClientRect().right - 3),
          ...[...document.querySelectorAll(".counts td")].filter((cell) => {
            const number = document.createRange();
            number.selectNodeContents(cell);
            return number.getClientRects().length > 1;
          }),
        ].map((element) => element.textContent),
      }));
      if (wide.width > PHONE.width) { faults.push(`${way}: ${wide.width} pixels wide`); }
      faults.push(...wide.elements.map((element) => `${way}: too wide: ${element}`));
      faults.push(...wide.crowded.map((text) => `${way}: crowded: ${text}`));
    }
    return faults;
  });
}

const pdfText = (file) => execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8", maxBuffer: 1 << 26 });

async function paperFaults(context, page, file, what) {
  await page.pdf({ path: file, format: "A4", preferCSSPageSize: true });
  const text = pdfText(file);
  const all = squeezed(text);
  const faults = [];
  const head = await page.evaluate(() => document.querySelector(".running").textContent);
  const sheets = text.split("\f").filter((sheet) => sheet.trim() !== "");
  sheets.forEach((sheet, i) => {
    if (!squeezed(sheet).startsWith(squeezed(head))) { faults.push(`${what}: no head on page ${i + 1}`); }
  });
  const bare = squeezed(sheets.map((sheet) => squeezed(sheet).slice(squeezed(head).length)).join(""));
  for (const finding of context.report.findings) {
    for (const part of ["title", "seen", "id"]) {
      if (finding[part] && !bare.includes(squeezed(finding[part]))) {
        faults.push(`${what}: no ${part} of ${finding.id}`);
      }
    }
  }
  // Of a title that takes more than a line only the begin: pdftotext puts what stands beside it in between.
  for (const finding of context.report.findings) {
    const isWhole = sheets.some((sheet) => squeezed(sheet).includes(squeezed(`${finding.id}, ${finding.severity}`)) &&
      squeezed(sheet).includes(squeezed(finding.title || "").slice(0, 20)));
    if (!isWhole) { faults.push(`${what}: ${finding.id} is broken across two pages`); }
  }
  const nCommands = await page.evaluate(() => document.querySelectorAll(".again").length);
  if (bare.split("curl--include").length - 1 !== nCommands) { faults.push(`${what}: not ${nCommands} commands`); }
  const addresses = await page.evaluate(() => [...document.querySelectorAll("a[href^=http]")]
    .map((a) => a.getAttribute("href")));
  const missing = new Set(addresses.filter((address) => !bare.includes(squeezed(address).replace(/\/$/, ""))));
  missing.forEach((address) => faults.push(`${what}: the address of a link is not printed: ${address}`));
  if (/Open all|Skip to the findings/.test(text)) { faults.push(`${what}: controls are printed`); }
  if (all === "") { faults.push(`${what}: an empty print`); }
  context.said.push(`${what} ${sheets.length} pages`);
  return faults;
}

/* Everything unfolded, with the script's help and without. */
async function print(context) {
  const file = path.join(context.folder, `${context.report.name}.pdf`);
  const plain = path.join(context.folder, `${context.report.name}-noscript.pdf`);
  return [
    ...await withPage(context, {}, (page) => paperFaults(context, page, file, "print")),
    ...await withPage(context, { script: false }, (page) => paperFaults(context, page, plain, "print without script")),
  ];
}

const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return {
      what: `${element.tagName.toLowerCase()}${element.type ? `[${element.type}]` : ""}`,
      name: (element.textContent || element.value || "").trim().slice(0, 60),
      finding: element.closest(".finding") ? element.closest(".finding").querySelector("dl").id : null,
      isOfTarget: element.tagName === "SUMMARY" && element.parentNode.matches(".target"),
      isSeen: box.width > 0 && box.right > 0 && box.left >= 0 && style.outlineStyle !== "none" &&
        parseFloat(style.outlineWidth) >= 2,
    };
  });

/* Tab until `wanted`; every stop on the way shows that it has the focus. */
async function tabTo(page, faults, what, wanted) {
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press("Tab");
    const here = await focused(page);
    if (here.what === "body") { break; }
    if (!here.isSeen) { faults.push(`the focus on ${here.what} '${here.name}' is not to be seen`); }
    if (wanted(here)) { return here; }
  }
  faults.push(`Tab does not reach ${what}`);
  return null;
}

const isOpen = (page, id) => page.evaluate((name) => document.getElementById(name).closest("details").open, id);
const counted = (page) => page.$eval(".filter [role=status]", (status) => status.textContent);

async function keyboardReaches(context, page, faults) {
  if (await tabTo(page, faults, "the skip link", (here) => here.name === "Skip to the findings") === null) { return; }
  await page.keyboard.press("Enter");
  if (await page.evaluate(() => location.hash) !== "#findings") { faults.push("the skip link skips nothing"); }
  await tabTo(page, faults, "a box of the filter", (here) => here.what === "input[checkbox]");
  const before = await counted(page);
  await page.keyboard.press("Space");
  if (await counted(page) === before) { faults.push(`a box of the filter changes nothing: ${before}`); }
  if (!/^#show=/.test(await page.evaluate(() => location.hash))) { faults.push("the filter is not in the fragment"); }
  await page.keyboard.press("Space");
  await tabTo(page, faults, "the search", (here) => here.what === "input[search]");
  await tabTo(page, faults, "the button that opens all", (here) => here.name === "Open all");
  if (context.report.isSet) {
    await tabTo(page, faults, "a target", (at) => at.isOfTarget);
    const wasOpen = await page.evaluate(() => document.activeElement.parentNode.open);
    await page.keyboard.press("Enter");
    if (await page.evaluate(() => document.activeElement.parentNode.open) === wasOpen) { faults.push("Enter does not fold a target"); }
    await page.keyboard.press("Enter");
  }
  const here = await tabTo(page, faults, "a finding", (at) => at.what === "summary" && at.finding !== null);
  if (here === null) { return; }
  const first = await isOpen(page, here.finding);
  await page.keyboard.press("Enter");
  if (await isOpen(page, here.finding) === first) { faults.push("Enter does not open a finding"); }
}

async function keyboard(context) {
  return withPage(context, {}, async (page) => {
    const faults = [];
    await keyboardReaches(context, page, faults);
    return faults;
  });
}

/* A link to a finding opens it and gives it the focus: when the page opens, and later; and though it is filtered out. */
async function linkFaults(context, target) {
  const fragment = `#${target.anchor}`;
  const faults = [];
  const look = (page, what, wantsFocus) => page.waitForFunction((id, isFocused) => {
    const finding = document.getElementById(id).closest("details");
    const box = finding.getBoundingClientRect();
    return finding.open && finding.checkVisibility() && box.top < innerHeight && box.bottom > 0 &&
      (!isFocused || document.activeElement === finding.querySelector("summary"));
  }, { timeout: 5000 }, fragment.slice(1), wantsFocus).catch(() => faults.push(`${what} does not show ${target.anchor}`));
  await withPage(context, { fragment }, (page) => look(page, "a link", true));
  await withPage(context, { fragment, script: false }, (page) => look(page, "a link without script", false));
  await withPage(context, { fragment, folder: "/jenkins" }, (page) => look(page, "a link under Jenkins's policy", false));
  await withPage(context, { fragment: "#q=nothing-has-this-text" }, async (page) => {
    if (!/^0 of /.test(await counted(page))) { faults.push(`a search for nothing finds ${await counted(page)}`); }
    await page.evaluate((hash) => { location.hash = hash; }, fragment);
    await page.waitForFunction((hash) => location.hash === hash && !document.querySelector(".finding[hidden]"), {}, fragment);
    await look(page, "a link to what is filtered out", true);
  });
  return faults;
}

/* When the page opens with a link to it, and while it is filtered out. */
async function partFaults(context, anchor) {
  const faults = [];
  const isShown = (page) => page.evaluate((id) => {
    const part = document.getElementById(id);
    const details = part.tagName === "TR" ? part.querySelector("details") : null;
    return part.checkVisibility() && (details === null || details.open);
  }, anchor);
  await withPage(context, { fragment: `#${anchor}` }, async (page) => {
    if (!await isShown(page)) { faults.push(`a link to #${anchor} does not unfold it`); }
  });
  await withPage(context, { fragment: "#q=nothing-has-this-text" }, async (page) => {
    await page.evaluate((hash) => { location.hash = hash; }, `#${anchor}`);
    await page.waitForFunction((hash) => location.hash === hash, {}, `#${anchor}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (!await isShown(page)) { faults.push(`a link to #${anchor} does not show it where it was filtered out`); }
  });
  return faults;
}

/* In the first target and in the last, which is folded on a page about several. */
async function deepLinks(context) {
  const { targets, isSet } = context.report;
  const faults = [];
  for (const target of isSet ? [targets[0], targets[targets.length - 1]] : targets) {
    const folded = target.findings.find((finding) => !PROBLEMS.includes(finding.verdict)) || target.findings[0];
    const request = target.report.traffic.exchanges[0];
    faults.push(...await linkFaults(context, folded));
    faults.push(...request ? await partFaults(context, `${target.prefix}request-${request.n}`) : []);
    faults.push(...isSet ? await partFaults(context, target.prefix.slice(0, -1)) : []);
  }
  return faults;
}

/* "#show=…&q=…" restores the filter; what is typed goes into the fragment and is told. */
async function filterState(context) {
  const { findings } = context.report;
  const verdict = findings[0].verdict;
  const word = findings[0].title.split(" ").pop();
  const hits = findings.filter((finding) => finding.verdict === verdict);
  const faults = [];
  await withPage(context, { fragment: `#show=${verdict}&q=${encodeURIComponent(word)}` }, async (page) => {
    const state = await page.evaluate(() => ({
      search: document.querySelector(".filter input[type=search]").value,
      boxes: [...document.querySelectorAll(".filter input:checked")].map((box) => box.value).join(),
      shown: [...document.querySelectorAll(".finding")].filter((finding) => finding.checkVisibility())
        .map((finding) => finding.textContent),
    }));
    if (state.search !== word || state.boxes !== verdict) { faults.push(`restored: ${JSON.stringify(state)}`); }
    if (state.shown.length === 0 || !state.shown.every((text) => text.toLowerCase().includes(word.toLowerCase()))) {
      faults.push(`${state.shown.length} findings are shown for '${word}'`);
    }
    if (state.shown.length > hits.length) { faults.push(`${state.shown.length} are shown, ${hits.length} are ${verdict}`); }
    if (await counted(page) !== `${state.shown.length} of ${findings.length} shown`) {
      faults.push(`the count says ${await counted(page)}`);
    }
  });
  await withPage(context, {}, async (page) => {
    await page.type(".filter input[type=search]", "a b&c");
    const hash = await page.evaluate(() => location.hash);
    if (hash !== "#q=a%20b%26c") { faults.push(`the fragment of a search is ${hash}`); }
    const live = await page.$eval(".filter [role=status]", (status) => status.checkVisibility());
    if (!live) { faults.push("the count is not to be seen"); }
  });
  return [...faults, ...context.report.isSet ? await targetsFiltered(context) : []];
}

/* Over all targets: those without a hit are gone, those with one show it alone, and all come back as they were. */
async function targetsFiltered(context) {
  const faults = [];
  const last = context.report.targets[context.report.targets.length - 1];
  const pack = last.findings[0].id.split("/")[0];
  const look = (page) => page.evaluate(() => ({
    shown: [...document.querySelectorAll(".target")].filter((target) => target.checkVisibility())
      .map((target) => target.querySelector(".parts").id),
    open: [...document.querySelectorAll(".target[open]")].length,
    others: [...document.querySelectorAll(".ticket, .requests, .causes")].filter((part) => part.checkVisibility()).length,
  }));
  await withPage(context, {}, async (page) => {
    const before = await look(page);
    await page.type(".filter input[type=search]", `${pack}/`);
    const during = await look(page);
    const wanted = context.report.targets.filter((target) => target.findings.some((finding) =>
      [finding.id, ...finding.needs, finding.blocked_by || ""].join(" ").includes(`${pack}/`)));
    if (during.shown.join() !== wanted.map((target) => target.prefix.slice(0, -1)).join()) {
      faults.push(`a search for ${pack} shows ${during.shown.join(", ")}`);
    }
    if (during.open < during.shown.length) { faults.push("a target with a hit stays folded"); }
    if (during.others > 0) { faults.push(`${during.others} other parts between the hits`); }
    for (let i = 0; i <= pack.length; i++) { await page.keyboard.press("Backspace"); }
    const after = await look(page);
    if (JSON.stringify(after) !== JSON.stringify(before)) { faults.push("an empty search does not bring back what was there"); }
  });
  return faults;
}

/* By the button, by hand where the clipboard is refused, and in no more than 40 lines. */
async function copying(context) {
  const faults = [];
  await withPage(context, { clipboard: true }, async (page) => {
    await page.bringToFront();
    await openTargets(page);
    for (const ticket of await page.$$(".ticket")) {
      await (await ticket.$(".copy button")).focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction((section) => section.querySelector(".copy [role=status]").textContent !== "", {}, ticket);
      const text = await ticket.$eval("pre", (pre) => pre.textContent);
      const clipboard = await page.evaluate(() => navigator.clipboard.readText());
      if (clipboard !== text) { faults.push(`the clipboard holds: ${clipboard.slice(0, 80)}`); }
      if (text.trim().split("\n").length > 40) { faults.push("the text for a ticket is longer than 40 lines"); }
    }
  });
  await withPage(context, { file: true }, async (page) => {
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
      document.execCommand = () => false;
    });
    await page.click(".copy button");
    await page.waitForFunction(() => document.querySelector(".copy [role=status]").textContent !== "");
    const isMarked = await page.evaluate(() =>
      getSelection().toString().trim() === document.querySelector(".ticket pre").innerText.trim());
    if (!isMarked) { faults.push("where copying is refused, the text is not marked"); }
  });
  return faults;
}

/* Text from packs and instances never becomes anything else. */
async function hostileText(context) {
  return withPage(context, {}, async (page) => {
    await unfold(page);
    const found = await page.evaluate(() => ({
      scripts: document.scripts.length,
      images: document.images.length + document.querySelectorAll("iframe, object, embed, link, form, base").length,
      handlers: [...document.querySelectorAll("*")].flatMap((element) => element.getAttributeNames())
        .filter((name) => /^on|^style$|^src/.test(name)).length,
      addresses: [...document.querySelectorAll("a")].map((a) => a.getAttribute("href"))
        .filter((href) => !/^(#|https:\/\/[a-z0-9.-]+\/)/.test(href)),
      isReversed: /[\u0000-\u0008\u000e-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(document.documentElement.outerHTML),
      data: [...document.querySelectorAll("script[type='application/json']")]
        .map((block) => JSON.parse(block.textContent).schema),
      moves: document.getAnimations().length,
    }));
    const faults = page.heard.slice();
    if (found.scripts !== 1 + context.report.targets.length) { faults.push(`${found.scripts} scripts`); }
    if (found.images + found.handlers > 0) { faults.push(`${found.images} loaders, ${found.handlers} handlers`); }
    if (found.addresses.length > 0) { faults.push(`links to ${found.addresses.join(" ")}`); }
    if (found.isReversed) { faults.push("a control character that hides or reverses text"); }
    if (!found.data.every((schema) => schema === "glidepath-page/1")) { faults.push(`the data says ${found.data}`); }
    if (found.moves > 0) { faults.push(`${found.moves} animations`); }
    return faults;
  });
}

/* For people to look at. */
async function pictures(context) {
  const shots = [["light", {}], ["dark", { scheme: "dark" }], ["phone", { viewport: PHONE }]];
  const colours = new Set();
  for (const [what, options] of shots) {
    await withPage(context, options, async (page) => {
      colours.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      await page.screenshot({ path: path.join(context.folder, `${context.report.name}-${what}.png`), fullPage: true });
    });
  }
  const stem = path.join(context.folder, context.report.name);
  execFileSync("pdftoppm", ["-r", "60", "-png", `${stem}.pdf`, `${stem}-print`]);
  return colours.size === 2 ? [] : ["light and dark have the same background"];
}

/* In this order: the pictures of a print need the print. */
const checks = [
  ["axe-core finds nothing", accessibility],
  ["the console is silent and nothing is loaded", silence],
  ["complete, in order and problems open without script", withoutScript],
  ["complete under Jenkins's policy", underJenkins],
  ["fits a phone", phoneWidth],
  ["prints whole, with a head on each page", print],
  ["Tab and Enter reach everything", keyboard],
  ["a link to a finding opens it", deepLinks],
  ["the filter is in the fragment, and told", filterState],
  ["the text for a ticket can be copied", copying],
  ["text stays text, and nothing moves", hostileText],
  ["light and dark", pictures],
];

module.exports = { checks };
