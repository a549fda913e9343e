import assert from 'node:assert/strict'
import { parseAllDocuments } from 'yaml'
import { SeededRandom } from '../../../../src/lib/seeded-random.ts'
import { languageOf } from '../../../../src/merge/data/data-language.ts'
import { DataRules } from '../../../../src/merge/data/data-rules.ts'
import { ValueIds } from '../../../../src/merge/data/data-node.ts'
import { findValueLosses } from '../../../../src/merge/data/find-value-losses.ts'
import { mergeData } from '../../../../src/merge/data/merge-data.ts'
import { dataTriple, type DataTriple } from '../../../support/data-triples.ts'

/** Triples of each language; `MERGE_TRIPLES=100000` for many. */
const triples = Number(process.env['MERGE_TRIPLES'] ?? 400)

function merge(path: string, base: string, left: string, right: string) {
  return mergeData({ path, base, left, right })
}

/** Comments hold a number that no other comment has. */
function comments(text: string): ReadonlySet<string> {
  return new Set(text.match(/note \d+/g))
}

/** What a clean result must have, told from the texts alone. */
function assertWhole({ path, base, left, right }: DataTriple, text: string): void {
  const ids = new ValueIds()
  const all = `${base}\n---left\n${left}\n---right\n${right}\n---result\n${text}`
  const trees = [base, left, right, text].map((some) => {
    const plain = `${some.replaceAll('\r\n', '\n').replace(/\n$/, '')}\n`
    return languageOf(path)!.read(plain, ids)?.root
  })
  const [ofBase, ofLeft, ofRight, result] = trees
  assert.ok(ofBase && ofLeft && ofRight && result, all)
  assert.deepEqual(
    findValueLosses({ base: ofBase, left: ofLeft, right: ofRight, result }, new DataRules(path)),
    [],
    all,
  )
  if (path.endsWith('json')) JSON.parse(text)
  if (path.endsWith('yaml')) {
    const documents = parseAllDocuments(text)
    assert.ok(Array.isArray(documents) && documents.every(({ errors }) => errors.length === 0), all)
  }
  const [inBase, inLeft, inRight, inResult] = [base, left, right, text].map(comments)
  const isKept = (note: string) =>
    inBase!.has(note) ? !inLeft!.has(note) || !inRight!.has(note) || inResult!.has(note) : inResult!.has(note)
  for (const note of [...inBase!, ...inLeft!, ...inRight!]) assert.ok(isKept(note), `${note} is lost\n${all}`)
}

describe('the merge of data', function () {
  this.timeout(Math.max(60_000, triples * 20))

  for (const language of ['json', 'jsonc', 'yaml', 'toml'] as const)
    it(`loses nothing and makes ${language} of ${language}, whatever the sides did`, () => {
      const random = new SeededRandom(23)
      const counts = { clean: 0, conflict: 0, doubtful: 0, none: 0 }
      for (let i = 0; i < triples; i++) {
        const triple = dataTriple(random, language)
        const { path, base, left, right } = triple
        const merged = mergeData(triple)
        counts[merged?.status ?? 'none']++
        if (merged?.status === 'clean') assertWhole(triple, merged.text)
        for (const text of [base, left, right])
          assert.deepEqual(merge(path, text, text, text), { status: 'clean', text })
        assert.deepEqual(merge(path, base, left, base), { status: 'clean', text: left })
        assert.deepEqual(merge(path, base, base, right), { status: 'clean', text: right })
        assertSymmetric(triple, merged)
      }
      assert.ok(
        counts.clean > triples / 2 && counts.conflict > triples / 5 && counts.none < triples / 10,
        JSON.stringify(counts),
      )
    })

  /** The sides may stand in another order in the result, but mean the same. */
  function assertSymmetric(triple: DataTriple, merged: ReturnType<typeof mergeData>): void {
    const other = mergeData({ ...triple, left: triple.right, right: triple.left })
    // Which side's layout counts where both changed it may decide where a comment finds a place.
    if (!triple.isRestyled) {
      const all = `${triple.base}\n---\n${triple.left}\n---\n${triple.right}`
      assert.equal(other?.status === 'clean', merged?.status === 'clean', all)
    }
    if (merged?.status !== 'clean' || other?.status !== 'clean') return
    const words = (text: string) => text.match(/[\w-]+/g)?.sort()
    if (!triple.isRestyled) assert.deepEqual(words(other.text), words(merged.text))
  }

  it('says where and why it does not know', () => {
    const merged = merge('a.json', '{"a": {"b": 1, "c": [1]}}', '{"a": {"b": 2}}', '{"a": {"b": 3, "c": [2]}}')
    assert.ok(merged?.status === 'conflict')
    assert.deepEqual(
      merged.conflicts.map(({ path, reason }) => [path.join('/'), reason]),
      [
        ['a/b', 'both-changed'],
        ['a/c', 'left-deleted'],
      ],
    )
    assert.equal(merged.left, '{"a": {"b": 2}}')
    assert.equal(merged.right, '{"a": {"b": 3, "c": [2]}}')
  })

  it('takes a comment that one side changed, and leaves one that both did', () => {
    assert.deepEqual(merge('a.yaml', 'a: 1 # x\n', 'a: 2 # x\n', 'a: 1 # y\n'), { status: 'clean', text: 'a: 2 # y\n' })
    const merged = merge('a.yaml', '# x\na: 1\nb: 1\n', '# y\na: 1\nb: 1\n', '# z\na: 1\nb: 2\n')
    assert.ok(merged?.status === 'conflict')
    assert.deepEqual(
      merged.conflicts.map(({ reason }) => reason),
      ['comment'],
    )
  })

  it('leaves a comment that finds no place in the merged element', () => {
    const left = '- # why\n  name: a\n  port: 1\n'
    const merged = merge('a.yaml', '- name: a\n  port: 1\n', left, '- new: 1\n  name: a\n  port: 1\n')
    assert.ok(merged?.status === 'conflict')
    assert.equal(merged.left, left)
  })

  it('puts maps that both added under one key together only if they are much alike', () => {
    const cache = (more: string) => `a: 1\ncache:\n  image: redis\n  port: 6379\n${more}`
    const merged = merge('a.yaml', 'a: 1\n', cache('  size: 1\n'), cache('  name: b\n'))
    assert.deepEqual(merged, { status: 'clean', text: cache('  size: 1\n  name: b\n') })
    assert.equal(merge('a.yaml', 'a: 1\n', 'a: 1\nb:\n  image: x\n', 'a: 1\nb:\n  build: y\n')?.status, 'conflict')
  })

  it('treats keys that all texts have twice as two', () => {
    const base = '{ "a": 1, "b": 1, "b": 2, "c": [1] }'
    assert.deepEqual(merge('a.json', base, base.replace('"a": 1', '"a": 2'), base.replace('[1]', '[1, 2]')), {
      status: 'clean',
      text: '{ "a": 2, "b": 1, "b": 2, "c": [1, 2] }',
    })
    assert.equal(merge('a.json', base, base.replace('"b": 2, ', ''), base.replace('[1]', '[2]')), undefined)
  })

  it('knows the lists of a workflow, a compose file and a deployment', () => {
    const at = (path: string, base: string, left: string, right: string) => {
      const merged = merge(path, base, left, right)
      return merged?.status === 'clean' ? merged.text : merged?.status
    }
    const needs = (list: string) => `jobs: {a: {needs: [${list}]}}\n`
    assert.equal(at('.github/workflows/ci.yml', needs('x'), needs('x, y'), needs('x, z')), needs('x, y, z'))
    assert.equal(at('other.yml', needs('x'), needs('x, y'), needs('x, z')), 'conflict')
    const ports = (list: string) => `services: {a: {ports: [${list}]}}\n`
    assert.equal(at('deploy/docker-compose.prod.yml', ports('1'), ports('1, 2'), ports('3, 1')), ports('3, 1, 2'))
    const steps = (list: string) => `jobs: {a: {steps: [${list}]}}\n`
    assert.equal(
      at('.github/workflows/ci.yml', steps('{run: x}'), steps('{run: x}, {run: y}'), steps('{run: x}, {run: z}')),
      'conflict',
    )
  })

  it('takes additions to a sorted list at one place in their order', () => {
    const list = (...words: string[]) => words.map((word) => `- ${word}\n`).join('')
    const [base, left] = [list('a', 'c', 'e', 'g', 'i'), list('a', 'c', 'e', 'f2', 'g', 'i')]
    const merged = merge('a.yaml', base, left, list('a', 'c', 'e', 'f1', 'f3', 'g', 'i'))
    assert.deepEqual(merged, { status: 'clean', text: list('a', 'c', 'e', 'f1', 'f2', 'f3', 'g', 'i') })
    assert.equal(merge('a.yaml', base, left, list('a', 'c', 'e', 'z', 'g', 'i'))?.status, 'conflict')
  })

  it('leaves a set in which both put something else for one element', () => {
    const list = (inner: string) => `{ "keywords": [${inner}] }`
    assert.equal(merge('package.json', list('"a", "b"'), list('"x", "b"'), list('"y", "b"'))?.status, 'conflict')
    assert.equal(
      merge('package.json', list('"!a", "b"'), list('"!a", "b", "c"'), list('"!a", "b", "d"'))?.status,
      'conflict',
    )
  })

  it('takes time in proportion to the text, whatever it holds', () => {
    const spaces = ' '.repeat(1_000_000)
    const texts: readonly (readonly [path: string, make: (value: number) => string])[] = [
      ['a.yaml', (value) => `a: "x${spaces}y\n  z"\nb: ${value}\n`],
      ['a.yaml', (value) => `${'- &a 1\n'.repeat(100_000)}- ${value}\n`],
      ['a.yaml', (value) => `${'# c\n'.repeat(200_000)}- ${value}\n`],
      ['a.json', (value) => `{"a": [${value}, {"b":\n${spaces}\n1}]}`],
      ['pyproject.toml', (value) => `[project]\ndependencies = ["a${';'.repeat(1_000_000)}${value}"]\n`],
      ['a.toml', (value) => Array.from({ length: 50_000 }, (_, i) => `[[t${i}]]\nc = ${value}\n`).join('')],
    ]
    for (const [path, make] of texts) merge(path, make(1), make(2), make(3))
  }).timeout(20_000)

  it('leaves other files, mixed line ends, and what it cannot read to lines', () => {
    assert.equal(merge('a.txt', '{}', '{"a": 1}', '{"b": 1}'), undefined)
    assert.equal(merge('a.json', '{}\r\n', '{\r\n"a": 1}\n', '{"b": 1}\n'), undefined)
    assert.equal(merge('a.json', '{}', '{"a": }', '{"b": 1}'), undefined)
  })
})
