// SPDX-License-Identifier: Apache-2.0
// node read.mjs GLIDEPATH SCHEMA FOLDER: reads the reports of some runs with programs that others wrote, and compares
// what they take from them with the JSON report. One line a consumer; ends with 1 when one of them disagrees.
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import * as allure from '@allurereport/reader'
import Ajv from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { convertJUnitToCTRFReport } from 'junit-to-ctrf'
import { parse as junit2json } from 'junit2json'
import { Parser } from 'tap-parser'
import testResults from 'test-results-parser'
import { flyAll } from './flights.mjs'

const [glidepath, schemaFile, folder] = process.argv.slice(2)
const require = createRequire(import.meta.url)
const here = new URL('.', import.meta.url).pathname
const versionOf = (name) => JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json'), 'utf8')).version
const textOf = (name, ending) => readFileSync(join(folder, `${name}.${ending}`), 'utf8')
const reportOf = (name) => JSON.parse(textOf(name, 'json'))

// ---- What the reports have to agree with

const isProblem = (check) => ['fail', 'unknown', 'blocked'].includes(check.verdict)
const junitStatus = (check) => {
  if (['waived', 'not-applicable'].includes(check.verdict)) return 'skipped'
  if (!isProblem(check) || !check.gates) return 'passed'
  return check.verdict === 'fail' ? 'failed' : 'error'
}
// Where nothing required passed and no check carries the status, a last case does.
const carriesNothing = (report) => report.summary.status === 'inconclusive'
  && !report.checks.some((check) => check.gates && isProblem(check))
const titled = (check) => `${check.id}: ${check.title}`
const wantedCases = (report) => [
  ...report.checks.map((check) => [titled(check), junitStatus(check)]),
  ...(carriesNothing(report) ? [['run', 'error']] : []),
]

// ---- Comparing

const same = (wanted, read) => {
  const [a, b] = [JSON.stringify(wanted), JSON.stringify(read)]
  if (a === b) return []
  const differs = (item, i) => JSON.stringify(item) !== JSON.stringify(read?.[i])
  const at = Array.isArray(wanted) ? wanted.findIndex(differs) : -1
  return [at < 0 ? `wanted ${a.slice(0, 300)}, read ${b?.slice(0, 300)}`
    : `item ${at}: wanted ${JSON.stringify(wanted[at])}, read ${JSON.stringify(read?.[at])}`]
}
const countOf = (cases, status) => cases.filter(([, is]) => is === status).length
const countsOf = (cases, ...statuses) => statuses.map((status) => countOf(cases, status))
// A reader that knows no difference between a failure and an error.
const without = (cases, from, to) => cases.map(([name, status]) => [name, status === from ? to : status])

// ---- The consumers: each gives the disagreements over one run

// Strict: a keyword that it does not know is a mistake in the schema.
const ajv = addFormats.default(new Ajv.default({ strict: true, strictTypes: false, allowUnionTypes: true }))
const isValid = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')))

// Every way to take one key away, or to put another type in its place; of an array the first item stands for all.
const mutilations = function* (value, path = []) {
  const keys = typeof value === 'object' ? Object.keys(value ?? {}) : []
  for (const key of Array.isArray(value) ? keys.slice(0, 1) : keys) {
    const here = [...path, key]
    if (!Array.isArray(value)) yield { path: here, change: (parent) => { delete parent[key] }, says: 'taken away' }
    yield { path: here, change: (parent) => { parent[key] = [[true]] }, says: 'of another type' }
    yield* mutilations(value[key], here)
  }
}
const mutilated = (report, { path, change }) => {
  const copy = structuredClone(report)
  change(path.slice(0, -1).reduce((at, key) => at[key], copy))
  return copy
}

let nRefused = 0
const readJson = (name) => {
  const report = reportOf(name)
  if (!isValid(report)) return [ajv.errorsText(isValid.errors)]
  const faults = []
  for (const mutilation of mutilations(report)) {
    nRefused += 1
    if (!isValid(mutilated(report, mutilation))) continue
    faults.push(`takes a report with ${mutilation.path.join('.')} ${mutilation.says}`)
  }
  return faults
}

const readJunit2json = async (name) => {
  const report = reportOf(name)
  const [suite, ...others] = (await junit2json(textOf(name, 'xml'))).testsuite
  const statusOf = (c) => (c.failure ? 'failed' : c.error ? 'error' : c.skipped ? 'skipped' : 'passed')
  const cases = suite.testcase.map((c) => [c.name, statusOf(c)])
  const counts = [cases.length, ...countsOf(cases, 'failed', 'error', 'skipped')]
  return [...same(wantedCases(report), cases), ...same([], others),
    ...same(counts, [suite.tests, suite.failures, suite.errors, suite.skipped])]
}

const readTestResults = (name) => {
  const read = testResults.parse({ type: 'junit', files: [join(folder, `${name}.xml`)] })
  const wanted = wantedCases(reportOf(name))
  const words = { PASS: 'passed', FAIL: 'failed', ERROR: 'error', SKIP: 'skipped' }
  const cases = read.suites.flatMap((suite) => suite.cases.map((c) => [c.name, words[c.status] ?? c.status]))
  return [...same(without(wanted, 'error', 'failed'), without(cases, 'error', 'failed')),
    ...same(countsOf(wanted, 'passed', 'failed', 'error', 'skipped'),
      [read.passed, read.failed, read.errors, read.skipped]),
    ...same(reportOf(name).summary.status === 'ready' ? 'PASS' : 'FAIL', read.status)]
}

// This one leaves the five entities of XML in names as they are written; the page that shows them reads them.
const entities = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const decoded = (text) => text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name) => entities[name])

const readAllure = async (name) => {
  const cases = []
  const ignore = async () => {}
  const note = async (c) => { cases.push([decoded(c.name), c.status === 'broken' ? 'error' : c.status]) }
  const visitor = { visitTestResult: note, visitTestFixtureResult: ignore, visitAttachmentFile: ignore }
  const file = { getOriginalFileName: () => `${name}.xml`, asUtf8String: async () => textOf(name, 'xml') }
  const isRead = await allure.junitXml.read(visitor, file)
  return [...same(true, isRead), ...same(wantedCases(reportOf(name)), cases)]
}

// This one knows no characters beyond the first plane of Unicode, whoever writes them.
const inFirstPlane = (text) => text.replace(/[\u{10000}-\u{10FFFF}]/gu, '\uFFFD\uFFFD')

const readCtrf = async (name) => {
  const { results } = await convertJUnitToCTRFReport(join(folder, `${name}.xml`))
  const wanted = without(wantedCases(reportOf(name)), 'error', 'failed')
    .map(([title, status]) => [inFirstPlane(title), status])
  const { tests, passed, failed, skipped } = results.summary
  return [...same(wanted, results.tests.map((c) => [c.name, c.status])),
    ...same([wanted.length, ...countsOf(wanted, 'passed', 'failed', 'skipped')], [tests, passed, failed, skipped])]
}

const readTap = (name) => {
  const report = reportOf(name)
  const points = []
  const parser = new Parser({ strict: true })
  let results
  parser.on('assert', (point) => { points.push(point) })
  parser.on('complete', (all) => { results = all })
  parser.end(textOf(name, 'tap'))
  const wanted = report.checks.map((check) => [titled(check), check.verdict, !(check.gates && isProblem(check))])
  const verdictOf = (point) => point.diag?.verdict ?? wanted[point.id - 1][1]
  const read = points.slice(0, report.checks.length)
    .map((point) => [point.name, verdictOf(point), Boolean(point.ok || point.todo || point.skip)])
  return [...same(wanted, read), ...same(report.checks.length + (carriesNothing(report) ? 1 : 0), points.length),
    ...same([], results.failures.filter((failure) => failure.tapError)),
    ...same([report.summary.status === 'ready', false], [results.ok, results.bailout])]
}

// GitHub's own rules (Ghas) beside those of the standard.
const multitool = join(require.resolve('@microsoft/sarif-multitool-linux/package.json'), '..', 'Sarif.Multitool')
const validate = (file) => spawnSync(multitool,
  ['validate', file, '--rule-kind', 'Sarif;Ghas', '--output', `${file}.log`, '--log', 'ForceOverwrite'],
  { encoding: 'utf8', env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' }, timeout: 120_000 })
const levels = { fail: 'error', unknown: 'warning', blocked: 'warning' }

const readSarif = (name) => {
  const report = reportOf(name)
  const done = validate(join(folder, `${name}.sarif`))
  // SARIF2005 would have the address of a home page, and there is none.
  const says = done.stdout.split('\n')
    .filter((line) => /: (error|warning) /.test(line) && !line.includes(' SARIF2005: '))
  const log = JSON.parse(textOf(name, 'sarif')).runs[0]
  const gating = (id) => report.checks.find((check) => check.id === id)?.gates
  const isResult = (check) => isProblem(check) || check.verdict === 'waived'
  const wanted = report.checks.filter(isResult).map((check) => check.id).sort()
  const read = log.results.map((result) => result.ruleId).sort()
  const wrong = log.results.filter((r) => gating(r.ruleId) && !r.suppressions
    && r.level !== levels[report.checks.find((check) => check.id === r.ruleId).verdict])
  const waived = report.checks.filter((check) => check.verdict === 'waived').length
  const suppressed = log.results.filter((r) => r.suppressions?.length > 0).length
  return [...says, ...same(0, done.status), ...same(true, done.stdout.includes('Analysis completed successfully')),
    ...same(wanted, read), ...same([], wrong.map((r) => r.ruleId)), ...same(waived, suppressed)]
}

const consumers = [
  ['JSON', 'ajv', readJson, () => `, and refuses ${nRefused} mutilated ones`],
  ['JUnit', 'junit2json', readJunit2json],
  ['JUnit', 'test-results-parser', readTestResults],
  ['JUnit', '@allurereport/reader', readAllure],
  ['JUnit', 'junit-to-ctrf', readCtrf],
  ['TAP', 'tap-parser', readTap],
  ['SARIF', '@microsoft/sarif-multitool-linux', readSarif],
]

const names = await flyAll(glidepath, folder)
chmodSync(multitool, 0o755)
console.log(`ci/consumers: the reports of ${names.length} runs: ${names.join(', ')}`)
let nDisagreeing = 0
for (const [format, consumer, read, besides] of consumers) {
  const faults = []
  for (const name of names) {
    const found = await Promise.resolve().then(() => read(name)).catch((error) => [`${error.message}`])
    faults.push(...found.map((fault) => `${name}: ${fault}`))
  }
  const says = faults.length > 0 ? `DISAGREES ${faults.length} times`
    : `reads all ${names.length} as they are meant${besides?.() ?? ''}`
  console.log(`${format.padEnd(6)} ${consumer} ${versionOf(consumer)}: ${says}`)
  faults.slice(0, 10).forEach((fault) => console.log(`    ${fault}`))
  nDisagreeing += faults.length > 0 ? 1 : 0
}
process.exit(nDisagreeing > 0 ? 1 : 0)
