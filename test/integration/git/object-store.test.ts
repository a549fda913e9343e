import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import type { GitObject } from '../../../src/contracts/object-store.ts'
import type { GitRepository } from '../../../src/git/repository.ts'
import { utf8 } from '../../../src/lib/bytes.ts'
import { serializeTree } from '../../support/serialize-tree.ts'
import { GitSandbox, plainGit } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

const blob = (text: string): GitObject => ({ type: 'blob', content: utf8(text) })
const absent = 'deadbeef'.repeat(5) as ObjectId

/** Commits whose files make good deltas. */
function fill(sandbox: GitSandbox, commits = 6): void {
  const lines = Array.from({ length: 400 }, (_, i) => `line ${i} ${(i * 7919) % 1000}\n`)
  for (let i = 0; i < commits; i++) {
    lines[i * 13] = `changed in commit ${i}\n`
    sandbox.commit({ 'long.txt': lines.join(''), [`folder/${i}.txt`]: `file ${i}\n`, 'empty.txt': '' })
  }
  sandbox.git('tag', '-a', 'v1', '-m', 'a tag')
}

/** All objects as git reads them. */
function objectsOfGit(folder: string): ReadonlyMap<ObjectId, GitObject> {
  const output = execFileSync('git', ['cat-file', '--batch', '--batch-all-objects'], { cwd: folder, env: plainGit })
  const found = new Map<ObjectId, GitObject>()
  for (let at = 0; at < output.length;) {
    const end = output.indexOf('\n', at)
    const [id, type, size] = output.toString('latin1', at, end).split(' ') as [ObjectId, GitObject['type'], string]
    at = end + 1 + Number(size) + 1
    found.set(id, { type, content: output.subarray(end + 1, at - 1) })
  }
  return found
}

/** Compares every object with what git says of it. */
function assertReadsAll(sandbox: GitSandbox, { objects }: GitRepository, folder = sandbox.folder): void {
  const expected = objectsOfGit(folder)
  assert.ok(expected.size > 10)
  for (const [id, { type, content }] of expected) {
    const read = objects.read(id)
    assert.equal(read?.type, type)
    assert.deepEqual(Buffer.from(read.content), content, id)
    assert.ok(read.content.buffer.byteLength <= 2 * content.length, 'what is kept keeps no memory of others')
    assert.ok(objects.has(id))
  }
}

function packsOf(sandbox: GitSandbox): readonly string[] {
  return readdirSync(join(sandbox.folder, '.git/objects/pack')).filter((name) => name.endsWith('.pack'))
}

/** Removes empty folders of objects and refs again and again, as `git gc` does while it packs. */
const removeEmptyFolders = `
  const { readdirSync, rmdirSync } = require('node:fs')
  const below = (folder) => { try { return readdirSync(folder).map((name) => folder + '/' + name) } catch { return [] } }
  const names = Array.from({ length: 256 }, (_, i) => 'objects/' + i.toString(16).padStart(2, '0'))
  process.stdout.write('ready')
  for (;;) for (const folder of [...names, ...below('refs/heads')]) try { rmdirSync(folder) } catch {}
`

describe('beside a program that removes empty folders', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  it('objects are written, and refs are moved', async () => {
    await using sandbox = new GitSandbox()
    const id = sandbox.commit({ a: '1' }) as ObjectId
    const repository = await sandbox.open()
    const folder = join(sandbox.folder, '.git')
    const remover = spawn(process.execPath, ['-e', removeEmptyFolders], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      await once(remover.stdout, 'data')
      for (let i = 0; i < 300; i++) {
        await repository.objects.write([blob(`one ${i}`), blob(`two ${i}`)])
        assert.equal(
          await repository.refs.update([{ name: `refs/heads/x${i}/y`, expect: undefined, to: id }], 'x'),
          true,
        )
      }
    } finally {
      remover.kill('SIGKILL')
      await once(remover, 'exit')
    }
    assert.equal(sandbox.git('for-each-ref', 'refs/heads/x*/*').split('\n').length, 301)
    sandbox.fsck()
  })
})

describe('the object store writes', function () {
  this.timeout(60_000)
  before(needsProgram('git'))

  it('objects of all lengths so that git reads them, loose and in a pack', async () => {
    await using sandbox = new GitSandbox()
    const repository = await sandbox.open()
    const text = Array.from({ length: 9000 }, (_, i) => `${(i * 7919) % 1000} `).join('')
    const lengths = [0, 1, 127, 128, 255, 256, 257, 8191, 16384, 32767, 32768, 32769]
    await repository.objects.write(lengths.map((length) => blob(text.slice(0, length))))
    await repository.objects.write(Array.from({ length: 64 }, (_, i) => blob(text.slice(i, i * 40))))
    sandbox.fsck()
    assertReadsAll(sandbox, repository)
    assert.equal(packsOf(sandbox).length, 1)
  })
})

describe('the object store reads', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  for (const format of ['sha1', 'sha256'])
    it(`loose and packed objects of a ${format} repository as git does`, async () => {
      await using sandbox = new GitSandbox([`--object-format=${format}`])
      fill(sandbox)
      assertReadsAll(sandbox, await sandbox.open())
      sandbox.git('gc', '-q')
      assertReadsAll(sandbox, await sandbox.open())
    })

  it('deltas whose base is named by id', async () => {
    await using sandbox = new GitSandbox()
    fill(sandbox)
    sandbox.git('-c', 'repack.useDeltaBaseOffset=false', 'repack', '-adfq')
    assertReadsAll(sandbox, await sandbox.open())
  })

  it('what it found before, once the tables of its packs have been collected', async () => {
    await using sandbox = new GitSandbox()
    fill(sandbox, 12)
    sandbox.git('repack', '-adq')
    await using repository = await sandbox.open()
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    for (let i = 0; i < 3; i++) {
      assertReadsAll(sandbox, repository)
      assertReadsAll(sandbox, repository)
      // What a weak reference was asked for in this turn is kept until the next one.
      await setImmediate()
      collect()
    }
  })

  it('a pack index with offsets of 64 bits', async () => {
    await using sandbox = new GitSandbox()
    fill(sandbox)
    sandbox.git('repack', '-adq')
    const folder = join(sandbox.folder, '.git/objects/pack')
    const [pack] = packsOf(sandbox)
    sandbox.git('index-pack', '--index-version=2,0x80', '-o', join(sandbox.folder, 'large.idx'), join(folder, pack!))
    execFileSync('mv', ['-f', join(sandbox.folder, 'large.idx'), join(folder, pack!.replace('.pack', '.idx'))])
    assertReadsAll(sandbox, await sandbox.open())
  })

  it('what came after it was opened, and what was packed away under it', async () => {
    await using sandbox = new GitSandbox()
    const repository = await sandbox.open()
    fill(sandbox, 2)
    assertReadsAll(sandbox, repository)
    sandbox.git('gc', '-q')
    assertReadsAll(sandbox, repository)
    fill2(sandbox)
    sandbox.git('gc', '-q')
    assertReadsAll(sandbox, repository)

    function fill2(into: GitSandbox): void {
      for (let i = 0; i < 5; i++) into.commit({ [`more/${i}`]: `more ${i}` })
    }
  })

  it('objects that are borrowed, through two repositories', async () => {
    await using sandbox = new GitSandbox()
    fill(sandbox)
    sandbox.git('clone', '-q', '--shared', '.', sandbox.beside('first'))
    sandbox.git('clone', '-q', '--shared', sandbox.beside('first'), sandbox.beside('second'))
    assertReadsAll(sandbox, await sandbox.open(sandbox.beside('second')), sandbox.beside('second'))
  })

  it('nothing where nothing is, as in a partial clone, and does not fetch it', async () => {
    await using sandbox = new GitSandbox()
    fill(sandbox, 2)
    sandbox.git('config', 'uploadpack.allowFilter', 'true')
    const clone = sandbox.beside('partial')
    sandbox.git('clone', '-q', '--no-checkout', '--filter=blob:none', `file://${sandbox.folder}`, clone)
    const { objects } = await sandbox.open(clone)
    const head = sandbox.git('rev-parse', 'HEAD').trim() as ObjectId
    const file = sandbox.git('rev-parse', 'HEAD:long.txt').trim() as ObjectId
    assert.equal(objects.read(head)?.type, 'commit')
    assert.equal(objects.read(file), undefined)
    assert.equal(objects.has(file), false)
    assert.equal(objects.read(absent), undefined)
    assert.equal(objects.read('' as ObjectId), undefined)
    await objects.pack([head], [])
    assert.equal(objects.has(file), false)
    assert.equal(objects.has('../../config' as ObjectId), false)
  })

  it('a damaged object as an error that names it', async () => {
    await using sandbox = new GitSandbox()
    const { objects } = await sandbox.open()
    const [id] = await objects.write([blob('text')])
    const other = await sandbox.open()
    const path = join(sandbox.folder, '.git/objects', id!.slice(0, 2), id!.slice(2))
    rmSync(path)
    writeFileSync(path, 'noise')
    assert.throws(
      () => other.objects.read(id!),
      (error) => AnvcsError.is(error, 'OBJECT_INVALID') && error.message.includes(id!),
    )
  })
})

describe('the object store writes', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  for (const format of ['sha1', 'sha256'])
    for (const count of [3, 60])
      it(`${count} objects to a ${format} repository, which git finds sound`, async () => {
        await using sandbox = new GitSandbox([`--object-format=${format}`])
        const { objects } = await sandbox.open()
        const blobs = Array.from({ length: count }, (_, i) => blob(`text ${i}\n`.repeat(i + 1)))
        const ids = await objects.write(blobs)
        const expected = objectsOfGit(sandbox.folder)
        assert.equal(expected.size, count)
        for (const [i, id] of ids.entries()) {
          assert.deepEqual(Buffer.from(blobs[i]!.content), expected.get(id)?.content)
          assert.deepEqual(objects.read(id), blobs[i])
        }
        sandbox.fsck()
        assert.equal(packsOf(sandbox).length, count > 32 ? 1 : 0)
      })

  it('nothing that is there already, and each object once', async () => {
    await using sandbox = new GitSandbox()
    const { objects } = await sandbox.open()
    const ids = await objects.write([blob('a'), blob('a')])
    assert.equal(ids[0], ids[1])
    await objects.write(Array.from({ length: 50 }, () => blob('a')))
    assert.deepEqual(packsOf(sandbox), [])
    assert.equal(sandbox.git('count-objects').split(' ')[0], '1')
  })

  it('all of them or no file, where the place of one is taken', async () => {
    await using sandbox = new GitSandbox()
    const many = Array.from({ length: 50 }, (_, i) => blob(`${i}`))
    const store = join(sandbox.folder, '.git/objects')
    const leftIn = () => readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((name) => /tmp_/.test(name))
    // No folder can be made in the place of a file, and no file in that of a folder.
    writeFileSync(join(store, sandbox.git('hash-object', '.git/HEAD').slice(0, 2)), '')
    const taken: GitObject = { type: 'blob', content: readFileSync(join(sandbox.folder, '.git/HEAD')) }
    const first = await sandbox.open()
    await assert.rejects(first.objects.write([blob('a'), taken, blob('b')]))
    assert.deepEqual(leftIn(), [])
    await first.objects.write(many)
    const [pack] = packsOf(sandbox)
    rmSync(join(store, 'pack'), { recursive: true })
    mkdirSync(join(store, 'pack', pack!), { recursive: true })
    await assert.rejects((await sandbox.open()).objects.write(many))
    assert.deepEqual(leftIn(), [])
  })

  it('objects of a shared repository with its permissions', async () => {
    await using sandbox = new GitSandbox(['--shared=group'])
    const { objects } = await sandbox.open()
    await objects.write([blob('a')])
    const [pack] = packsOf(sandbox)
    const mode = execFileSync('stat', ['-c', '%a', join(sandbox.folder, '.git/objects/pack', pack!)])
      .toString()
      .trim()
    assert.match(mode, /^.?44.$/)
    sandbox.fsck()
  })
})

describe('packs', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  async function pair(format = 'sha1') {
    const from = new GitSandbox([`--object-format=${format}`])
    fill(from)
    const to = new GitSandbox([`--object-format=${format}`])
    return { from, to, source: await from.open(), target: await to.open() }
  }

  for (const format of ['sha1', 'sha256'])
    it(`carry everything that is reachable to another ${format} repository`, async () => {
      const { from, to, source, target } = await pair(format)
      await using _from = from
      await using _to = to
      const head = source.refs.read('refs/heads/main')!
      await target.objects.unpack(await source.objects.pack([head], []))
      to.git('update-ref', 'refs/heads/main', head)
      to.fsck()
      assert.equal(to.git('log', '--format=%H %T'), from.git('log', '--format=%H %T'))
    })

  it('are thin against what the other side has, and unknown haves are ignored', async () => {
    const { from, to, source, target } = await pair()
    await using _from = from
    await using _to = to
    const head = source.refs.read('refs/heads/main')!
    const old = from.git('rev-parse', 'HEAD~1').trim() as ObjectId
    await target.objects.unpack(await source.objects.pack([old], []))
    const whole = await source.objects.pack([head], [absent])
    const thin = await source.objects.pack([head], [old, absent])
    assert.ok(thin.length < whole.length / 2, `${thin.length} of ${whole.length} bytes`)
    await target.objects.unpack(thin)
    to.git('update-ref', 'refs/heads/main', head)
    to.fsck()
  })

  it('of exact objects hold just these', async () => {
    const { from, to, source, target } = await pair()
    await using _from = from
    await using _to = to
    const ids = ['HEAD:long.txt', 'HEAD:folder/0.txt'].map((name) => from.git('rev-parse', name).trim() as ObjectId)
    await target.objects.unpack(await source.objects.packExact(ids))
    for (const id of ids) assert.deepEqual(target.objects.read(id), source.objects.read(id))
    assert.match(to.git('count-objects', '-v'), /in-pack: 2\n/)
  })

  it('are refused when an object is not here', async () => {
    await using sandbox = new GitSandbox()
    const { objects } = await sandbox.open()
    for (const call of [() => objects.pack([absent], []), () => objects.packExact([absent])])
      await assert.rejects(call, (error) => AnvcsError.is(error, 'OBJECT_MISSING'))
  })

  it('that are damaged, or point to nothing, or hold what Git forbids leave no trace', async () => {
    const { from, to, source, target } = await pair()
    await using _from = from
    await using _to = to
    const head = source.refs.read('refs/heads/main')!
    const pack = await source.objects.pack([head], [])
    const damaged = Uint8Array.from(pack)
    damaged[damaged.length >> 1]! ^= 0xff
    const dotGit = serializeTree([{ mode: 0o100644, name: utf8('.git'), id: '0'.repeat(40) as ObjectId }])
    const [evil] = await source.objects.write([{ type: 'tree', content: dotGit }])
    const forbidden = await source.objects.packExact([evil!])
    const before = execFileSync('find', [join(to.folder, '.git/objects')]).toString()
    for (const bad of [
      damaged,
      pack.subarray(0, 100),
      utf8('no pack'),
      await source.objects.packExact([head]),
      forbidden,
    ])
      await assert.rejects(target.objects.unpack(bad), (error) => AnvcsError.is(error, 'OBJECT_INVALID'))
    assert.equal(execFileSync('find', [join(to.folder, '.git/objects')]).toString(), before)
  })

  it('are given up when the signal aborts', async () => {
    const { from, to, source, target } = await pair()
    await using _from = from
    await using _to = to
    const head = source.refs.read('refs/heads/main')!
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    await assert.rejects(async () => source.objects.pack([head], [], { signal }), reason)
    const controller = new AbortController()
    const running = target.objects.unpack(await source.objects.pack([head], []), { signal: controller.signal })
    controller.abort(reason)
    await assert.rejects(running, reason)
    assert.equal(target.objects.has(head), false)
  })
})
