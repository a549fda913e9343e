import assert from 'node:assert/strict'
import { mergeData } from '../../../../src/merge/data/merge-data.ts'

function merge(path: string, base: string, left: string, right: string) {
  return mergeData({ path, base, left, right })
}

describe('the merge of data', () => {
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

  it('loses nothing beside a key that both sides gave a new name', () => {
    const base = '{"a": {"x": "1", "y": "2"}, "b": {"x": "3", "y": "4"}, "c": {"x": "5", "y": "6"}}'
    const left = base.replace('"b"', '"d"').replace('"x": "1"', '"w": "0", "x": "1"')
    const merged = merge('a.json', base, left, base.replace('"b"', '"e"'))
    assert.ok(merged?.status === 'conflict')
    for (const text of [merged.left, merged.right]) assert.match(text, /"w": "0"/)
  })

  it('loses nothing that one side changed where the other one put what the first gave a new name', () => {
    const base = '{"a": {"x": "1", "y": "2"}, "b": {"z": "3"}}'
    const left = '{"c": {"x": "1", "y": "2"}, "b": {"z": "3", "w": "0"}}'
    const merged = merge('a.json', base, left, '{"b": {"x": "1", "y": "2"}}')
    assert.ok(merged?.status === 'conflict')
    assert.match(merged.left, /"w": "0"/)
  })

  it('gives a document that is not the first one any more its head, whichever side moved it', () => {
    const of = (...kinds: readonly string[]) =>
      kinds.map((kind) => `kind: ${kind}\nmetadata:\n  name: web\nspec: ${kind}\n`).join('---\n')
    const [base, one, other] = [of('A', 'D', 'S'), of('A', 'L', 'S', 'D'), of('S', 'A', 'R', 'D')]
    const kindsOf = (left: string, right: string) => {
      const merged = merge('deployment.yaml', base, left, right)
      return merged?.status === 'clean' ? merged.text.match(/---|kind: ./g)?.join(' ') : merged?.status
    }
    assert.equal(kindsOf(one, other), 'kind: A --- kind: L --- kind: R --- kind: S --- kind: D')
    assert.equal(kindsOf(other, one), 'kind: S --- kind: A --- kind: R --- kind: L --- kind: D')
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
    const spaces = ' '.repeat(400_000)
    const texts: readonly (readonly [path: string, make: (value: number) => string])[] = [
      ['a.yaml', (value) => `a: "x${spaces}y\n  z"\nb: ${value}\n`],
      ['a.yaml', (value) => `${'- &a 1\n'.repeat(40_000)}- ${value}\n`],
      ['a.yaml', (value) => `${'# c\n'.repeat(80_000)}- ${value}\n`],
      ['a.json', (value) => `{"a": [${value}, {"b":\n${spaces}\n1}]}`],
      ['pyproject.toml', (value) => `[project]\ndependencies = ["a${';'.repeat(400_000)}${value}"]\n`],
      ['a.toml', (value) => Array.from({ length: 20_000 }, (_, i) => `[[t${i}]]\nc = ${value}\n`).join('')],
    ]
    for (const [path, make] of texts) merge(path, make(1), make(2), make(3))
  }).timeout(60_000)

  it('leaves other files, mixed line ends, and what it cannot read to lines', () => {
    assert.equal(merge('a.txt', '{}', '{"a": 1}', '{"b": 1}'), undefined)
    assert.equal(merge('a.json', '{}\r\n', '{\r\n"a": 1}\n', '{"b": 1}\n'), undefined)
    assert.equal(merge('a.json', '{}', '{"a": }', '{"b": 1}'), undefined)
  })
})
