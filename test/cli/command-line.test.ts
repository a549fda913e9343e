import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

describe('the command line', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(needsProgram('ssh-keygen'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo')
    await world.git('repo', 'branch', 'feature')
    await world.here(['init'], { folder: 'repo' })
    await mkdir(world.path('empty'))
    await world.git('empty', 'init', '-q')
  })
  after(() => world.close())

  const run = (...args: readonly string[]) => world.here(args, { folder: 'repo' })

  async function refused(args: readonly string[], error: RegExp, hint = /./, folder = 'repo'): Promise<void> {
    const { status, stderr } = await world.here(args, { folder })
    const [first = '', second = '', ...rest] = stderr.split('\n')
    assert.deepEqual([status, rest], [2, ['']], `${args.join(' ')}: ${stderr}`)
    assert.match(first, error)
    assert.match(second, hint)
  }

  it('names each word that is missing, each that is too many, and each flag that is none, in one line', async () => {
    await refused(['merge-driver', 'a'], /: OURS is missing\. THEIRS is missing\. PATH is missing\.$/)
    await refused(['add'], /: PATH is missing\.$/, /`ai-vcs add --help`/)
    await refused(['status', 'extra'], /: The word extra is one too many\.$/)
    await refused(['commit', '--mesage'], /: There is no flag --mesage\. Did you mean --message\?$/)
    await refused(['doctor', '--fix'], /: There is no flag --fix\.$/)
    await refused(['commit', '-m'], /: --message needs a value\.$/)
    await refused(['commit', '-m', 'x', '--model', 'a', '--model', 'b'], /: --model is given twice\.$/)
  })

  it('knows which command was meant, and whose help to name', async () => {
    await refused(['collab', 'stat'], /no command collab stat\. Did you mean `status`\?$/, /`ai-vcs collab --help`/)
    await refused(['comp'], /no command comp\. Did you mean `completion`\?$/)
    await refused(['key', 'exp'], /no command key exp\. Did you mean `export`\?$/, /`ai-vcs key --help`/)
    await refused(['config', 'set', 'room.follow', 'false'], /no command config set\.$/, /Edit ai-vcs\.config\.yaml/)
    await refused(['collab', 'join', 'a', 'b'], /The word b/, /`ai-vcs collab join --help`/)
    await refused(['branch', ''], /no name for a branch/, /`ai-vcs branch --help`/)
  })

  it('takes no number that is none for its place, and begins nothing', async () => {
    await refused(['collab', 'start', '--uses', '2.5'], /uses: 2\.5 is no whole number from 1 to/)
    await refused(['collab', 'start', '--uses', '0'], /uses: 0 is no whole number/)
    await refused(['collab', 'start', '--hours', '0'], /hours: 0 is no number/)
    await refused(['signal', '--port', '44.5'], /port: 44\.5 is no whole number from 0 to 65535/)
    await refused(['commit', '-m', 'x', '--coverage', '0x10'], /coverage: 0x10 is no number from 0 to 100/)
    await refused(['log', '-n', '1e2'], /limit: 1e2/)
  })

  it('founds no room, and remembers nothing, where an address is none of a signaling server', async () => {
    await refused(['collab', 'start', '--signaling', 'http://x'], /http:\/\/x is no address of a signaling/, /wss:\/\//)
    assert.ok(!(await readdir(world.path('repo/.git/ai-vcs'))).includes('rooms'))
  })

  it('warns where a room is founded that nobody can find', async () => {
    await world.repository('hidden')
    const room = world.startAi(['collab', 'start', '--no-listen'], { folder: 'hidden' })
    await room.fact(({ event }) => event === 'room')
    assert.equal(await room.interrupt(), 130)
    assert.match(room.stderr, /"warning":\{"message":"Nobody can find this room/)
  })

  it('names where the room began, where a branch does not hold that any more', async () => {
    const before = await world.git('hidden', 'rev-parse', 'HEAD')
    const orphan = await world.git('hidden', 'commit-tree', '-m', 'apart', 'HEAD^{tree}')
    await world.git('hidden', 'update-ref', 'refs/heads/main', orphan)
    const { status, stderr } = await world.here(['commit', '--allow-empty', '-m', 'x'], { folder: 'hidden' })
    assert.equal(status, 1, stderr)
    assert.match(stderr, new RegExp(`does not hold ${before.slice(0, 12)}, at which its room began`))
    assert.match(stderr, /hint: .*`git reset --soft .*`ai-vcs collab leave`/)
    await world.git('hidden', 'update-ref', 'refs/heads/main', before)
  })

  it('tells why nobody can listen there', async () => {
    await refused(['signal', '--host', '203.0.113.1'], /203\.0\.113\.1 is no address of this machine/, /127\.0\.0\.1/)
    const room = world.startAi(['signal'])
    const { port } = await room.fact(({ event }) => event === 'listening')
    await refused(['signal', '--port', String(port)], new RegExp(`PORT_TAKEN: Port ${String(port)} of 127\\.0\\.0\\.1`))
    assert.equal(await room.interrupt(), 130)
  })

  it('says what comes first where a branch has no commit', async () => {
    for (const args of [['log'], ['show'], ['verify'], ['checkout', '-b', 'x'], ['push'], ['collab', 'start']])
      await refused(args, /COMMIT_UNKNOWN: .* has? ?no commit yet|has none yet/, /`ai-vcs commit -m TEXT`/, 'empty')
    await refused(['merge', 'feature', 'into', 'nope'], /no branch nope/, /`ai-vcs branch`/)
  })

  it('takes only JSON for a test report, and tells what it has left out of a record', async () => {
    await writeFile(world.path('report.txt'), '3 passing\n')
    await refused(['commit', '--allow-empty', '-m', 'x', '--test-report', '../report.txt'], /no JSON/, /--tests passed/)
    const token = `ghp_${'a1B2'.repeat(9)}`
    await writeFile(world.path('report.json'), JSON.stringify({ stats: { failures: 0 }, log: token }))
    const args = ['commit', '--allow-empty', '-m', 'x', '--prompt', `use ${token}`, '--test-report', '../report.json']
    const { stdout, stderr } = await run(...args)
    assert.match(stdout, /left out of its record, as secrets: GITHUB_TOKEN$/m, stderr)
    const { redacted } = JSON.parse((await run('commit', '--allow-empty', '-m', 'y', '--json')).stdout) as {
      redacted: string[]
    }
    assert.deepEqual(redacted, [])
  })

  it('names no demo of what is no repository a fault of git', async () => {
    const { status, stderr } = await run('demo', '--repo', '/nowhere')
    assert.deepEqual([status, stderr.split(':')[0]], [2, 'error NOT_A_REPOSITORY'])
  })

  it('tells a public key, a key with a passphrase and an unknown setting from what is broken', async () => {
    const env = { AI_VCS_CONFIG_DIR: world.path('home/.other') }
    await world.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', world.path('locked')])
    const imported = (file: string) => world.here(['key', 'import', file], { env })
    assert.match((await imported('locked.pub')).stderr, /locked\.pub is a public key\.\nhint: Name the private key/)
    assert.match((await imported('locked')).stderr, /needs a passphrase\.\nhint: .*`ai-vcs key use FILE`/)
    await world.repository('settings', { 'ai-vcs.config.yaml': 'colour: 1\nroom:\n  follow: false\n' })
    const { status, stdout, stderr } = await world.here(['config', 'get', 'room.follow'], { folder: 'settings' })
    assert.deepEqual([status, stdout], [0, 'false\n'], stderr)
    assert.match(stderr, /^warning: .*:1: .*colour/)
    await writeFile(world.path('settings/ai-vcs.config.yaml'), 'room: 1\n')
    await refused(['config'], /:1: room is a section/, /./, 'settings')
  })

  it('reads spans of time as git writes them', async () => {
    for (const since of ['2w', '2 weeks ago', '2.weeks.ago', '1.week', 'yesterday', '1 hour ago', '90min'])
      assert.equal(JSON.parse((await run('log', '--since', since, '--json')).stdout).commits.length > 0, true, since)
    await refused(['log', '--since', '2 fortnights ago'], /no time/, /2 weeks ago/)
  })

  it('tells its version as JSON, too', async () => {
    assert.match((await run('--version')).stdout, /^\d+\.\d+\.\d+\n$/)
    assert.match(JSON.parse((await run('--version', '--json')).stdout).version, /^\d+\.\d+\.\d+$/)
  })

  it('shows in its help how words and flags are written', async () => {
    const commit = (await run('commit', '--help')).stdout
    assert.match(commit, /^ {2}ai-vcs commit \[FLAGS\] \[PATH\.\.\.\]$/m)
    assert.match(commit, /^ {2}-m, --message TEXT +The message/m)
    assert.match(commit, /^ {6}--tests passed\|failed +How/m)
    assert.match((await run('merge', '-h')).stdout, /^ {2}ai-vcs merge \[FLAGS\] SOURCE \[into BRANCH\]$/m)
    assert.match((await run('add', '-h')).stdout, /^ {2}ai-vcs add \[FLAGS\] PATH\.\.\.$/m)
    assert.match((await run('help', 'collab', 'start')).stdout, /^ {6}--\[no-\]listen +Run a signaling server/m)
    const groups = await Promise.all(['collab', 'config', 'key'].map((name) => run('help', name)))
    for (const { stdout } of groups) assert.match(stdout, /COMMANDS\n {2}\w+ [^]*EXAMPLES\n {2}ai-vcs/)
  })

  it('completes commands of groups, settings, branches and filters, and leaves files to the shell', async () => {
    const proposed = async (...words: readonly string[]) =>
      (await run('__complete', ...words)).stdout.split('\n').flatMap((line) => line.split('\t')[0] || [])
    assert.deepEqual(await proposed('config', ''), ['list', 'get', 'trust-guards'])
    assert.deepEqual(await proposed('key', 'e'), ['export'])
    assert.deepEqual(await proposed('help', 'com'), ['commit', 'completion'])
    assert.deepEqual(await proposed('help', 'collab', 'st'), ['start', 'status'])
    assert.deepEqual(await proposed('hel'), ['help'])
    assert.deepEqual(await proposed('config', 'get', 'room.f'), ['room.follow'])
    assert.deepEqual(await proposed('log', '--filter', 't'), ['tests:'])
    assert.deepEqual(await proposed('show', 'f'), ['feature'])
    assert.deepEqual(await proposed('merge', 'feature', 'into', 'm'), ['main'])
    assert.deepEqual(await proposed('commit', '--me'), ['--message'])
    assert.deepEqual(await proposed('add', ''), [], 'the shell completes files')
  })
})
