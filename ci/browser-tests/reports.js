// SPDX-License-Identifier: Apache-2.0
//
// The reports that ci/browser has made, each with what its JSON says, and a server on loopback that hands them out,
// with the headers of a CI server where that is asked for.
"use strict";
const fs = require("fs");
const http = require("http");
const path = require("path");

/* Jenkins's default for build artifacts: no script, no inline style (jenkins.io, "Content Security Policy"). */
const JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self'";

const PROBLEMS = ["fail", "blocked", "unknown"];

/* The findings in the order of the page: by pack, in a pack by step as the steps first come up. */
function inPageOrder(checks) {
  const place = (list, value) => (list.includes(value) ? list.indexOf(value) : list.push(value) - 1);
  const packs = [];
  const steps = [];
  return checks
    .map((check, i) => {
      const pack = check.id.split("/")[0];
      return { check, i, pack: place(packs, pack), step: place(steps, `${pack}\n${check.step || ""}`) };
    })
    .sort((a, b) => a.pack - b.pack || a.step - b.step || a.i - b.i)
    .map((placed) => placed.check);
}

/* One target's report: `prefix` stands before each of its ids on the page. */
function targetOf(report, prefix) {
  const findings = inPageOrder(report.checks).map((finding) => ({ ...finding, anchor: prefix + finding.id.replace(/ /g, "-") }));
  return { report, prefix, findings };
}

/* HOST/PACKS/, what cannot stand in a link replaced; the second of two that are alike has ~2. */
function prefixOf(report, taken) {
  const clean = (text) => text.replace(/[^A-Za-z0-9.+_-]/g, "-");
  const host = report.instance.url.replace(/^.*?:\/\//, "").replace(/\/.*/s, "");
  const anchor = `${clean(host)}/${clean(report.packs.map((pack) => pack.name).join("+"))}`;
  taken.push(anchor);
  const nAlike = taken.filter((other) => other === anchor).length;
  return nAlike === 1 ? `${anchor}/` : `${anchor}~${nAlike}/`;
}

/* The targets of a set in the order of the page: what needs work first. */
function targetsOf(document) {
  const ranks = ["not-ready", "inconclusive", "ready"];
  const taken = [];
  return document.reports
    .map((report) => targetOf(report, prefixOf(report, taken)))
    .map((target, i) => ({ target, i, rank: ranks.indexOf(target.report.summary.status) }))
    .sort((a, b) => a.rank - b.rank || a.i - b.i)
    .map((placed) => placed.target);
}

function read(folder, name) {
  const document = JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), "utf8"));
  const isSet = document.schema === "glidepath-reports/1";
  const targets = isSet ? targetsOf(document) : [targetOf(document, "")];
  const findings = targets.flatMap((target) => target.findings);
  return {
    name,
    file: path.join(folder, `${name}.html`),
    isSet,
    summary: document.summary,
    targets,
    findings,
    problems: findings.filter((finding) => PROBLEMS.includes(finding.verdict)),
  };
}

/* GET /NAME.html, and /jenkins/NAME.html with Jenkins's header. */
async function serve(folder) {
  const server = http.createServer((request, response) => {
    const address = request.url.split("?")[0];
    const file = path.join(folder, path.basename(address));
    if (!address.endsWith(".html") || !fs.existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const headers = { "Content-Type": "text/html" };
    if (address.startsWith("/jenkins/")) {
      headers["Content-Security-Policy"] = JENKINS;
    }
    response.writeHead(200, headers).end(fs.readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

module.exports = { PROBLEMS, read, serve };
