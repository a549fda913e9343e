import assert from 'node:assert/strict'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import type { MergeTextResult } from '../../../src/merge/index.ts'
import type { Environment } from '../../../src/node/config-folder.ts'
import { openRepository, type RoomStatus } from '../../../src/repository/index.ts'
import { userOf } from '../../support/embedder.ts'
import { GitSandbox } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'
import { projectRoot } from '../../support/project.ts'
import { until } from '../../support/until.ts'

const run = promisify(execFile)
const limitMs = 60_000
const greet = 'export const greet = (name) => `Hello ${name}`\n'

async function output(program: string): Promise<string> {
  return (await run(process.execPath, [join(projectRoot, program)], { timeout: limitMs })).stdout
}

/** A program of ours that keeps running, and the first line that it prints. */
async function started(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Environment,
): Promise<{ readonly child: ChildProcess; readonly line: string }> {
  const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(limitMs) })) as [
    string,
  ]
  return { child, line }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  if (child.exitCode !== null) return child.exitCode
  child.kill(signal)
  const [code] = (await once(child, 'exit')) as [unknown]
  return code
}

describe('the examples', function () {
  this.timeout(2 * limitMs)
  before(needsProgram('git'))

  it('two peers end with the same text', async () => {
    assert.equal(
      await output('dist/examples/two-peers.js'),
      'Bob reads:  Roses are red\nAda reads:  Violets are blue\nBob reads:  Violets are blue\n',
    )
  })

  it("an agent's commit is on the person's branch, with its record", async () => {
    assert.equal(
      await output('dist/examples/agent.js'),
      [
        "Ada's branch: Greet by name, by Agent",
        'its record:   model example-model-1, agent greeter, prompt "Greet people by their name."',
        '// Ada was here.\nexport function greet(name) {\n  return `Hello ${name}`\n}\n\n',
      ].join('\n'),
    )
  })

  it('a service lets programs read, write and invite, and ends without loss', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ 'a.txt': 'one\n' })
    const { child, line: url } = await started(
      join(projectRoot, 'dist/examples/embed.js'),
      ['.'],
      sandbox.folder,
      userOf(sandbox, 'Service'),
    )
    try {
      assert.equal(await (await fetch(`${url}files/a.txt`)).text(), 'one\n')
      assert.equal((await fetch(`${url}files/b.txt`)).status, 404)
      assert.equal((await fetch(`${url}files/..%2Fb.txt`, { method: 'PUT', body: 'x' })).status, 400)
      assert.equal((await fetch(`${url}files/b.txt`, { method: 'PUT', body: 'two\n' })).status, 200)
      assert.equal(await (await fetch(`${url}files/b.txt`)).text(), 'two\n')
      await until(() => sandbox.status().includes('b.txt'))
      const { branch, ready } = (await (await fetch(url)).json()) as RoomStatus
      assert.deepEqual({ branch, ready }, { branch: 'main', ready: true })

      const clone = sandbox.beside('clone')
      sandbox.git('clone', '-q', sandbox.folder, clone)
      await using member = await openRepository(clone, { environment: userOf(sandbox, 'Member') })
      await member.createIdentity()
      const ticket = await (await fetch(`${url}tickets`, { method: 'POST' })).text()
      const room = await member.joinRoom(ticket)
      await until(() => readFileSync(join(clone, 'b.txt'), 'utf8') === 'two\n')
      room.host.room.files.edit('a.txt', [{ at: 0, remove: 3, insert: 'three' }])
      await until(async () => (await (await fetch(`${url}files/a.txt`)).text()) === 'three\n')
    } finally {
      assert.equal(await ended(child, 'SIGTERM'), 0)
    }
    assert.equal(readFileSync(join(sandbox.folder, 'a.txt'), 'utf8'), 'three\n')
  })
})

describe('docs/library.md', function () {
  this.timeout(2 * limitMs)
  const folder = join(projectRoot, 'dist/docs')
  const snippets = [...readFileSync(join(projectRoot, 'docs/library.md'), 'utf8').matchAll(/^```js\n([^]*?)^```$/gm)]
  const names = ['host', 'join', 'alone', 'page', 'merge', 'merge-trees', 'differs']
  const files = names.map((name) => join(folder, `${name}.js`))
  const [host, joiner, , page] = files

  before(needsProgram('git'))
  before(() => {
    mkdirSync(folder, { recursive: true })
    assert.equal(snippets.length, files.length)
    for (const [i, path] of files.entries()) writeFileSync(path, snippets[i]![1]!)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('hosts a room and joins it as it says', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ 'greet.js': greet })
    const clone = sandbox.beside('clone')
    sandbox.git('clone', '-q', sandbox.folder, clone)
    const { child, line: ticket } = await started(host!, [], sandbox.folder, userOf(sandbox, 'Ada'))
    try {
      const env = userOf(sandbox, 'Agent')
      const { stdout } = await run(process.execPath, [joiner!, ticket], { cwd: clone, env, timeout: limitMs })
      assert.equal(stdout, 'Greet politely example-model-1\n')
      await until(() => sandbox.git('log', '-1', '--format=%s %an').trim() === 'Greet politely Agent')
      await until(() => readFileSync(join(sandbox.folder, 'greet.js'), 'utf8') === greet.replace('Hello', 'Good day'))
      assert.equal(sandbox.status(), '')
    } finally {
      await ended(child, 'SIGKILL')
    }
  })

  it('founds a room without a repository as it says', async () => {
    const lines = (await output('dist/docs/alone.js')).split('\n')
    assert.equal(lines[0], 'local notes.md')
    assert.match(lines[1]!, /^anvcs1/)
  })

  it('has a page that can be bundled without anything of Node', async () => {
    const { outputFiles } = await build({
      entryPoints: [page!],
      bundle: true,
      format: 'esm',
      minify: true,
      write: false,
    })
    assert.ok(outputFiles[0]!.contents.length < 850_000, `${outputFiles[0]!.contents.length} bytes`)
  })

  it('merges as it says, in Node and where nothing of Node is', async () => {
    const expected = [
      "clean [ 'lines' ] [ 'ONE', 'two', 'three', 'FOUR', '' ]",
      '{ from: 0, end: 7 } both-changed ONE',
      ' 1',
      '',
    ].join('\n')
    assert.equal((await output('dist/docs/merge.js')).trimEnd(), expected.trimEnd())
    const lines = ['clean 0', 'b.txt one', 'two', 'THREE', '', 'c.txt new']
    assert.deepEqual((await output('dist/docs/merge-trees.js')).trimEnd().split('\n'), lines)
    const differs = `changed key /version { before: '1', after: '2' }`
    assert.equal((await output('dist/docs/differs.js')).trimEnd(), differs)
    // A module of a page may wait at its top; the script that it is made into here may not.
    const { outputFiles } = await build({
      stdin: { contents: `export { mergeText } from 'anvcs/merge'`, resolveDir: folder },
      bundle: true,
      format: 'iife',
      logOverride: { 'empty-import-meta': 'silent' },
      globalName: 'merge',
      write: false,
    })
    const page = createContext({ TextEncoder, TextDecoder })
    runInContext(outputFiles[0]!.text, page)
    const texts = `{ path: 'a', base: '1\\n2\\n3\\n', left: 'l\\n2\\n3\\n', right: '1\\n2\\nr\\n' }`
    const merged = (await runInContext(`merge.mergeText(${texts})`, page)) as MergeTextResult
    assert.equal(merged.text, 'l\n2\nr\n')
  })
})
