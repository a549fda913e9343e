import assert from 'node:assert/strict'
import fc from 'fast-check'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { compareBytes, concat, hexBytes, utf8 } from '../../../src/lib/bytes.ts'
import { objectId } from '../../../src/objects/object-id.ts'
import { diffTrees } from '../../../src/objects/tree-diff.ts'
import { editTree, type TreeChange } from '../../../src/objects/tree-edit.ts'
import { findInTree, parseTree, treeMode, type TreeEntry } from '../../../src/objects/tree.ts'
import { serializeTree } from '../../support/serialize-tree.ts'
import { hashes } from '../../support/hashes.ts'

const blob = (text: string): ObjectId => objectId(hashes, 'sha1', { type: 'blob', content: utf8(text) })
const file = (text: string) => ({ mode: 0o100644, id: blob(text) })

class Trees {
  readonly #trees = new Map<ObjectId, Uint8Array>()
  reads = 0

  readonly read = (id: ObjectId): Uint8Array => {
    this.reads++
    const content = this.#trees.get(id)
    if (!content) throw new Error(`no tree ${id}`)
    return content
  }

  add(content: Uint8Array): ObjectId {
    const id = objectId(hashes, 'sha1', { type: 'tree', content })
    this.#trees.set(id, content)
    return id
  }

  edit(root: ObjectId | undefined, changes: readonly TreeChange[]): ObjectId | undefined {
    const edit = editTree(hashes, 'sha1', this.read, root, changes)
    for (const content of edit?.trees ?? []) this.add(content)
    return edit?.root
  }

  of(files: Readonly<Record<string, string>>): ObjectId {
    return this.edit(
      undefined,
      Object.entries(files).map(([path, text]) => ({ path, entry: file(text) })),
    )!
  }
}

/** Names that sort differently as file and as folder, in a tree of up to three levels. */
const name = fc.constantFrom('a', 'a.b', 'a0', 'b', 'é', '漢', 'a-b')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
const files = fc.dictionary(path, fc.constantFrom('1', '2', '3'), { maxKeys: 12 }).map((found) => {
  const paths = Object.keys(found)
  return Object.fromEntries(Object.entries(found).filter(([p]) => !paths.some((q) => q.startsWith(`${p}/`))))
})

describe('tree objects', () => {
  const entry = fc.record(
    {
      mode: fc.constantFrom(0o100644, 0o100755, 0o120000, 0o160000, treeMode),
      name: fc
        .uint8Array({ minLength: 1, maxLength: 5 })
        .filter((bytes) => !bytes.includes(0) && !bytes.includes(0x2f)),
      id: fc.constantFrom(blob('1'), blob('2')),
    },
    { noNullPrototype: true },
  )

  it('read back as the entries that were written, raw names included', () => {
    const entries = fc.uniqueArray(entry, { selector: ({ name }) => name.join() })
    fc.assert(
      fc.property(entries, (written) => {
        const byName = (a: TreeEntry, b: TreeEntry) => compareBytes(a.name, b.name)
        const read = parseTree(serializeTree(written), 20)!
        assert.deepEqual(read.toSorted(byName), written.toSorted(byName))
      }),
    )
  })

  it('sort a folder as if its name ended in a slash', () => {
    const entries = ['a', 'a.b', 'a0'].map((text, i) => ({
      ...file('x'),
      mode: i ? 0o100644 : treeMode,
      name: utf8(text),
    }))
    const names = parseTree(serializeTree(entries), 20)!.map(({ name }) => new TextDecoder().decode(name))
    assert.deepEqual(names, ['a.b', 'a', 'a0'])
  })

  it('are refused when they are cut or damaged, and never throw', () => {
    const bytes = serializeTree([{ ...file('x'), name: utf8('abc') }])
    for (let length = 1; length < bytes.length; length++)
      assert.equal(parseTree(bytes.subarray(0, length), 20), undefined)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => void parseTree(noise, 20)))
  })
})

describe('editing a tree', () => {
  it('from any tree to any other gives the tree that is written afresh', () => {
    fc.assert(
      fc.property(files, files, (from, to) => {
        const trees = new Trees()
        const changes = [
          ...Object.keys(from)
            .filter((p) => !(p in to))
            .map((path) => ({ path, entry: undefined })),
          ...Object.entries(to).map(([path, text]) => ({ path, entry: file(text) })),
        ]
        assert.equal(trees.edit(trees.of(from), changes), trees.of(to))
      }),
    )
  })

  it('writes only the trees above what changes', () => {
    const trees = new Trees()
    const root = trees.of({ 'a/b/c': '1', 'a/d/e': '1', 'f/g': '1' })
    const edit = editTree(hashes, 'sha1', trees.read, root, [{ path: 'a/b/c', entry: file('2') }])!
    assert.equal(edit.trees.length, 3)
    const none = editTree(hashes, 'sha1', trees.read, root, [
      { path: 'a/b/c', entry: file('1') },
      { path: 'no/such', entry: undefined },
    ])!
    assert.deepEqual(none, { root, trees: [] })
  })

  it('many names at once, also where what was a file becomes a folder of the same name', () => {
    const trees = new Trees()
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`n${i}`, '1']))
    const root = trees.of({ ...many, 'n5.x': '1', n50: '1' })
    const deeper = Object.keys(many).flatMap((path) => [
      { path, entry: undefined },
      { path: `${path}/below`, entry: file('2') },
    ])
    const folders = Object.fromEntries(Object.keys(many).map((path) => [`${path}/below`, '2']))
    assert.equal(trees.edit(root, deeper), trees.of({ ...folders, 'n5.x': '1', n50: '1' }))
  })

  it('refuses a tree that is damaged', () => {
    const trees = new Trees()
    const root = trees.add(serializeTree([{ ...file('x'), name: utf8('abc') }]).subarray(1, 20))
    assert.throws(
      () => trees.edit(root, [{ path: 'b', entry: file('1') }]),
      (error) => AnvcsError.is(error, 'OBJECT_INVALID'),
    )
  })

  it('leaves no empty folder, and the empty tree when nothing is left', () => {
    const trees = new Trees()
    const root = trees.of({ 'a/b/c': '1' })
    assert.equal(trees.edit(root, [{ path: 'a/b/c', entry: undefined }]), '4b825dc642cb6eb9a060e54bf8d69288fbee4904')
  })

  it('reads modes of old programs as git does, and renews them where a folder is written', () => {
    const trees = new Trees()
    const { id } = file('1')
    const old = (mode: string, name: string) => concat(utf8(`${mode} ${name}\0`), hexBytes(id))
    const below = trees.add(old('100664', 'f'))
    const folder = concat(utf8('040000 d\0'), hexBytes(below))
    const root = trees.add(
      concat(old('100664', 'a'), old('100775', 'b'), old('120777', 'c'), folder, old('100600', 'e')),
    )
    assert.deepEqual(
      parseTree(trees.read(root), 20)!.map(({ mode }) => mode.toString(8)),
      ['100644', '100755', '120000', '40000', '100644'],
    )
    assert.deepEqual(findInTree(trees.read, root, 'd/f'), { mode: 0o100644, id })
    assert.deepEqual(
      diffTrees(trees.read, root, trees.of({ a: '1' })).map(({ path }) => path),
      ['b', 'c', 'd/f', 'e'],
    )
    const same = editTree(hashes, 'sha1', trees.read, root, [{ path: 'a', entry: file('1') }])!
    assert.deepEqual(same, { root, trees: [] })
    const edited = trees.edit(root, [{ path: 'a', entry: file('2') }])!
    const modes = Buffer.from(trees.read(edited))
      .toString('latin1')
      .match(/\d{5,6} [a-e]/g)
    assert.deepEqual(modes, ['100644 a', '100755 b', '120000 c', '40000 d', '100644 e'])
    assert.deepEqual(findInTree(trees.read, edited, 'd'), { mode: 0o40000, id: below })
  })

  it('keeps names that are not UTF-8', () => {
    const trees = new Trees()
    const odd: TreeEntry = { ...file('x'), name: Uint8Array.of(0x61, 0xff) }
    const root = trees.add(serializeTree([odd, { ...file('y'), name: utf8('b') }]))
    const edited = trees.edit(root, [{ path: 'b', entry: undefined }])!
    assert.deepEqual(parseTree(trees.read(edited), 20), [odd])
  })

  it('refuses a path that would be a file and a folder, and what Git refuses as a name', () => {
    const trees = new Trees()
    const root = trees.of({ a: '1', 'b/c': '1' })
    for (const changes of [
      [{ path: 'a/x', entry: file('2') }],
      [{ path: 'b', entry: file('2') }],
      [
        { path: 'n', entry: file('2') },
        { path: 'n/m', entry: file('2') },
      ],
      ...['', 'a//b', '/a', 'a/', '.', 'a/../b', '.git/config', 'x/.GIT/y', 'a\0b'].map((path) => [
        { path, entry: file('2') },
      ]),
    ])
      assert.equal(trees.edit(root, changes), undefined, JSON.stringify(changes))
  })
})

describe('the difference of two trees', () => {
  it('names exactly the paths whose files differ, with both entries', () => {
    fc.assert(
      fc.property(files, files, (from, to) => {
        const trees = new Trees()
        const expected = [...new Set([...Object.keys(from), ...Object.keys(to)])]
          .filter((p) => from[p] !== to[p])
          .sort()
          .map((path) => ({
            path,
            ...(path in from && { before: file(from[path]!) }),
            ...(path in to && { after: file(to[path]!) }),
          }))
        assert.deepEqual(diffTrees(trees.read, trees.of(from), trees.of(to)), expected)
      }),
    )
  })

  it('reads no subtree that is equal', () => {
    const trees = new Trees()
    const left = trees.of({ 'a/b/c': '1', 'd/e/f': '1' })
    const right = trees.edit(left, [{ path: 'd/e/f', entry: file('2') }])
    trees.reads = 0
    diffTrees(trees.read, left, right)
    assert.equal(trees.reads, 6)
  })

  it('refuses a malformed tree and one that names endlessly many files', () => {
    const trees = new Trees()
    const isInvalid = (error: unknown) => AnvcsError.is(error, 'OBJECT_INVALID')
    assert.throws(() => diffTrees(trees.read, undefined, trees.add(utf8('no tree'))), isInvalid)
    const names = Array.from({ length: 1024 }, (_, i) => String(i))
    let bomb = trees.of(Object.fromEntries(names.map((name) => [name, '1'])))
    for (let level = 0; level < 3; level++) {
      const entries = names.map((name) => ({ mode: treeMode, id: bomb, name: utf8(name) }))
      bomb = trees.add(serializeTree(entries))
    }
    assert.throws(() => diffTrees(trees.read, undefined, bomb), isInvalid)
  })
})

describe('finding in a tree', () => {
  it('gives what lies at a path, folders too, and nothing elsewhere', () => {
    fc.assert(
      fc.property(files, path, (all, wanted) => {
        const trees = new Trees()
        const found = findInTree(trees.read, trees.of(all), wanted)
        if (wanted in all) assert.deepEqual(found, file(all[wanted]!))
        else assert.equal(found?.mode, Object.keys(all).some((p) => p.startsWith(`${wanted}/`)) ? treeMode : undefined)
      }),
    )
  })
})
