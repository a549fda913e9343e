import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { needsProgram } from '../support/needs.ts'
import { until } from '../support/until.ts'
import { CliWorld } from './cli-world.ts'

const code = (sizes: string, round: string): string =>
  `export function sizes(): number[] {\n  return [${sizes}]\n}\n\nexport const unit = 1\n\n` +
  `export function round(value: number): number {\n  return ${round}\n}\n`

/** A request for a completion, as far as it matters here. */
interface Chat {
  readonly model: string
  readonly messages: readonly { readonly content: string }[]
  readonly response_format: { readonly type: string }
}

/** Answers by a list of what to say: the first to the first request, and the last to all further ones. What it was asked lies in `asked`. */
const program = (root: string) => `
const { appendFileSync, existsSync, readFileSync } = require('node:fs')
const says = JSON.parse(readFileSync('${root}/says.json', 'utf8'))
const text = readFileSync(0, 'utf8')
const request = JSON.parse(text)
const count = existsSync('${root}/asked') ? readFileSync('${root}/asked', 'utf8').split('\\n').length - 1 : 0
appendFileSync('${root}/asked', text)
const say = says[Math.min(count, says.length - 1)]
if (say.hang) {
  const { ppid } = process
  setInterval(() => process.ppid === ppid || process.exit(), 100)
}
else if (say.exit) process.exit(say.exit)
else if (say.repeat) process.stdout.write(say.repeat.repeat(say.times))
else if (say.raw !== undefined) process.stdout.write(say.raw)
else process.stdout.write(JSON.stringify({ v: 1, id: say.id ?? request.id, candidates: (say.texts ?? []).map((resolution) => ({ resolution })), ...(say.decline && { decline: say.decline }) }))
`

describe('proposals', function () {
  this.timeout(60_000)
  let world: CliWorld
  let server: Server | undefined

  before(needsProgram('git'))
  beforeEach(async () => {
    world = await CliWorld.make()
    await world.repository('repo', { 'code.ts': code('0', 'value'), 'notes.txt': 'x\n' })
    await world.here(['init'], { folder: 'repo' })
    await git('add', '-A')
    await git('commit', '-q', '-m', 'init')
    await writeFile(world.path('proposer.cjs'), program(world.root))
  })
  afterEach(async () => {
    server?.closeAllConnections()
    server?.close()
    server = undefined
    await world?.close()
  })

  const run = (...args: readonly string[]) => world.here(args, { folder: 'repo' })
  const git = (...args: readonly string[]) => world.git('repo', ...args)
  const content = (path: string) => readFile(world.path('repo', path), 'utf8')
  const asked = async () =>
    (await readFile(world.path('asked'), 'utf8').catch(() => ''))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  const settings = (yaml: string) => writeFile(world.path('home/.anvcs/config.yaml'), yaml)
  const says = (...list: readonly object[]) => writeFile(world.path('says.json'), JSON.stringify(list))
  const command = () =>
    `proposer:\n  command: ['${process.execPath}', '${world.path('proposer.cjs')}']\n  model: some-model\n`
  const commit = async (files: Readonly<Record<string, string>>, message = 'change') => {
    for (const [path, text] of Object.entries(files)) await writeFile(world.path('repo', path), text)
    await git('add', '-A')
    await git('commit', '-q', '-m', message)
  }
  const diverge = async (
    side: Readonly<Record<string, string>> = { 'code.ts': code('0, 2', 'value') },
    main: Readonly<Record<string, string>> = { 'code.ts': code('0, 1', 'value') },
  ) => {
    await git('checkout', '-q', '-b', 'side')
    await commit(side, 'add two')
    await git('checkout', '-q', 'main')
    await commit(main, 'add one')
  }
  const conflict = async (...sides: Parameters<typeof diverge>) => {
    await diverge(...sides)
    assert.equal((await run('merge', 'side')).status, 1)
  }
  const propose = async (path = 'code.ts') => {
    const before = [await git('status', '--porcelain'), await content(path)]
    const { status, stdout, stderr } = await run('resolve', path, '--propose', '--json')
    assert.deepEqual([await git('status', '--porcelain'), await content(path)], before)
    return { status, stderr, report: stdout ? JSON.parse(stdout) : undefined }
  }
  const both = '  return [0, 1, 2]\n'
  const recordedModel = async () =>
    JSON.parse((await git('notes', '--ref', 'ai-vcs', 'show', 'HEAD')).split('\n')[0]!).ai_meta.model

  it('asks a program, shows what it says, and writes nothing before a person takes it', async () => {
    await conflict()
    await settings(command())
    await says({ texts: ['  return [0, 1, 2]', both, '  return [0, 1, 2] \n'] })
    const { status, report } = await propose()
    assert.equal(status, 0)
    const [{ proposals }] = report.conflicts
    assert.deepEqual([proposals.length, proposals[0].votes, proposals[0].resolution], [1, 3, both])
    assert.deepEqual([proposals[0].model, proposals[0].added, proposals[0].guards], ['some-model', [], []])
    assert.match(proposals[0].prompt, /^[0-9a-f]{64}$/)
    const [request] = await asked()
    assert.deepEqual(request.conflict, {
      base: '  return [0]\n',
      left: '  return [0, 1]\n',
      right: '  return [0, 2]\n',
      reason: 'both-changed',
    })
    assert.deepEqual([request.path, request.entity, request.attempt], ['code.ts', 'sizes', 1])
    assert.deepEqual([request.context.messagesLeft, request.context.messagesRight], [['add one'], ['add two']])
    assert.match(request.context.before, /^export function sizes/)
    assert.match(request.context.after, /export const unit/)
    const { stdout } = await run('explain')
    assert.match(stdout, /proposal 1 by some-model; given 3 times; no guard was run:\n {6}\| {3}return \[0, 1, 2\]/)
    const taken = await run('resolve', 'code.ts', '--proposal', '1')
    assert.deepEqual([taken.status, taken.stderr], [0, ''])
    assert.match(taken.stdout, /1 conflict resolved, staged; `ai-vcs commit` names the model/)
    assert.equal(await content('code.ts'), code('0, 1, 2', 'value'))
    assert.equal(await git('diff', '--name-only', '--diff-filter=U'), '')
    assert.equal((await run('commit')).status, 0)
    assert.equal(await recordedModel(), 'some-model')
    assert.equal((await run('verify', 'HEAD')).status, 0)
  })

  it('names no model in the record of what a person wrote otherwise', async () => {
    await conflict()
    await settings(command())
    await says({ texts: [both] })
    await propose()
    await run('resolve', 'code.ts', '--proposal', '1')
    await writeFile(world.path('repo/code.ts'), code('0, 2, 1', 'value'))
    await git('add', '-A')
    assert.equal((await run('commit')).status, 0)
    assert.equal(await recordedModel(), undefined)
  })

  it('asks about each conflict, and takes a proposal for the one that is named', async () => {
    await conflict({ 'code.ts': code('0, 2', 'Math.max(value, 2)') }, { 'code.ts': code('0, 1', 'Math.max(value, 1)') })
    await settings(command())
    await says({ texts: [both] }, { texts: ['  return Math.max(value, 1, 2)\n'] })
    assert.equal((await propose()).status, 0)
    assert.equal((await run('resolve', 'code.ts', '--proposal', '1')).status, 2)
    assert.equal((await run('resolve', 'code.ts', '--proposal', '2', '--conflict', '2')).status, 2)
    assert.equal((await run('resolve', 'code.ts', '--proposal', '1', '--conflict', '2')).status, 0)
    assert.match(await content('code.ts'), /<<<<<<<[^]*return Math\.max\(value, 1, 2\)/)
    assert.equal((await run('resolve', 'code.ts', '--proposal', '1')).status, 0)
    assert.equal(await content('code.ts'), code('0, 1, 2', 'Math.max(value, 1, 2)'))
  })

  for (const [name, text, fault] of [
    ['loses what a side has', '  return [0, 1]\n', /loses what a side has: 2/],
    ['does not parse', '  return [0, 1, 2\n', /it loses what a side has|would not parse/],
    ['is cut off', '  return [0, 1, 2]\n}\nexport function more( {\n', /would not parse/],
    ['has markers', '<<<<<<< ours\n  return [0, 1]\n=======\n  return [0, 2]\n>>>>>>> theirs\n', /conflict markers/],
    [
      'replaces more than its place',
      `  return [0, 1, 2]\n}\n\nexport const unit = 1\n`,
      /repeats lines around the conflict/,
    ],
    ['is too long', `  return [0, 1, 2]\n${'// x\n'.repeat(20_000)}`, /not the form/],
  ] as const)
    it(`refuses a candidate that ${name}, says why to the proposer, and asks twice more at most`, async () => {
      await conflict()
      await settings(command())
      await says({ texts: [text] })
      const { status, report } = await propose()
      assert.equal(status, 1)
      assert.deepEqual(report.conflicts[0].proposals, [])
      assert.match(report.conflicts[0].reason, fault)
      const requests = await asked()
      assert.deepEqual(
        requests.map(({ attempt, previous }) => [attempt, previous.length]),
        [
          [1, 0],
          [2, 1],
          [3, 2],
        ],
      )
      assert.match(requests[1].previous[0].failures.join(), fault)
      assert.equal((await run('resolve', 'code.ts', '--proposal', '1')).status, 2)
    })

  it('takes what is right the second time', async () => {
    await conflict()
    await settings(command())
    await says({ texts: ['  return [0, 1]\n'] }, { texts: [both] })
    const { status, report } = await propose()
    assert.deepEqual([status, report.conflicts[0].proposals[0].resolution], [0, both])
    assert.equal((await asked()).length, 2)
  })

  for (const [name, say, message] of [
    ['is no JSON', { raw: 'I think that' }, /no JSON/],
    ['answers another question', { texts: [both], id: 'other' }, /another question/],
    ['has another form', { raw: '{"v":1,"id":"","candidates":[{"resolution":1}]}' }, /not the form/],
    ['has more than it was asked for', { texts: [both, both, both, both] }, /more than 3 candidates/],
    ['is nothing', { raw: '' }, /no JSON/],
  ] as const)
    it(`passes over an answer that ${name}`, async () => {
      await conflict()
      await settings(command())
      await says(say)
      const { status, report } = await propose()
      assert.equal(status, 1)
      assert.match(report.conflicts[0].reason, message)
      assert.equal((await asked()).length, 3)
    })

  it('heeds who declines', async () => {
    await conflict()
    await settings(command())
    await says({ decline: 'it is unclear\u001b[31m' })
    const { stdout, status } = await run('resolve', 'code.ts', '--propose')
    assert.equal(status, 1)
    assert.match(stdout, /declines: it is unclear/)
    assert.ok(!stdout.includes('\u001b'))
    assert.equal((await asked()).length, 1)
  })

  for (const [name, say, message] of [
    ['hangs', { hang: true }, /more than 1 s/],
    ['prints without end', { repeat: 'x'.repeat(1000), times: 3000 }, /more than 1048576 bytes/],
    ['fails', { exit: 3 }, /exit status 3/],
  ] as const)
    it(`says that there is no answer where the program ${name}`, async () => {
      await conflict()
      await settings(`${command()}  timeoutSeconds: ${name === 'hangs' ? 1 : 60}\n`)
      await says(say)
      const { status, stderr } = await propose()
      assert.equal(status, 3)
      assert.match(stderr, /PROPOSER_FAILED/)
      assert.match(stderr, message)
      assert.equal((await asked()).length, 1)
    })

  it('tells how to name a proposer where there is none, or no such program', async () => {
    await conflict()
    assert.match((await propose()).stderr, /PROPOSER_MISSING/)
    await settings(`proposer:\n  command: /nonexistent\n`)
    assert.match((await propose()).stderr, /there is no program \/nonexistent/)
  })

  for (const line of [
    'command: [touch, hit]',
    'url: http://127.0.0.1:1/v1',
    'keyVariable: HOME',
    'replay: x',
    'record: x',
  ])
    it(`lets no repository say ${line}`, async () => {
      await commit({ 'ai-vcs.config.yaml': `proposer:\n  ${line}\n` })
      await conflict()
      const { status, stderr } = await propose()
      assert.equal(status, 2)
      assert.match(stderr, /may only be set in your own configuration/)
    })

  it('sends no file that may hold secrets, none that is withheld, and no conflict with a secret in it', async () => {
    const key = ['AKIA', 'IOSFODNN7ABCDEFG'].join('')
    const text = (value: string) => `top\n${value}\nbottom\n`
    await commit({
      '.env.local': text('a'),
      'ai-vcs.config.yaml': `proposals:\n  withhold: ['held.*']\n`,
      'held.txt': text('a'),
      'mine.txt': text('a'),
      'plain.txt': text('a'),
      'near.txt': `aws ${key}\n${text('a')}`,
    })
    await conflict(
      {
        '.env.local': text('b'),
        'held.txt': text('b'),
        'mine.txt': text('b'),
        'plain.txt': text(`b ${key}`),
        'near.txt': `aws ${key}\n${text('b')}`,
      },
      {
        '.env.local': text('c'),
        'held.txt': text('c'),
        'mine.txt': text('c'),
        'plain.txt': text('c'),
        'near.txt': `aws ${key}\n${text('c')}`,
      },
    )
    await settings(`${command()}proposals:\n  withhold: ['mine.*']\n`)
    await says({ texts: [] })
    for (const [path, reason] of [
      ['.env.local', /hold secrets/],
      ['held.txt', /the settings say so/],
      ['mine.txt', /the settings say so/],
      ['plain.txt', /seems to hold a secret/],
    ] as const) {
      const { status, report } = await propose(path)
      assert.equal(status, 1)
      assert.match(report.conflicts[0].reason, reason)
    }
    assert.deepEqual(await asked(), [])
    await propose('near.txt')
    const [request] = await asked()
    assert.match(request.context.before, /\[redacted: /)
    assert.ok(!JSON.stringify(request).includes(key))
  })

  const names = `
const { readFileSync } = require('node:fs')
const text = readFileSync('code.ts', 'utf8')
if (/<<<<|BROKEN/.test(text)) { console.log('code.ts is broken'); process.exit(1) }
`
  const guarded = async () => {
    await writeFile(world.path('check.cjs'), names)
    return `guards:\n  check: node "${world.path('check.cjs')}"\n`
  }

  it('has guards look at the merge with a proposal, and asks again about what they refuse', async () => {
    await conflict()
    await settings(`${command()}${await guarded()}`)
    await says({ texts: ['  return [0, 1, 2] // BROKEN\n'] }, { texts: [both] })
    const { status, report } = await propose()
    assert.equal(status, 0)
    assert.deepEqual(
      report.guards.map(({ outcome }: { outcome: string }) => outcome),
      ['passed'],
    )
    const { proposals } = report.conflicts[0]
    assert.deepEqual([proposals.length, proposals[0].resolution], [1, both])
    assert.deepEqual(proposals[0].guards, [{ name: 'check', outcome: 'passed' }])
    const [, second] = await asked()
    assert.deepEqual(second.previous[0].failures, ['the guard check fails: code.ts is broken'])
  })

  it('runs no guards where a conflict is open that has no proposal', async () => {
    await conflict(
      { 'code.ts': code('0, 2', 'value'), 'notes.txt': 'y\n' },
      { 'code.ts': code('0, 1', 'value'), 'notes.txt': 'z\n' },
    )
    await settings(`${command()}${await guarded()}`)
    await says({ texts: [both] })
    const { report } = await propose()
    assert.deepEqual([report.guards, report.conflicts[0].proposals[0].guards], [[], []])
  })

  const auto = async () => {
    const { status, stdout, stderr } = await run('merge', 'side', '--auto', '--json')
    return { status, stderr, report: stdout ? JSON.parse(stdout) : undefined }
  }

  it('with --auto takes a proposal for a path that the policy names, once guards have passed', async () => {
    await diverge()
    await settings(`${command()}${await guarded()}proposals:\n  accept: ['*.ts']\n`)
    await says({ texts: [both] })
    const { status, report } = await auto()
    assert.deepEqual([status, report.outcome, report.accepted], [0, 'merged', ['code.ts']])
    assert.equal(await content('code.ts'), code('0, 1, 2', 'value'))
    assert.equal(await git('status', '--porcelain'), '')
    assert.equal((await git('log', '-1', '--format=%P')).split(' ').length, 2)
    const note = JSON.parse((await git('notes', '--ref', 'ai-vcs', 'show', 'HEAD')).split('\n')[0]!)
    assert.deepEqual([note.ai_meta.model, note.ai_meta.guards], ['some-model', [{ name: 'check', passed: true }]])
    assert.equal((await run('verify', 'HEAD')).status, 0)
  })

  for (const [name, yaml, texts] of [
    ['the policy does not name the path', `proposals:\n  accept: ['*.js']\n`, [both]],
    ['there is no policy', '', [both]],
    ['the proposal has words of its own', `proposals:\n  accept: ['*.ts']\n`, ['  return [0, 1, 2] // mine\n']],
  ] as const)
    it(`with --auto leaves it to a person where ${name}`, async () => {
      await diverge()
      await settings(`${command()}${await guarded()}${yaml}`)
      await says({ texts })
      const head = await git('rev-parse', 'HEAD')
      const { status, report } = await auto()
      assert.deepEqual([status, report.outcome, report.accepted], [1, 'conflict', []])
      assert.equal(report.proposed[0].proposals.length, 1)
      assert.equal(await git('rev-parse', 'HEAD'), head)
      assert.match(await content('code.ts'), /<<<<<<</)
      assert.equal((await run('resolve', 'code.ts', '--proposal', '1')).status, 0)
    })

  for (const [name, guards] of [
    ['no guard is there', ''],
    ['a guard fails on a side already', 'guards:\n  check: "false"\n'],
    ['no guard is concerned', 'guards:\n  check:\n    run: "true"\n    when: ["*.py"]\n'],
  ] as const)
    it(`with --auto takes nothing where ${name}`, async () => {
      await diverge()
      await settings(`${command()}${guards}proposals:\n  accept: ['*']\n`)
      await says({ texts: [both] })
      const { status, report } = await auto()
      assert.deepEqual([status, report.accepted], [1, []])
      assert.match(await content('code.ts'), /<<<<<<</)
    })

  it('with --auto takes a proposal on a branch that has a room, which then holds it', async () => {
    const room = world.startAi(['collab', 'start'], { folder: 'repo' })
    await room.fact(({ event }) => event === 'room')
    await room.interrupt()
    await git('checkout', '-q', '-b', 'side')
    await commit({ 'code.ts': code('0, 2', 'value') })
    await git('checkout', '-q', 'main')
    await commit({ 'code.ts': code('0, 1', 'value') })
    await settings(`${command()}${await guarded()}proposals:\n  accept: ['*.ts']\n`)
    await says({ texts: [both] })
    const { status, report, stderr } = await auto()
    assert.deepEqual([status, report?.outcome], [0, 'merged'], stderr)
    const again = world.startAi(['collab', 'start'], { folder: 'repo' })
    await again.fact(({ event }) => event === 'room')
    await again.interrupt()
    assert.equal(await git('status', '--porcelain'), '')
    assert.equal(await content('code.ts'), code('0, 1, 2', 'value'))
    assert.equal((await run('verify', 'HEAD')).status, 0)
  })

  it('proposes for the conflict of a rebase, and runs no guards there', async () => {
    await diverge()
    await git('checkout', '-q', 'side')
    await world.run('git', ['rebase', '-q', 'main'], { folder: 'repo' })
    await settings(`${command()}${await guarded()}`)
    await says({ texts: [both] })
    const { status, report } = await propose()
    assert.deepEqual([status, report.guards, report.conflicts[0].proposals[0].guards], [0, [], []])
    assert.equal((await run('resolve', 'code.ts', '--proposal', '1')).status, 0)
  })

  it('with --auto merges what does not conflict, by guards, and asks nobody', async () => {
    await diverge({ 'notes.txt': 'y\n' })
    await settings(`${command()}${await guarded()}`)
    const { status, report } = await auto()
    assert.deepEqual([status, report.outcome, report.guards[0].outcome], [0, 'merged', 'passed'])
    assert.deepEqual(await asked(), [])
  })

  it('with --auto is the merge of git where neither guards nor proposer are there', async () => {
    await diverge()
    const { status, report } = await auto()
    assert.deepEqual([status, report.outcome, report.proposed], [1, 'conflict', []])
  })

  it('records exchanges, and replays them with nobody there', async () => {
    await conflict()
    const file = world.path('exchanges.jsonl')
    await settings(`${command()}  record: '${file}'\n`)
    await says({ texts: ['  return [0, 1]\n'] }, { texts: [both] })
    const live = await propose()
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    await settings(`proposer:\n  replay: '${file}'\n`)
    const { status, report } = await propose()
    assert.equal(status, 0)
    const plain = (proposal: object) => ({ ...proposal, askedAt: 0 })
    assert.deepEqual(report.conflicts[0].proposals.map(plain), live.report.conflicts[0].proposals.map(plain))
    assert.equal((await asked()).length, 2)
    await git('merge', '--abort')
    await commit({ 'code.ts': code('0, 3', 'value') })
    await run('merge', 'side')
    const other = await propose()
    assert.equal(other.status, 3)
    assert.match(other.stderr, /was recorded/)
    await writeFile(file, '{}\n')
    assert.match((await propose()).stderr, /CONFIG_INVALID/)
  })

  /** A server on the loopback that answers each request by this. */
  const serve = async (answer: (body: Chat, response: ServerResponse, request: IncomingMessage) => void) => {
    server = createServer((request, response) => {
      let text = ''
      request.on('data', (chunk: Buffer) => (text += chunk.toString()))
      request.on('end', () => answer(JSON.parse(text), response, request))
    })
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  }
  const completion = (body: Chat, texts: readonly string[]): string => {
    const { id } = JSON.parse(body.messages[1]!.content)
    const candidates = texts.map((resolution) => ({ resolution, explanation: 'both', confidence: 0.9 }))
    const content = JSON.stringify({ v: 1, id, candidates, decline: '' })
    return JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content } }] })
  }

  it('asks a server by chat completions, with the key from the variable that is named', async () => {
    await conflict()
    const seen: { path?: string | undefined; key?: string | undefined; body?: Chat } = {}
    const url = await serve((body, response, request) => {
      Object.assign(seen, { path: request.url, key: request.headers.authorization, body })
      response.end(completion(body, [both]))
    })
    await settings(`proposer:\n  url: ${url}\n  model: local-model\n  keyVariable: SOME_KEY\n`)
    const missing = await propose()
    assert.match(missing.stderr, /SOME_KEY is not set/)
    const { status, stdout } = await world.here(['resolve', 'code.ts', '--propose', '--json'], {
      folder: 'repo',
      env: { SOME_KEY: 'letmein' },
    })
    assert.equal(status, 0)
    const [proposal] = JSON.parse(stdout).conflicts[0].proposals
    assert.deepEqual([proposal.model, proposal.explanation, proposal.confidence], ['local-model', 'both', 0.9])
    assert.deepEqual([seen.path, seen.key, seen.body?.model], ['/v1/chat/completions', 'Bearer letmein', 'local-model'])
    assert.equal(seen.body?.response_format.type, 'json_schema')
    assert.ok(!stdout.includes('letmein'))
  })

  for (const [name, answer, message] of [
    ['refuses', (response: ServerResponse) => response.writeHead(401).end('no'), /the server says 401/],
    ['speaks something else', (response: ServerResponse) => response.end('<html>'), /does not speak chat completions/],
    ['never answers', () => {}, /more than 1 s/],
    [
      'sends elsewhere',
      (response: ServerResponse) => response.writeHead(302, { location: '/' }).end(),
      /cannot be reached/,
    ],
    ['sends without end', (response: ServerResponse) => response.end('x'.repeat(9 << 20)), /more than 8388608 bytes/],
  ] as const)
    it(`says that there is no answer where a server ${name}`, async () => {
      await conflict()
      const url = await serve((_, response) => void answer(response))
      await settings(`proposer:\n  url: ${url}\n  model: m\n  timeoutSeconds: ${name === 'never answers' ? 1 : 60}\n`)
      const { status, stderr } = await propose()
      assert.equal(status, 3)
      assert.match(stderr, message)
    })

  it('sends no key in the clear to another machine, and takes no address with a user in it', async () => {
    await conflict()
    await settings('proposer:\n  url: http://192.0.2.1/v1\n  model: m\n  keyVariable: HOME\n')
    assert.match((await propose()).stderr, /not sent without encryption/)
    await settings('proposer:\n  url: http://a:b@127.0.0.1/v1\n  model: m\n')
    assert.match((await propose()).stderr, /CONFIG_INVALID/)
  })

  it('leaves the conflict as it was where it is ended while it asks', async () => {
    await conflict()
    await settings(command())
    await says({ hang: true })
    for (const [signal, status] of [
      ['SIGINT', 130],
      ['SIGKILL', -1],
    ] as const) {
      const before = [await git('status', '--porcelain'), await content('code.ts')]
      const count = (await asked()).length
      const running = world.startAi(['resolve', 'code.ts', '--propose'], { folder: 'repo' })
      await until(async () => (await asked()).length > count)
      assert.equal(await running.interrupt(signal), status)
      assert.deepEqual([await git('status', '--porcelain'), await content('code.ts')], before)
      assert.deepEqual(await readdir(world.path('repo/.git/ai-vcs/proposals')).catch(() => []), [])
    }
  })

  it('shows nothing of a damaged store', async () => {
    await conflict()
    await settings(command())
    await says({ texts: [both] })
    await propose()
    const folder = world.path('repo/.git/ai-vcs/proposals')
    for (const name of await readdir(folder)) await writeFile(`${folder}/${name}`, '{"v":1,"proposals":[{}]}')
    assert.ok(!(await run('explain')).stdout.includes('proposal'))
  })
})
