import assert from 'node:assert/strict'
import fc from 'fast-check'
import { mergeTrees, treeOf } from '../../../../src/merge-on-node.ts'
import type { FileTree } from '../../../../src/merge/trees/file-tree.ts'

type Files = Readonly<Record<string, string>>

const tree = treeOf
const lines = (...changes: readonly string[]): string =>
  Array.from({ length: 20 }, (_, at) => `${changes[at] ?? `line ${at}`}\n`).join('')

async function textsOf(files: FileTree): Promise<Files> {
  const texts: Record<string, string> = {}
  for (const [path, file] of files) texts[path] = new TextDecoder().decode(await file.read())
  return texts
}

const merge = async (base: Files, left: Files, right: Files) => {
  const merged = await mergeTrees({ base: tree(base), left: tree(left), right: tree(right) })
  const conflicts = merged.conflicts.map(({ path, reason }) => `${path}: ${reason}`)
  return { ...merged, conflicts, texts: await textsOf(merged.files) }
}

describe('mergeTrees', () => {
  it('takes what each side added, changed and deleted, and merges files that both changed', async () => {
    const merged = await merge(
      { both: lines(), kept: 'a\n', gone: 'b\n', changed: 'c\n' },
      { both: lines('one'), kept: 'a\n', gone: 'b\n', changed: 'c\n', left: 'l\n' },
      { both: lines(...Array<string>(19), 'end'), kept: 'a\n', changed: 'd\n', right: 'r\n' },
    )
    assert.equal(merged.status, 'clean')
    const both = lines('one', ...Array<string>(18), 'end')
    assert.deepEqual(merged.texts, { both, changed: 'd\n', kept: 'a\n', left: 'l\n', right: 'r\n' })
    assert.deepEqual(merged.certificate.checks.slice(0, 2), ['paths', 'files'])
    assert.deepEqual([...merged.certificate.files.keys()], ['both'])
  })

  it('follows a renamed file, changed as it may be, and merges what the other side did to it', async () => {
    const right = { 'a/old': lines(...Array<string>(19), 'end') }
    const expected = { 'b/new': lines('one', ...Array<string>(18), 'end') }
    const merged = await merge({ 'a/old': lines() }, { 'b/new': lines('one') }, right)
    assert.deepEqual([merged.status, merged.texts], ['clean', expected])
  })

  it('merges data by value, with nobody there who could abort', async () => {
    const data = (one: number, two: number) => ({ 'a.json': `{\n  "one": ${one},\n  "two": ${two}\n}\n` })
    const merged = await merge(data(1, 1), data(2, 1), data(1, 2))
    assert.deepEqual(merged.texts, data(2, 2))
  })

  it('reads no file that is alike on both sides, and keeps modes', async () => {
    const never = { mode: 0o100755, id: 'x', read: () => assert.fail('it was read') }
    const link = { mode: 0o120000, id: 'y', read: () => assert.fail('it was read') }
    const base = new Map([['a', { ...never, mode: 0o100644 }]])
    const merged = await mergeTrees({ base, left: new Map([['a', never]]), right: new Map([...base, ['l', link]]) })
    assert.deepEqual(
      [...merged.files].map(([path, { mode }]) => [path, mode]),
      [
        ['a', 0o100755],
        ['l', 0o120000],
      ],
    )
  })

  const conflicts: readonly (readonly [string, Files, Files, Files, readonly string[]])[] = [
    ['changed and deleted', { a: 'a\n' }, { a: 'b\n' }, {}, ['a: right-deleted']],
    ['renamed and deleted', { a: lines() }, {}, { b: lines() }, ['b: left-deleted']],
    ['renamed to two names', { a: lines() }, { b: lines() }, { c: lines() }, ['b: name']],
    ['added by both in two ways', {}, { a: 'b\n' }, { a: 'c\n' }, ['a: both-added']],
    ['a file and a folder at once', {}, { a: 'b\n' }, { 'a/b': 'c\n' }, ['a: name']],
    [
      'one name for two files',
      { a: lines(), b: lines('b') },
      { c: lines(), b: lines('b') },
      { a: lines(), c: lines('b') },
      ['c: name', 'c: name'],
    ],
    ['no text', { a: '\0a' }, { a: '\0b' }, { a: '\0c' }, ['a: binary']],
    [
      'put into a folder that was renamed',
      { 'a/x': lines() },
      { 'b/x': lines() },
      { 'a/x': lines(), 'a/y': 'y\n' },
      ['a/y: folder-renamed'],
    ],
    [
      'put into a new folder in one that was renamed',
      { 'a/x': lines() },
      { 'b/x': lines() },
      { 'a/x': lines(), 'a/n/y': 'y\n' },
      ['a/n/y: folder-renamed'],
    ],
    [
      'put into a folder of which one that holds others was renamed',
      { 'a/s/x': lines() },
      { 'b/s/x': lines() },
      { 'a/s/x': lines(), 'a/y': 'y\n' },
      ['a/y: folder-renamed'],
    ],
    ['names that some systems take for one', {}, { Read: 'a\n' }, { read: 'b\n' }, ['Read: name', 'read: name']],
    ['changed in one place', { a: 'a\n' }, { a: 'b\n' }, { a: 'c\n' }, ['a: text']],
  ]
  for (const [what, base, left, right, expected] of conflicts)
    it(`says conflict: ${what}`, async () => {
      assert.deepEqual((await merge(base, left, right)).conflicts, expected)
    })

  it('leaves names that a side has together already, and folders of which something stays', async () => {
    const both = { Read: 'a\n', read: 'b\n' }
    assert.deepEqual((await merge({ Read: 'a\n' }, both, { Read: 'c\n' })).status, 'clean')
    const base = { 'a/x': lines(), 'a/s/y': lines('y') }
    const left = { 'b/x': lines(), 'a/s/y': lines('y') }
    assert.deepEqual((await merge(base, left, { ...base, 'a/n/z': 'z\n' })).conflicts, [])
  })

  const anyTree = fc.dictionary(
    fc.constantFrom('a', 'b', 'd/a', 'd/b', 'e/a'),
    fc
      .array(fc.constantFrom('1', '2', '3', '4'), { maxLength: 5 })
      .map((parts) => parts.map((each) => `${each}\n`).join('')),
    { maxKeys: 4, noNullPrototype: true },
  )

  it('comes to the same with its sides exchanged, and to a side where the other is the base or the same', async () => {
    await fc.assert(
      fc.asyncProperty(anyTree, anyTree, anyTree, async (base, left, right) => {
        const [one, other] = [await merge(base, left, right), await merge(base, right, left)]
        assert.equal(one.status, other.status)
        if (one.status === 'clean') assert.deepEqual(one.texts, other.texts)
        for (const [l, r] of [
          [left, left],
          [left, base],
        ] as const) {
          const same = await merge(base, l, r)
          assert.deepEqual([same.status, same.texts], ['clean', await textsOf(tree(left))])
        }
      }),
      { numRuns: 300 },
    )
  })

  it('loses no line that a side added', async () => {
    const paths = ['a', 'b', 'd/a', 'd/b']
    const base = Object.fromEntries(paths.map((path) => [path, lines(`of ${path}`)]))
    const change = fc.record({
      path: fc.constantFrom(...paths, 'new', 'd/new'),
      to: fc.option(fc.constantFrom('c', 'e/a', 'f')),
      line: fc.nat(19),
    })
    const edit = (changes: readonly { path: string; to: string | null; line: number }[], word: string): Files => {
      const files: Record<string, string> = { ...base }
      for (const [at, { path, to, line }] of changes.entries()) {
        const rows = (files[path] ?? lines(`of ${path}`)).split('\n')
        rows.splice(line, 0, `${word} ${at}`)
        delete files[path]
        files[to ?? path] = rows.join('\n')
      }
      return files
    }
    const added = (files: Files, word: string) =>
      Object.values(files).flatMap((text) => text.split('\n').filter((line) => line.startsWith(word)))
    const changes = fc.array(change, { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(changes, changes, async (mine, theirs) => {
        const [left, right] = [edit(mine, 'left'), edit(theirs, 'right')]
        const { status, texts } = await merge(base, left, right)
        if (status !== 'clean') return
        for (const [side, word] of [
          [left, 'left'],
          [right, 'right'],
        ] as const)
          assert.deepEqual(added(texts, word).sort(), added(side, word).sort())
      }),
      { numRuns: 500 },
    )
  })
})
