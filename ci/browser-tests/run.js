// SPDX-License-Identifier: Apache-2.0
//
// run.js CHROMIUM FOLDER NAME...: holds FOLDER/NAME.html, with FOLDER/NAME.json beside it, to checks.js. Ends with 1 when
// anything is wrong.
"use strict";
const os = require("os");
const path = require("path");
const puppeteer = require("puppeteer-core");
const { checks } = require("./checks");
const { read, serve } = require("./reports");

async function hold(context, what, check) {
  context.said = [];
  let faults;
  try {
    faults = await check(context);
  } catch (error) {
    faults = [error.stack];
  }
  const said = context.said.length > 0 ? ` (${context.said.join("; ")})` : "";
  console.log(`${faults.length === 0 ? "ok    " : "FAILED"} ${context.report.name}: ${what}${said}`);
  faults.slice(0, 20).forEach((fault) => console.log(`       ${fault}`));
  if (faults.length > 20) { console.log(`       and ${faults.length - 20} more`); }
  return faults.length === 0;
}

async function main() {
  const [chromium, folder, ...names] = process.argv.slice(2);
  const server = await serve(folder);
  const browser = await puppeteer.launch({
    executablePath: chromium,
    // Chromium's own sandbox refuses to run as root; no name but loopback's resolves.
    args: [...(process.getuid() === 0 ? ["--no-sandbox"] : []), "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    userDataDir: path.join(os.tmpdir(), `glidepath-browser-${process.pid}`),
  });
  let nPassed = 0;
  let nFailed = 0;
  for (const name of names) {
    const context = { browser, origin: server.origin, folder: path.resolve(folder), report: read(path.resolve(folder), name) };
    for (const [what, check] of checks) {
      if (await hold(context, what, check)) { nPassed++; } else { nFailed++; }
    }
  }
  await browser.close();
  server.close();
  console.log(`ci/browser: ${nPassed} passed, ${nFailed} failed`);
  process.exitCode = nFailed === 0 ? 0 : 1;
}

main();
