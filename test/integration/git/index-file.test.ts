import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { prepareCandidate } from '../../../src/git/candidate.ts'
import { GitSandbox } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'
import { takenFiles } from '../../support/taken-files.ts'

describe('the index', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  it('tells what is staged, everywhere and at some paths', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1', 'b/c d': '2', 'ünï\ncode': '3' })
    const { index } = await sandbox.open()
    const all = await index.staged()
    assert.deepEqual(
      all.map(({ path }) => path),
      ['a', 'b/c d', 'ünï\ncode'],
    )
    assert.equal(all[0]!.id, sandbox.git('rev-parse', ':a').trim())
    assert.deepEqual(
      (await index.staged(['b/c d', 'none'])).map(({ path }) => path),
      ['b/c d'],
    )
    assert.deepEqual(await index.staged(['b', '*']), [])
    const many = ['a', ...Array.from({ length: 150 }, (_, i) => `none${i}`)]
    assert.deepEqual(
      (await index.staged(many)).map(({ path }) => path),
      ['a'],
    )
  })

  it('never has the size of one version beside the content of another, while a file is replaced again and again', async () => {
    await using sandbox = new GitSandbox()
    const [short, long] = ['short\n', 'a good deal longer\n']
    sandbox.commit({ a: short })
    const ids = [short, long].map((text) => sandbox.gitWith(text, 'hash-object', '-w', '--stdin').trim() as ObjectId)
    const { index } = await sandbox.open()
    const flag = new Int32Array(new SharedArrayBuffer(4))
    const program = `
      const { workerData: { folder, texts, flag } } = require('node:worker_threads')
      const { renameSync, writeFileSync } = require('node:fs')
      for (let i = 0; !Atomics.load(flag, 0); i++) {
        writeFileSync(folder + '/.git/next', texts[i % 2])
        renameSync(folder + '/.git/next', folder + '/a')
      }`
    const worker = new Worker(program, {
      eval: true,
      workerData: { folder: sandbox.folder, texts: [short, long], flag },
    })
    const ended = once(worker, 'exit')
    try {
      for (let i = 0; i < 400; i++) {
        const id = ids[i % 2]!
        await index.update([{ path: 'a', entry: { mode: 0o100644, id } }])
        // The size of the first entry (gitformat-index).
        const size = readFileSync(join(sandbox.folder, '.git/index')).readUInt32BE(12 + 36)
        assert.ok(size === 0 || size === [short, long][i % 2]!.length, `${size} beside ${[short, long][i % 2]!}`)
      }
    } finally {
      Atomics.store(flag, 0, 1)
      await ended
    }
  })

  it('counts what lies in a submodule as ignored, and still tells the others apart', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1', '.gitignore': '*.log\n' })
    sandbox.git('update-index', '--add', '--cacheinfo', `160000,${sandbox.git('rev-parse', 'HEAD').trim()},lib/sub`)
    const { index } = await sandbox.open()
    const ignored = await index.ignored(['new', 'x.log', 'lib/sub/file', 'lib/sub/deep/er', 'lib/subway'])
    assert.deepEqual([...ignored].sort(), ['lib/sub/deep/er', 'lib/sub/file', 'x.log'])
    assert.deepEqual([...(await index.ignored(['lib/sub/file']))], ['lib/sub/file'])
  })

  it('tells what differs from a commit, with and without one', async () => {
    await using sandbox = new GitSandbox()
    const { index, refs } = await sandbox.open()
    sandbox.write('a', '1')
    sandbox.git('add', 'a')
    assert.deepEqual(
      (await index.stagedChanges(undefined)).changes.map(({ path, before }) => [path, before]),
      [['a', undefined]],
    )
    sandbox.commit({ b: '2', c: '3' })
    sandbox.git('rm', '-q', 'b')
    sandbox.write('a', 'changed')
    sandbox.git('add', 'a')
    const tree = sandbox.git('rev-parse', 'HEAD^{tree}').trim() as ObjectId
    const { changes } = await index.stagedChanges(tree)
    assert.deepEqual(
      changes.map(({ path, before, after }) => [path, before?.mode, after?.mode]),
      [
        ['a', 0o100644, 0o100644],
        ['b', 0o100644, undefined],
      ],
    )
    assert.ok(refs.read('HEAD'))
  })

  it('names a path that is not UTF-8 by a text of its own', async () => {
    await using sandbox = new GitSandbox()
    const raw = Buffer.concat([Buffer.from(`${sandbox.folder}/`), Buffer.from([0x61, 0xff])])
    writeFileSync(raw, 'raw')
    sandbox.write('b', '1')
    sandbox.git('add', '-A')
    const { index } = await sandbox.open()
    assert.deepEqual(
      (await index.stagedChanges(undefined)).changes.map(({ path }) => path),
      ['a\udcff', 'b'],
    )
    assert.deepEqual(
      (await index.staged()).map(({ path }) => path),
      ['a\udcff', 'b'],
    )
  })

  it('takes entries in and out in one step and knows the files afterwards', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1', b: '2', kept: '3' })
    const repository = await sandbox.open()
    rmSync(join(sandbox.folder, 'b'))
    sandbox.write('a', 'changed')
    sandbox.write('n/new', 'new')
    const { changes, objects } = await takenFiles(repository, ['a', 'b', 'n/new'])
    await repository.objects.write(objects)
    await repository.index.update(changes)
    assert.equal(sandbox.status(), 'M  a\nD  b\nA  n/new\n')
    // Only an entry that knows the file's size and time lets git answer without reading it.
    assert.match(sandbox.git('ls-files', '--debug', 'a'), /size: 7\b/)
    assert.deepEqual(await repository.index.changedFiles(), [])
  })

  it('takes a folder for a file and a file for a folder, few and many', async () => {
    for (const more of [0, 150]) {
      await using sandbox = new GitSandbox()
      sandbox.commit({ 'a/x': '1', b: '1' })
      const { index } = await sandbox.open()
      const entry = { mode: 0o100644, id: sandbox.git('rev-parse', 'HEAD:b').trim() as ObjectId }
      const others = Array.from({ length: more }, (_, i) => ({ path: `c,${i}`, entry }))
      await index.update([
        { path: 'a', entry },
        { path: 'a/x', entry: undefined },
        { path: 'b', entry: undefined },
        { path: 'b/y', entry },
        { path: '--odd', entry: undefined },
        ...others,
      ])
      const paths = (await index.staged()).map(({ path }) => path)
      assert.deepEqual(paths, ['a', 'b/y', ...others.map(({ path }) => path)].sort())
    }
  })

  it('shows a file as changed that is not what was put in', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1' })
    const { objects, index } = await sandbox.open()
    const [id] = await objects.write([{ type: 'blob', content: new Uint8Array([0x32]) }])
    await index.update([{ path: 'a', entry: { mode: 0o100644, id: id! } }])
    assert.equal(sandbox.status(), 'MM a\n')
  })

  it('tells changed, untracked and ignored files', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1', b: '2', c: '3', '.gitignore': '*.log\nbuild/\n' })
    sandbox.write('a', 'changed')
    rmSync(join(sandbox.folder, 'b'))
    utimesSync(join(sandbox.folder, 'c'), 1, 1)
    sandbox.write('new file', '')
    sandbox.write('x.log', '')
    sandbox.write('build/x', '')
    const { index } = await sandbox.open()
    assert.deepEqual(await index.changedFiles(), [
      { path: 'a', deleted: false },
      { path: 'b', deleted: true },
    ])
    assert.deepEqual(await index.untracked(), ['new file'])
    assert.deepEqual(
      [...(await index.ignored(['x.log', 'a', 'build/x', ':none.log']))],
      ['x.log', 'build/x', ':none.log'],
    )
    assert.deepEqual([...(await index.ignored(['a']))], [])
  })
})

describe('files are staged as `git add` would', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  async function assertAsGitAdds(sandbox: GitSandbox, paths: readonly string[]): Promise<void> {
    const repository = await sandbox.open()
    const { index, objects } = repository
    const request = { commit: undefined, tree: undefined, paths, isOnly: false, needsIndex: false }
    await using candidate = await prepareCandidate(repository, request)
    const read = await candidate.read()
    await objects.write(read.objects)
    await index.update(read.unstaged)
    const ours = sandbox.git('ls-files', '--stage', '--', ...paths)
    sandbox.git('add', '-A')
    assert.equal(sandbox.git('ls-files', '--stage', '--', ...paths), ours)
    assert.ok(read.changes.every(({ entry }) => !entry || objects.has(entry.id)))
  }

  it('with modes, links, empty and missing files, folders in their place', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ gone: '1', folder: '1' })
    for (const path of ['gone', 'folder']) rmSync(join(sandbox.folder, path))
    mkdirSync(join(sandbox.folder, 'folder'))
    sandbox.write('run', '#!/bin/sh\n')
    chmodSync(join(sandbox.folder, 'run'), 0o755)
    sandbox.write('empty', '')
    sandbox.write('crlf', 'a\r\n')
    symlinkSync('../outside', join(sandbox.folder, 'link'))
    await assertAsGitAdds(sandbox, ['gone', 'folder', 'run', 'empty', 'crlf', 'link', 'never', 'empty/below'])
  })

  it('with line ends by attribute and by setting', async () => {
    await using sandbox = new GitSandbox()
    sandbox.write('a/.gitattributes', '*.txt text\n')
    sandbox.write('a/b/x.txt', 'a\r\n')
    sandbox.write('"odd\nname.txt', 'a\r\n')
    await assertAsGitAdds(sandbox, ['a/b/x.txt', '"odd\nname.txt'])
    assert.equal(sandbox.git('cat-file', 'blob', ':a/b/x.txt'), 'a\n')
    sandbox.git('config', 'core.autocrlf', 'input')
    sandbox.write('y', 'a\r\n')
    await assertAsGitAdds(sandbox, ['y'])
    assert.equal(sandbox.git('cat-file', 'blob', ':y'), 'a\n')
  })

  it('though a file was changed in the moment in which the index was written', async () => {
    await using sandbox = new GitSandbox()
    // Only so much of a time counts that it is the same on every system.
    sandbox.git('config', 'core.checkStat', 'minimal')
    const moment = Math.floor(Date.now() / 1000) - 100
    const file = join(sandbox.folder, 'a')
    sandbox.write('a', '1')
    utimesSync(file, moment, moment)
    sandbox.commit({})
    utimesSync(join(sandbox.folder, '.git/index'), moment, moment)
    sandbox.write('a', '2')
    utimesSync(file, moment, moment)
    const repository = await sandbox.open()
    const [commit, tree] = sandbox.git('rev-parse', 'HEAD', 'HEAD^{tree}').split('\n') as [ObjectId, ObjectId]
    assert.deepEqual(await repository.index.committable(), ['a'])
    await using candidate = await prepareCandidate(repository, {
      commit,
      tree,
      paths: ['a'],
      isOnly: false,
      needsIndex: true,
    })
    assert.deepEqual(
      (await candidate.read()).changes.map(({ path }) => path),
      ['a'],
    )
  })

  it('with filters', async () => {
    await using sandbox = new GitSandbox()
    sandbox.git('config', 'filter.upper.clean', 'tr a-z A-Z')
    sandbox.write('.git/info/attributes', '*.up filter=upper\n')
    sandbox.write('x.up', 'text\n')
    await assertAsGitAdds(sandbox, ['x.up'])
    assert.equal(sandbox.git('cat-file', 'blob', ':x.up'), 'TEXT\n')
  })

  it('with the mode of the index where the file system keeps none', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ run: '1' })
    sandbox.git('update-index', '--chmod=+x', 'run')
    sandbox.git('config', 'core.fileMode', 'false')
    sandbox.write('run', '2')
    await assertAsGitAdds(sandbox, ['run'])
  })
})
