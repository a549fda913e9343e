import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CliWorld, type RunResult } from '../../cli/cli-world.ts'
import { HttpRemote } from '../../support/http-remote.ts'
import { needsProgram } from '../../support/needs.ts'

describe('a branch and its records over HTTP, where no git program is installed', function () {
  this.timeout(120_000)
  let world: CliWorld
  let remote: HttpRemote

  before(needsProgram('git'))
  beforeEach(async () => {
    world = await CliWorld.make()
    await world.repository('seed', { 'a.txt': lines(40), 'b.txt': 'one\n' })
    await world.git('.', 'clone', '-q', '--bare', 'seed', 'hub.git')
    await world.git('hub.git', 'config', 'http.receivepack', 'true')
    remote = await HttpRemote.start(world.root)
    for (const name of ['ada', 'bob']) {
      await world.git('.', 'clone', '-q', `${remote.url}/hub.git`, name)
      await ok(['init'], name)
    }
  })
  afterEach(async () => {
    await remote[Symbol.asyncDispose]()
    await world.close()
  })

  const alone = (env: Readonly<Record<string, string>> = {}) => ({ PATH: world.path('home'), ...env })
  const run = (args: readonly string[], folder: string) => world.here(args, { folder, env: alone() })

  async function ok(args: readonly string[], folder: string): Promise<RunResult> {
    const result = await run(args, folder)
    assert.equal(result.status, 0, result.stderr)
    return result
  }

  async function commit(folder: string, path: string, content: string): Promise<string> {
    await writeFile(world.path(folder, path), content)
    await ok(['commit', '-am', `change ${path}`, '--prompt', `change ${path}`], folder)
    return head(folder)
  }

  const head = (folder: string) => world.git(folder, 'rev-parse', 'main')
  const notes = (folder: string) => world.git(folder, 'notes', '--ref=ai-vcs', 'list')

  /** Nothing is wrong with a repository in the eyes of git. */
  async function sound(...folders: readonly string[]): Promise<void> {
    for (const folder of folders) await world.git(folder, 'fsck', '--strict', '--no-dangling')
  }

  it('go out in one step and come in together, with what they say', async () => {
    const made = await commit('ada', 'a.txt', lines(41))
    const { stdout } = await ok(['push', '--yes', '--json'], 'ada')
    const report = JSON.parse(stdout) as Record<string, unknown>
    assert.deepEqual([report['commit'], report['commits'], report['records'], report['isAtomic']], [made, 1, 1, true])
    assert.equal(await head('hub.git'), made)
    assert.equal(await world.git('ada', 'rev-parse', 'origin/main'), made)
    await ok(['pull'], 'bob')
    assert.equal(await head('bob'), made)
    assert.equal(await readFile(world.path('bob/a.txt'), 'utf8'), lines(41))
    assert.equal(await notes('bob'), await notes('hub.git'))
    assert.match(await world.git('hub.git', 'log', '-1', '--show-notes=ai-vcs'), /"prompt":"change a\.txt"/)
    assert.equal(await world.git('bob', 'status', '--porcelain', '--untracked-files=no'), '')
    await sound('hub.git', 'ada', 'bob')
    assert.match((await ok(['pull'], 'bob')).stdout, /^Up to date/)
    assert.match((await ok(['push', '--yes', '--json'], 'ada')).stdout, /"commits": *0/)
  })

  it('merge where both sides went on, and nothing of either is lost', async () => {
    const theirs = await commit('bob', 'b.txt', 'two\n')
    await ok(['push', '--yes'], 'bob')
    const ours = await commit('ada', 'a.txt', `first\n${lines(40)}`)
    const early = await run(['push', '--yes'], 'ada')
    assert.match(early.stderr, /^error REF_MOVED: origin\/main has commits that are not here/m)
    assert.equal(await head('hub.git'), theirs)
    const { stdout } = await ok(['pull', '--json'], 'ada')
    assert.equal((JSON.parse(stdout) as { outcome: string }).outcome, 'merged')
    await ok(['push', '--yes'], 'ada')
    await ok(['pull'], 'bob')
    assert.equal(await head('bob'), await head('ada'))
    assert.deepEqual((await world.git('bob', 'log', '-1', '--format=%P')).split(' '), [ours, theirs])
    assert.equal((await notes('hub.git')).split('\n').length, 3)
    assert.equal(await notes('bob'), await notes('hub.git'))
    await sound('hub.git', 'ada', 'bob')
    await ok(['verify'], 'bob')
  })

  it('are joined where others have sent records meanwhile', async () => {
    await world.git('bob', 'checkout', '-q', '-b', 'other')
    await writeFile(world.path('bob/b.txt'), 'two\n')
    await ok(['commit', '-am', 'other'], 'bob')
    await ok(['push', '--yes'], 'bob')
    await commit('ada', 'a.txt', lines(41))
    await ok(['push', '--yes'], 'ada')
    assert.equal((await notes('hub.git')).split('\n').length, 2)
    assert.equal(await notes('ada'), await notes('hub.git'))
  })

  it('go records first where the remote cannot do it in one step', async () => {
    await world.git('hub.git', 'config', 'receive.advertiseAtomic', 'false')
    const made = await commit('ada', 'a.txt', lines(41))
    const { stdout } = await ok(['push', '--yes', '--json'], 'ada')
    assert.equal((JSON.parse(stdout) as { isAtomic: boolean }).isAtomic, false)
    assert.equal(await head('hub.git'), made)
    assert.equal(await notes('hub.git'), await notes('ada'))
    // What the remote refuses is told, and the branch does not go without its records.
    await world.git('hub.git', 'config', 'receive.denyNonFastForwards', 'true')
    await world.git('hub.git', 'config', 'transfer.hideRefs', 'refs/notes')
    await commit('ada', 'a.txt', lines(42))
    const refused = await run(['push', '--yes'], 'ada')
    assert.match(refused.stderr, /^error REMOTE_UNSUPPORTED: origin takes no records \(refs\/notes\/ai-vcs\)/m)
    assert.equal(await head('hub.git'), made)
  })

  it('conflict by name, with nothing changed', async () => {
    await commit('bob', 'b.txt', 'two\n')
    await ok(['push', '--yes'], 'bob')
    const ours = await commit('ada', 'b.txt', 'three\n')
    const { status, stderr } = await run(['pull'], 'ada')
    assert.notEqual(status, 0)
    assert.match(stderr, /^error MERGE_CONFLICT: Both sides change b\.txt/m)
    assert.equal(await head('ada'), ours)
    assert.equal(await world.git('ada', 'status', '--porcelain', '--untracked-files=no'), '')
  })

  it('overwrite nothing that is not committed', async () => {
    await commit('bob', 'b.txt', 'two\n')
    await ok(['push', '--yes'], 'bob')
    await writeFile(world.path('ada/b.txt'), 'mine\n')
    const before = await head('ada')
    const { stderr } = await run(['pull'], 'ada')
    assert.match(stderr, /^error WORK_TREE_BUSY: .*b\.txt/m)
    assert.equal(await head('ada'), before)
    assert.equal(await readFile(world.path('ada/b.txt'), 'utf8'), 'mine\n')
  })

  it('need a password where the remote does: of the URL, or of ~/.netrc', async () => {
    await using locked = await HttpRemote.start(world.root, { password: 'a secret' })
    await commit('ada', 'a.txt', lines(41))
    const url = `${locked.url}/hub.git`
    await world.git('ada', 'remote', 'set-url', 'origin', url)
    const refused = await run(['push', '--yes'], 'ada')
    assert.match(refused.stderr, /^error REMOTE_REFUSED: .* answered 401/m)
    assert.match(refused.stderr, /~\/\.netrc/)
    await writeFile(
      world.path('home/.netrc'),
      `machine example.org login ada password wrong\nmachine 127.0.0.1\n  login ada\n  password wrong\n`,
    )
    assert.match((await run(['push', '--yes'], 'ada')).stderr, /^error REMOTE_REFUSED: /m)
    await world.git('ada', 'remote', 'set-url', 'origin', url.replace('//', '//ada:a%20secret@'))
    await ok(['push', '--yes'], 'ada')
    assert.equal(await head('hub.git'), await head('ada'))
    await using other = await HttpRemote.start(world.root, { password: 'word' })
    await world.git('bob', 'remote', 'set-url', 'origin', `${other.url.replace('//', '//ada@')}/hub.git`)
    await writeFile(world.path('home/.netrc'), 'default login ada password word\n')
    await ok(['pull'], 'bob')
    assert.equal(await head('bob'), await head('hub.git'))
  })

  it('follow no redirect to another server, and hand it nothing', async () => {
    const asked: unknown[] = []
    const elsewhere = await listen((request) => asked.push(request.headers))
    const sender = await listen((request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${port(elsewhere)}${request.url}` })
    })
    try {
      await world.git('ada', 'remote', 'set-url', 'origin', `http://ada:secret@127.0.0.1:${port(sender)}/hub.git`)
      const { stderr } = await run(['pull'], 'ada')
      assert.match(stderr, /^error REMOTE_UNSUPPORTED: 127\.0\.0\.1:\d+ sends on to http/m)
      assert.deepEqual(asked, [])
    } finally {
      for (const server of [elsewhere, sender]) await new Promise((resolve) => server.close(resolve))
    }
  })

  it('are not looked for at what does not speak the protocol, or is not there', async () => {
    const page = await listen((_, response) => response.end('<html>'))
    const cut = await listen((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
      response.end('001e# service=git-upload-pack\n0000ffff')
    })
    const gone = await listen(() => undefined)
    const [pages, cuts, lost] = [port(page), port(cut), port(gone)]
    await new Promise((resolve) => gone.close(resolve))
    const cases = [
      [`http://127.0.0.1:${pages}/x`, /^error REMOTE_UNSUPPORTED: /m],
      // As a repository without a ref.
      [`http://127.0.0.1:${cuts}/x`, /^error (?:REMOTE_UNSUPPORTED|USAGE: origin has no branch main)/m],
      [`http://127.0.0.1:${lost}/x`, /^error REMOTE_UNREACHABLE: /m],
      [`${remote.url}/none.git`, /^error REMOTE_UNREACHABLE: .* answered 404/m],
      [
        world.path('hub.git'),
        /^error REMOTE_UNSUPPORTED: Without a git program only HTTP remotes are reached, and origin is a folder/m,
      ],
      [`file://${world.path('hub.git')}`, /^error REMOTE_UNSUPPORTED: .* is a folder/m],
      ['ssh://git@example.org/hub.git', /^error REMOTE_UNSUPPORTED: .* reached by ssh/m],
      ['git@example.org:hub.git', /^error REMOTE_UNSUPPORTED: .* reached by ssh/m],
      ['ext::sh -c true', /^error REMOTE_UNSUPPORTED: .* by a helper/m],
    ] as const
    const before = await world.git('ada', 'for-each-ref')
    for (const [url, message] of cases) {
      await world.git('ada', 'config', 'remote.origin.url', url)
      for (const command of ['pull', 'push']) {
        const { stderr } = await run([command], 'ada')
        assert.match(stderr, message, `${command} ${url}: ${stderr}`)
      }
    }
    assert.equal(await world.git('ada', 'for-each-ref'), before)
    for (const server of [page, cut]) await new Promise((resolve) => server.close(resolve))
  })

  it('are left to git under settings that only it heeds', async () => {
    const settings = [
      ['http.proxy', 'http://127.0.0.1:1'],
      ['http.sslVerify', 'false'],
      [`http.${remote.url}.extraHeader`, 'x: y'],
      [`url.ssh://example.org/.insteadOf`, remote.url],
    ] as const
    for (const [name, value] of settings) {
      await world.git('ada', 'config', name, value)
      assert.match((await run(['pull'], 'ada')).stderr, /^error GIT_MISSING: Only git heeds /m, name)
      await world.git('ada', 'config', '--unset', name)
    }
    await writeFile(world.path('ada/.git/hooks/pre-push'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    assert.match((await run(['push', '--yes'], 'ada')).stderr, /^error GIT_MISSING: Only git heeds the hook pre-push/m)
    const { stderr } = await world.here(['pull'], { folder: 'ada', env: alone({ HTTPS_PROXY: 'http://127.0.0.1:1' }) })
    assert.match(stderr, /^error GIT_MISSING: Only git heeds HTTPS_PROXY/m)
  })

  it('need isomorphic-git, and tell so by its name where it is not installed', async () => {
    const hook = `export const resolve = (name, context, next) => {
      if (name.startsWith('isomorphic-git')) throw Object.assign(new Error('not here'), { code: 'ERR_MODULE_NOT_FOUND' })
      return next(name, context)
    }`
    const asUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`
    const register = asUrl(`import { register } from 'node:module'; register(${JSON.stringify(asUrl(hook))})`)
    const { status, stderr } = await world.ai(['pull'], {
      folder: 'ada',
      env: alone({ NODE_OPTIONS: `--import=${register}` }),
    })
    assert.notEqual(status, 0)
    assert.match(stderr, /^error GIT_MISSING: Neither a git program nor the package isomorphic-git was found/m)
    assert.match(stderr, /^hint: .*`npm install isomorphic-git`/m)
  })

  it('move in SHA-256, too', async () => {
    await world.git('.', 'init', '-q', '--bare', '--object-format=sha256', 'wide.git')
    await world.git('wide.git', 'config', 'http.receivepack', 'true')
    await world.git('.', 'init', '-q', '--object-format=sha256', 'wide')
    await writeFile(world.path('wide/a'), 'a\n')
    await world.git('wide', 'add', '.')
    await world.git('wide', 'remote', 'add', 'origin', `${remote.url}/wide.git`)
    await ok(['init'], 'wide')
    await ok(['commit', '-m', 'wide'], 'wide')
    await ok(['push', '--yes'], 'wide')
    assert.equal(await head('wide.git'), await head('wide'))
    await world.git('.', 'init', '-q', '--object-format=sha256', 'second')
    await world.git('second', 'remote', 'add', 'origin', `${remote.url}/wide.git`)
    await ok(['init'], 'second')
    await ok(['pull', 'origin', 'main'], 'second')
    assert.equal(await readFile(world.path('second/a'), 'utf8'), 'a\n')
    await sound('wide.git', 'second')
  })
})

function lines(count: number): string {
  return Array.from({ length: count }, (_, i) => `line ${i}\n`).join('')
}

type Handler = Parameters<typeof createServer>[1]

async function listen(handle: Handler): Promise<Server> {
  const server = createServer((request, response) => {
    handle?.(request, response)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function port(server: Server): number {
  return (server.address() as AddressInfo).port
}
