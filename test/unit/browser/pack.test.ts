import assert from 'node:assert/strict'
import fc from 'fast-check'
import { portableCrypto } from '../../../src/browser/crypto.ts'
import { readPack, writePack } from '../../../src/browser/pack.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import type { GitObject, ObjectFormat } from '../../../src/contracts/object-store.ts'
import { concat, utf8 } from '../../../src/lib/bytes.ts'
import { objectId } from '../../../src/objects/object-id.ts'
import { GitSandbox } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

const maxBytes = 1 << 20
const nothing = () => undefined

function read(
  pack: Uint8Array,
  format: ObjectFormat = 'sha1',
  base: (id: ObjectId) => GitObject | undefined = nothing,
  limit = maxBytes,
): ReadonlyMap<ObjectId, GitObject> | undefined {
  return readPack(pack, { crypto: portableCrypto, format, base, maxBytes: limit })
}

/** The pack with a right checksum behind what was changed in it. */
function resealed(body: Uint8Array): Uint8Array {
  return concat(body, portableCrypto.sha1(body))
}

const objects = fc.uniqueArray(
  fc.record(
    {
      type: fc.constantFrom('blob' as const, 'tree' as const, 'commit' as const, 'tag' as const),
      content: fc.uint8Array({ maxLength: 300 }),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 8, selector: (object) => objectId(portableCrypto, 'sha1', object) },
)

describe('packs in a page', () => {
  it('give back what was packed, by its ids', () => {
    fc.assert(
      fc.property(objects, fc.constantFrom('sha1' as const, 'sha256' as const), (list, format) => {
        const found = read(writePack(portableCrypto, format, list), format)
        assert.deepEqual(
          found,
          new Map(list.map((object) => [objectId(portableCrypto, format, object), object] as const)),
        )
      }),
      { numRuns: 50 },
    )
  })

  it('are refused, never thrown at, where bytes were changed', () => {
    const pack = writePack(portableCrypto, 'sha1', [
      { type: 'blob', content: utf8('some text, some text') },
      { type: 'blob', content: utf8('other') },
    ])
    const body = pack.subarray(0, -20)
    fc.assert(
      fc.property(fc.nat({ max: body.length - 1 }), fc.nat({ max: 255 }), fc.boolean(), (at, byte, cut) => {
        const changed = body.slice(0, cut ? at : undefined)
        if (at < changed.length) changed[at] = byte
        const found = read(resealed(changed))
        for (const [id, object] of found ?? []) assert.equal(objectId(portableCrypto, 'sha1', object), id)
      }),
      { numRuns: 300 },
    )
    assert.equal(read(concat(body, new Uint8Array(20))), undefined, 'a wrong checksum')
    assert.equal(read(resealed(concat(body, Uint8Array.of(0)))), undefined, 'something behind the last object')
    assert.equal(read(new Uint8Array(0)), undefined)
  })

  it('are refused where they grow beyond the bound', () => {
    const pack = writePack(portableCrypto, 'sha1', [{ type: 'blob', content: new Uint8Array(100_000) }])
    assert.ok(pack.length < 1000)
    assert.ok(read(pack, 'sha1', nothing, 100_000))
    assert.equal(read(pack, 'sha1', nothing, 99_999), undefined)
  })

  describe('of git', () => {
    before(needsProgram('git'))

    for (const format of ['sha1', 'sha256'] as const)
      it(`are read with their deltas, and git reads ours (${format})`, async () => {
        await using sandbox = new GitSandbox([`--object-format=${format}`])
        const lines = Array.from({ length: 300 }, (_, i) => `line ${i} ${(i * 7919) % 1000}\n`)
        const first = sandbox.commit({ 'a.txt': lines.join('') })
        sandbox.commit({ 'a.txt': lines.toSpliced(100, 1, 'changed\n').join(''), 'folder/b.txt': 'b\n' })
        const git = (await sandbox.open()).objects
        const head = sandbox.git('rev-parse', 'HEAD').trim() as ObjectId
        const whole = read(await git.pack([head], []), format)!
        const listed = sandbox.git('rev-list', '--objects', 'HEAD').trim().split('\n')
        assert.deepEqual(new Set(whole.keys()), new Set(listed.map((line) => line.split(' ')[0])))
        for (const [id, object] of whole) assert.deepEqual(new Uint8Array(git.read(id)!.content), object.content)

        // A thin pack: its deltas rest on what the receiver has.
        const thin = await git.pack([head], [first as ObjectId])
        assert.equal(read(thin, format), undefined)
        const news = read(thin, format, (id) => whole.get(id))!
        assert.ok(news.size > 2 && news.size < whole.size)

        await using receiver = new GitSandbox([`--object-format=${format}`])
        await (await receiver.open()).objects.unpack(writePack(portableCrypto, format, [...whole.values()]))
        assert.equal(receiver.git('log', '--format=%s', head), 'change\nchange\n')
      })

    it('has the base without what came before it, where it is shallow', async () => {
      await using sandbox = new GitSandbox()
      const before = sandbox.commit({ 'old.txt': 'old\n', 'kept.txt': 'kept\n' })
      sandbox.git('rm', '-q', 'old.txt')
      const base = sandbox.commit({ 'new.txt': 'new\n' }) as ObjectId
      const after = sandbox.commit({ 'newer.txt': 'newer\n' }) as ObjectId
      const git = (await sandbox.open()).objects
      const blobs = (found: ReadonlyMap<ObjectId, GitObject> | undefined) =>
        [...found!.values()].flatMap(({ type, content }) =>
          type === 'blob' ? [new TextDecoder().decode(content)] : [],
        )
      const shallow = read(await git.pack([base], [], { shallow: [base] }))!
      assert.deepEqual(blobs(shallow).sort(), ['kept\n', 'new\n'])
      assert.ok(shallow.has(base) && !shallow.has(before as ObjectId))
      const next = read(await git.pack([after, base], [base], { shallow: [base] }), 'sha1', (id) => shallow.get(id))
      assert.deepEqual(blobs(next), ['newer\n'])
    })
  })
})
