import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { needsProgram } from '../support/needs.ts'
import { CliWorld, type RunOptions } from './cli-world.ts'

interface BadInput {
  readonly what: string
  readonly args: readonly string[]
  readonly options?: RunOptions
  readonly status: number
  readonly code: string
  readonly message?: RegExp
}

describe('bad input ends in one line with its code, what to do next, and an exit status', function () {
  this.timeout(240_000)
  let world: CliWorld
  let server: Server
  let port: number

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo')
    await mkdir(world.path('plain'))
    await world.git('.', 'init', '-q', '--bare', 'bare.git')
    await world.repository('loose')
    await mkdir(world.path('home/loose'))
    await writeFile(world.path('home/loose/member_key'), 'no key\n')
    await chmod(world.path('home/loose/member_key'), 0o600)
    await mkdir(world.path('home/open'))
    await writeFile(world.path('home/open/member_key'), 'no key\n')
    await chmod(world.path('home/open/member_key'), 0o644)
    await world.repository('config', { 'ai-vcs.config.yaml': 'room:\n  autoMerge: maybe\n' })
    await world.repository('hostile', { 'ai-vcs.config.yaml': 'signaling:\n  servers: [wss://evil.example]\n' })
    await world.repository('leaky', { 'ai-vcs.config.yaml': 'commit:\n  agent: ${HOME}\n' })
    await world.repository('yaml', { 'ai-vcs.config.yaml': 'room:\n  autoMerge: [apply\n' })
    await world.repository('nested')
    await world.repository('nested/inner')
    await writeFile(world.path('no-webrtc.mjs'), withoutWebrtc)
    await world.here(['init'], { folder: 'repo' })
    server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    port = (server.address() as { port: number }).port
  })
  after(async () => {
    server.close()
    await world.close()
  })

  const cases = (): readonly BadInput[] => [
    {
      what: 'a command that does not exist',
      args: ['comit'],
      status: 2,
      code: 'USAGE',
      message: /Did you mean `commit`/,
    },
    { what: 'a flag that does not exist', args: ['status', '--fast'], status: 2, code: 'USAGE', message: /fast/ },
    {
      what: 'a number that is none',
      args: ['log', '-n', 'many'],
      status: 2,
      code: 'USAGE',
      message: /many is no whole number/,
    },
    { what: 'no repository', args: ['status'], options: { folder: 'plain' }, status: 2, code: 'NOT_A_REPOSITORY' },
    {
      what: 'a bare repository',
      args: ['status'],
      options: { folder: 'bare.git' },
      status: 2,
      code: 'WORK_TREE_MISSING',
      message: /bare/,
    },
    { what: 'an unreadable ticket', args: ['collab', 'join', 'anvcs1nonsense'], status: 2, code: 'TICKET_INVALID' },
    { what: 'a branch without a room', args: ['collab', 'join'], status: 2, code: 'ROOM_MISSING' },
    { what: 'a rejoin without a room', args: ['rejoin-room'], status: 2, code: 'ROOM_MISSING' },
    { what: 'a key that is none', args: ['key'], options: { env: keys('loose') }, status: 4, code: 'KEY_INVALID' },
    {
      what: 'a key that others may read',
      args: ['key'],
      options: { env: keys('open') },
      status: 4,
      code: 'KEY_INVALID',
      message: /Others may read/,
    },
    { what: 'no key', args: ['key'], options: { env: keys('none') }, status: 2, code: 'IDENTITY_MISSING' },
    {
      what: 'a key to import that is not there',
      args: ['key', 'import', 'nowhere'],
      options: { env: keys('none') },
      status: 4,
      code: 'KEY_INVALID',
    },
    {
      what: 'a setting with a wrong value',
      args: ['config', 'list'],
      options: { folder: 'config' },
      status: 2,
      code: 'CONFIG_INVALID',
      message: /config\.yaml:2: room\.autoMerge has to be apply or offer/,
    },
    {
      what: 'a clone that chooses servers',
      args: ['config', 'list'],
      options: { folder: 'hostile' },
      status: 2,
      code: 'CONFIG_INVALID',
      message: /:2: signaling\.servers may only be set/,
    },
    {
      what: 'a clone that reads the environment',
      args: ['config', 'list'],
      options: { folder: 'leaky' },
      status: 2,
      code: 'CONFIG_INVALID',
      message: /AI_VCS_/,
    },
    {
      what: 'settings that are no YAML',
      args: ['config', 'list'],
      options: { folder: 'yaml' },
      status: 2,
      code: 'CONFIG_INVALID',
      message: /config\.yaml:[23]: /,
    },
    {
      what: 'a variable with a wrong value',
      args: ['config', 'list'],
      options: { env: { AI_VCS_ROOM_AUTO_MERGE: 'x' } },
      status: 2,
      code: 'CONFIG_INVALID',
      message: /AI_VCS_ROOM_AUTO_MERGE/,
    },
    { what: 'a port that is taken', args: ['signal', '--port', String(port)], status: 2, code: 'PORT_TAKEN' },
    { what: 'a revision that does not exist', args: ['show', 'nowhere'], status: 2, code: 'COMMIT_UNKNOWN' },
    { what: 'a revision that is an option', args: ['show', '--', '--output=x'], status: 2, code: 'USAGE' },
    {
      what: 'a filter that is none',
      args: ['log', '--filter', 'colour:red'],
      status: 2,
      code: 'USAGE',
      message: /colour:red is no filter/,
    },
    {
      what: 'a time that git would guess at',
      args: ['log', '--since', 'soon'],
      status: 2,
      code: 'USAGE',
      message: /soon is no time/,
    },
    { what: 'nothing to commit', args: ['commit', '-m', 'x'], status: 2, code: 'COMMIT_EMPTY' },
    { what: 'a commit without a message', args: ['commit'], status: 2, code: 'USAGE', message: /needs a message/ },
    {
      what: 'a test report that is not there',
      args: ['commit', '-m', 'x', '--test-report', 'nowhere'],
      status: 2,
      code: 'USAGE',
    },
    { what: 'a path outside of the work tree', args: ['add', '../plain'], status: 4, code: 'PATH_ESCAPES_TREE' },
    { what: 'a push without a remote', args: ['push'], status: 2, code: 'USAGE', message: /no remote/ },
    {
      what: 'no git, where only git can do it',
      args: ['add', 'inner'],
      options: { folder: 'nested', env: { PATH: '/nonexistent' } },
      status: 70,
      code: 'GIT_MISSING',
    },
  ]

  function keys(name: string): Record<string, string> {
    return { AI_VCS_CONFIG_DIR: world.path('home', name) }
  }

  it('in words: one line for the error, one for what to do', async () => {
    const wrong = await eachOf(cases(), async ({ what, args, options, status, code, message }) => {
      const result = await world.here(args, { folder: 'repo', ...options })
      const [error = '', hint = '', ...rest] = result.stderr.trimEnd().split('\n')
      const isRight =
        result.status === status &&
        result.stdout === '' &&
        error.startsWith(`error ${code}: `) &&
        (!message || message.test(error)) &&
        /^hint: \S/.test(hint) &&
        !rest.length
      return isRight ? [] : [`${what}: ${result.status} ${result.stdout}${result.stderr}`]
    })
    assert.deepEqual(wrong, [])
  })

  it('as JSON on stderr under --json', async () => {
    const some = cases().filter(({ code }) =>
      ['USAGE', 'TICKET_INVALID', 'CONFIG_INVALID', 'COMMIT_UNKNOWN'].includes(code),
    )
    const wrong = await eachOf(
      some.filter(({ args }) => !args.includes('--')),
      async ({ what, args, options, status, code }) => {
        const result = await world.here([...args, '--json'], { folder: 'repo', ...options })
        const { schemaVersion, error } = JSON.parse(result.stderr) as {
          schemaVersion: number
          error: Record<string, unknown>
        }
        const isRight = result.status === status && schemaVersion === 1 && error['code'] === code && error['hint']
        return isRight ? [] : [`${what}: ${result.status} ${result.stderr}`]
      },
    )
    assert.deepEqual(wrong, [])
  })

  it('as it does without a WebRTC binding, and no room is begun', async () => {
    const env = { NODE_OPTIONS: `--import=${world.path('no-webrtc.mjs')}` }
    const { status, stderr } = await world.ai(['collab', 'start'], { folder: 'repo', env })
    assert.equal(status, 70)
    assert.match(stderr, /^error TRANSPORT_MISSING: [^\n]+\nhint: Run `npm install @roamhq\/wrtc`\.\n$/)
    const { stdout } = await world.here(['status', '--json'], { folder: 'repo' })
    assert.equal((JSON.parse(stdout) as { room: unknown }).room, null)
  })

  it('loses nothing: the repository is as it was', async () => {
    assert.equal(await world.git('repo', 'status', '--short'), '?? ai-vcs.config.yaml')
    assert.equal(await world.git('repo', 'rev-list', '--count', '--all'), '1')
    assert.equal(await readFile(world.path('repo/a.txt'), 'utf8'), 'one\n')
  })

  it('reaches nobody: exit 3, and the commit is here', async () => {
    await world.repository('lonely')
    await world.git('lonely', 'remote', 'add', 'origin', 'https://127.0.0.1:1/x.git')
    const result = await world.here(['push', '--yes'], { folder: 'lonely' })
    assert.equal(result.status, 3, result.stderr)
    assert.match(result.stderr, /^error REMOTE_UNREACHABLE: /)
    assert.equal(await world.git('lonely', 'rev-list', '--count', 'HEAD'), '1')
  })

  it('escapes what others wrote before a terminal sees it', async () => {
    await world.repository('escape')
    await world.git('escape', 'commit', '-q', '--allow-empty', '-m', 'sub\u001b[31mject')
    const { stdout } = await world.here(['log', '--oneline', '-n', '1'], { folder: 'escape' })
    assert.ok(!stdout.includes('\u001b') && stdout.includes('sub\\x1b[31mject'), stdout)
  })
})

/** Hides the binding, as where npm could not install it: it is an optional dependency. */
const withoutWebrtc = `
import { register } from 'node:module'
register('data:text/javascript,' + encodeURIComponent(\`export const resolve = (name, context, next) => {
  if (name === '@roamhq/wrtc') throw Object.assign(new Error('not there'), { code: 'ERR_MODULE_NOT_FOUND' })
  return next(name, context)
}\`))
`

/** A few at a time: the machine may be small. */
async function eachOf<T>(items: readonly T[], run: (item: T) => Promise<readonly string[]>): Promise<string[]> {
  const found: string[] = []
  const queue = [...items]
  const work = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) found.push(...(await run(item)))
  }
  await Promise.all([work(), work(), work()])
  return found
}
