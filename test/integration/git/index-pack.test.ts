import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import type { GitRepository } from '../../../src/git/repository.ts'
import { concat, utf8 } from '../../../src/lib/bytes.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { serializeCommit } from '../../../src/objects/commit.ts'
import { serializeTree } from '../../support/serialize-tree.ts'
import { packItem, writePack } from '../../../src/git/pack-writer.ts'
import { GitSandbox, plainGit, someone } from '../../support/git-sandbox.ts'
import { hashes } from '../../support/hashes.ts'
import { needsProgram } from '../../support/needs.ts'

const hidden: NodeJS.ProcessEnv = { ...plainGit, PATH: '/nonexistent' }

describe('packs without a git program', function () {
  this.timeout(60_000)
  before(needsProgram('git'))

  /** A history whose objects git stores as deltas of each other. */
  function fill(sandbox: GitSandbox, commits = 12): void {
    const lines = Array.from({ length: 400 }, (_, i) => `line ${i} of a file that is long enough for a delta\n`)
    for (let i = 0; i < commits; i++) {
      lines[(i * 37) % lines.length] = `changed by ${i}\n`
      sandbox.commit({ 'long.txt': lines.join(''), [`folder/f${i % 4}`]: `${i}\n`, empty: '' }, `commit ${i}`)
    }
    sandbox.git('tag', '-a', '-m', 'a tag', 'v1')
  }

  function pack(sandbox: GitSandbox, input: string, ...args: readonly string[]): Buffer {
    return execFileSync('git', ['pack-objects', '--revs', '--stdout', '-q', ...args], {
      cwd: sandbox.folder,
      env: plainGit,
      input,
    })
  }

  const openHidden = (sandbox: GitSandbox): Promise<GitRepository> => sandbox.open(sandbox.folder, hidden)
  const packsOf = ({ folder }: GitSandbox) =>
    readdirSync(join(folder, '.git/objects/pack')).filter((name) => name.endsWith('.pack'))

  for (const format of ['sha1', 'sha256'] as const)
    for (const args of [['--delta-base-offset'], [], ['--depth=50', '--window=50', '--delta-base-offset']])
      it(`are indexed as git does it (${[format, ...args].join(' ')})`, async () => {
        const init = format === 'sha1' ? [] : ['--object-format=sha256']
        await using from = new GitSandbox(init)
        await using to = new GitSandbox(init)
        fill(from)
        const bytes = pack(from, 'HEAD\nv1\n', ...args)
        await (await openHidden(to)).objects.unpack(bytes)
        const [name] = packsOf(to)
        const path = join(to.folder, '.git/objects/pack', name!)
        assert.match(to.git('verify-pack', '-v', path), /chain length = \d/)
        from.gitWith(bytes, 'index-pack', '--stdin')
        const theirs = join(from.folder, '.git/objects/pack', name!)
        const index = (of: string) => readFileSync(of.replace('.pack', '.idx'))
        assert.ok(index(path).equals(index(theirs)))
        to.git('update-ref', 'refs/heads/main', from.git('rev-parse', 'HEAD').trim())
        assert.equal(to.fsck(), '')
      })

  it('that are thin are completed by what they rest on', async () => {
    await using from = new GitSandbox()
    await using to = new GitSandbox()
    fill(from)
    const base = from.git('rev-parse', 'HEAD').trim()
    to.gitWith(pack(from, 'HEAD\n'), 'index-pack', '--stdin')
    to.git('update-ref', 'refs/heads/main', base)
    const lines = from.git('show', 'HEAD:long.txt').replace('line 7 ', 'line seven ')
    const tip = from.commit({ 'long.txt': lines }, 'thin')
    const thin = pack(from, `HEAD\n^${base}\n`, '--thin', '--delta-base-offset')
    const { objects } = await openHidden(to)
    await objects.unpack(thin)
    assert.ok(objects.has(tip as ObjectId))
    to.git('update-ref', 'refs/heads/main', tip)
    assert.equal(to.fsck(), '')
    for (const name of packsOf(to)) to.git('verify-pack', join(to.folder, '.git/objects/pack', name))
    await using other = new GitSandbox()
    await assert.rejects((await openHidden(other)).objects.unpack(thin), { code: 'OBJECT_INVALID' })
    assert.deepEqual(packsOf(other), [])
  })

  it('hold what is reachable from one side and not from the other, and git takes them', async () => {
    await using from = new GitSandbox()
    await using to = new GitSandbox()
    fill(from)
    const { objects } = await openHidden(from)
    const [tip, base] = ['HEAD', 'HEAD~5'].map((name) => from.git('rev-parse', name).trim() as ObjectId)
    const all = await objects.pack([base!], [])
    to.gitWith(all, 'index-pack', '--stdin', '--strict')
    to.git('update-ref', 'refs/heads/main', base!)
    assert.equal(to.fsck(), '')
    const rest = await objects.pack([tip!], [base!, 'ab'.repeat(20) as ObjectId])
    to.gitWith(rest, 'index-pack', '--stdin', '--strict')
    to.git('update-ref', 'refs/heads/main', tip!)
    assert.equal(to.fsck(), '')
    const sent = new DataView(rest.buffer, rest.byteOffset).getUint32(8)
    const needed = from.git('rev-list', '--objects', '--no-object-names', `${base!}..${tip!}`).trim().split('\n').length
    assert.equal(sent, needed)
    const one = await objects.packExact([tip!])
    assert.equal(new DataView(one.buffer, one.byteOffset).getUint32(8), 1)
    await assert.rejects(objects.packExact(['cd'.repeat(20) as ObjectId]), { code: 'OBJECT_MISSING' })
    await using cut = new GitSandbox()
    cut.write('.git/shallow', `${tip!}\n`)
    const alone = await objects.pack([tip!], [], { shallow: [tip!] })
    await (await openHidden(cut)).objects.unpack(alone)
    cut.git('update-ref', 'refs/heads/main', tip!)
    assert.equal(cut.fsck(), '')
    assert.equal(cut.git('rev-list', '--count', 'HEAD').trim(), '1')
  })

  it('that were tampered with are refused, or are sound in the eyes of git, too', async () => {
    await using from = new GitSandbox()
    await using judge = new GitSandbox()
    await using to = new GitSandbox()
    fill(from, 4)
    const whole = pack(from, 'HEAD\n', '--delta-base-offset')
    const { objects } = await openHidden(to)
    const random = new SeededRandom(7)
    let taken = 0
    for (let round = 0; round < 300; round++) {
      const body = Buffer.from(whole.subarray(0, -20))
      const places = 1 + random.below(3)
      for (let i = 0; i < places; i++) body[random.below(body.length)] = random.below(256)
      const bytes = concat(round % 3 ? body : body.subarray(0, random.below(body.length)), new Uint8Array(0))
      const signed = concat(bytes, hashes.sha1(bytes))
      const verdict = await objects.unpack(signed).then(
        () => 'taken',
        (error: unknown) => (AnvcsError.is(error, 'OBJECT_INVALID') ? 'refused' : String(error)),
      )
      if (verdict === 'taken') {
        taken++
        judge.gitWith(signed, 'index-pack', '--stdin', '--strict')
      } else assert.equal(verdict, 'refused')
    }
    assert.ok(taken < 300)
    assert.equal(packsOf(to).length, new Set(packsOf(to)).size)
  })

  it('that claim too much are refused at once', async () => {
    await using to = new GitSandbox()
    const { objects } = await openHidden(to)
    const blob = { type: 'blob', content: utf8('x\n') } as const
    const signed = (body: Uint8Array) => concat(body, hashes.sha1(body))
    const head = (count: number) => {
      const bytes = Buffer.from(writePack(hashes, 'sha1', []).subarray(0, 12))
      bytes.writeUInt32BE(count, 8)
      return bytes
    }
    const item = packItem(blob)
    const huge = Uint8Array.of(0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)
    const large = Uint8Array.of(0xb0, 0x80, 0x80, 0x80, 0x7f)
    const cases = [
      head(0xffffffff),
      concat(head(2), item),
      concat(head(1), item, item),
      concat(head(1), huge, item.subarray(1)),
      concat(head(1), large, item.subarray(1)),
      concat(head(1), item.subarray(0, -2)),
      // Deltas on what is before the pack, on themselves, and in a circle.
      concat(head(1), Uint8Array.of(0x63, 0xff), item.subarray(1)),
      concat(head(1), Uint8Array.of(0x63, 0), item.subarray(1)),
      concat(head(1), Uint8Array.of(0x73), new Uint8Array(20), item.subarray(1)),
    ]
    const before = Date.now()
    for (const body of cases) await assert.rejects(objects.unpack(signed(body)), { code: 'OBJECT_INVALID' })
    assert.ok(Date.now() - before < 5000)
    assert.deepEqual(packsOf(to), [])
  })

  it('are refused for what git refuses: names, order, types, what is missing', async () => {
    await using to = new GitSandbox()
    await using judge = new GitSandbox()
    const { objects } = await openHidden(to)
    const blob = { type: 'blob', content: utf8('x\n') } as const
    const id = to.gitWith('x\n', 'hash-object', '--stdin').trim() as ObjectId
    const raw = (...entries: readonly (readonly [string, string])[]) =>
      concat(...entries.flatMap(([head, hex]) => [utf8(`${head}\0`), Buffer.from(hex, 'hex')]))
    const names = ['.git', '.GIT', 'git~1', '.git ', '.git.', '.git:x', '..', '.', '.g\u200cit', 'a\\.git']
    const trees = [
      ...names.map((name) => serializeTree([{ mode: 0o100644, name: utf8(name), id }])),
      raw(['100644 b', id], ['100644 a', id]),
      raw(['100644 a', id], ['100644 a', id]),
      raw(['0100644 a', id]),
      raw(['100644 a/b', id]),
      raw(['100644 ', id]),
      raw(['100644 a', '00'.repeat(20)]),
      raw(['40000 a', id]),
      raw(['100644 a', 'ab'.repeat(20)]),
    ]
    const commits = ['tree nothing\n\n', `tree ${id}\nauthor a <b> 1 +0000\ncommitter a <b> 1 +0000\n\nof a blob\n`]
    const fields = { tree: id, parents: [], author: someone, committer: someone, message: 'a\0b' }
    const others = [
      ...trees.map((content) => ({ type: 'tree' as const, content })),
      ...commits.map((text) => ({ type: 'commit' as const, content: utf8(text) })),
      { type: 'commit' as const, content: serializeCommit(fields) },
      { type: 'tag' as const, content: utf8('object nothing\n') },
    ]
    for (const object of others) {
      const bytes = writePack(hashes, 'sha1', [blob, object])
      const shown = Buffer.from(object.content).toString('latin1')
      assert.throws(() => judge.gitWith(bytes, 'index-pack', '--stdin', '--strict'), /index-pack/, shown)
      await assert.rejects(objects.unpack(bytes), { code: 'OBJECT_INVALID' }, shown)
    }
    const fine = serializeTree([
      { mode: 0o100644, name: utf8('.gitx'), id },
      { mode: 0o100644, name: utf8('git'), id },
    ])
    await objects.unpack(writePack(hashes, 'sha1', [blob, { type: 'tree', content: fine }]))
    assert.equal(packsOf(to).length, 1)
  })
})
