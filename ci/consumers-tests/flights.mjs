// SPDX-License-Identifier: Apache-2.0
// The runs whose reports are read: healthy and broken worlds of every vendor, one that tells nothing, one with a
// waiver, one whose texts are hostile. Each leaves NAME.json, .xml, .tap and .sarif in a folder.
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const here = new URL('.', import.meta.url).pathname
const formats = { json: 'json', junit: 'xml', tap: 'tap', sarif: 'sarif' }

// Name, exit status, arguments behind `demo`.
const demos = [
  ['ready', 0, []],
  ['broken', 1, ['--world', 'rad-security', '--fault', 'policy-profile-unlinked']],
  ['extended', 1, ['--world', 'rad-security', '--fault', 'policy-profile-unlinked', '--junit', 'extended']],
  ['diagnosis', 1, ['--diagnose', '--fault', 'oauth-app-user-unset']],
  ['two-faults', 1, ['--fault', 'oauth-app-user-unset', '--fault', 'role-missing']],
  ['inconclusive', 3, ['--fault', 'instance-hibernating']],
  ['without-credential', 3, ['--without', 'integration', '--without', 'auditor']],
  ['only-one', 0, ['--only', 'credential']],
  ['hostile', 1, ['--pack', join(here, 'hostile.yaml')]],
  ['anonymous', 1, ['--anonymise', '--fault', 'oauth-app-user-unset']],
  ['strategy-overview', 0, ['--world', 'strategy-overview']],
  ['1stream', 0, ['--world', '1stream']],
  ['harness-sei', 0, ['--world', 'harness-sei']],
  ['harness-sei-oauth', 0, ['--world', 'harness-sei-oauth']],
]

const environment = (folder) => {
  const theirs = Object.entries(process.env).filter(([name]) => !/^(GLIDEPATH_|GITHUB_)|_proxy$/i.test(name))
  return { ...Object.fromEntries(theirs), XDG_STATE_HOME: join(folder, 'state'), LC_ALL: 'C.UTF-8' }
}

const fly = (glidepath, folder, [name, wanted, command, ...options], secrets = {}) => {
  const reports = Object.entries(formats).flatMap(([format, ending]) => ['--report', `${format}=${name}.${ending}`])
  const done = spawnSync(glidepath, [command, ...options, ...reports], {
    cwd: folder, env: { ...environment(folder), ...secrets }, encoding: 'utf8', timeout: 120_000,
  })
  if (done.status !== wanted) {
    throw new Error(`the run ${name} ended with ${done.status}, not ${wanted}\n${done.stdout}${done.stderr}`)
  }
  return name
}

// A simulated instance, and what it says of itself in its first line.
const simulate = (glidepath, options) => new Promise((resolve, reject) => {
  const sim = spawn(glidepath,
    ['sim', '--tls', '--host', 'acme.service-now.com', '--listen', '127.0.0.1:0', ...options])
  let said = ''
  sim.stdout.on('data', (piece) => {
    said += piece
    if (said.includes('\n')) resolve({ sim, told: JSON.parse(said) })
  })
  sim.on('exit', () => reject(new Error('the simulated instance did not start')))
})

const waived = async (glidepath, folder) => {
  const { sim, told } = await simulate(glidepath, ['--world', 'rad-security', '--fault', 'user-inactive'])
  const target = {
    instance: 'https://acme.service-now.com/',
    packs: ['rad-security'],
    set: told.parameters,
    credentials: {
      integration: { kind: 'api-key', key: { env: 'CONSUMERS_KEY' } },
      auditor: { kind: 'basic', user: told.credentials.auditor.user, password: { env: 'CONSUMERS_PASSWORD' } },
    },
    waivers: ['user-active', 'clock'].map((check) => (
      { check: `rad-security/${check}`, until: '2999-12-31', by: 'j.doe', because: 'the user comes in January' })),
  }
  writeFileSync(join(folder, 'waived.yaml'), JSON.stringify(target, null, 1))
  try {
    return fly(glidepath, folder, ['waived', 1, 'check', 'waived.yaml', '--cacert', told.ca_file, '--connect-to',
      `acme.service-now.com:443:127.0.0.1:${told.port}`],
    { CONSUMERS_KEY: told.credentials.integration.key, CONSUMERS_PASSWORD: told.credentials.auditor.password })
  } finally {
    sim.removeAllListeners('exit')
    sim.kill()
  }
}

export const flyAll = async (glidepath, folder) => [
  ...demos.map(([name, wanted, options]) => fly(glidepath, folder, [name, wanted, 'demo', ...options])),
  await waived(glidepath, folder),
]
