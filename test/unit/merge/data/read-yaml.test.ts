import assert from 'node:assert/strict'
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Document } from 'yaml'
import { SeededRandom } from '../../../../src/lib/seeded-random.ts'
import { ValueIds, type DataFile, type DataNode } from '../../../../src/merge/data/data-node.ts'
import { readYaml } from '../../../../src/merge/data/read-yaml.ts'
import { dataTriple } from '../../../support/data-triples.ts'
import { joined } from '../../../support/joined-data.ts'
import { mutated } from '../../../support/mutated.ts'

const signs = [
  ...[':', ': ', '- ', '#', ' # ', '"', "'", '{', '}', '[', ']', ',', '&a ', '*a', '!t ', '|', '>', '? ', '\n', '  '],
  ...['---\n', 'x', '~', '%', '@', '\\', '|+', '>-', '\t', '.', '- - ', ' |\n'],
]

function read(text: string): DataFile | undefined {
  return readYaml(text, new ValueIds())
}

function documentsOf(text: string): readonly Document[] {
  const documents = parseAllDocuments(text, { uniqueKeys: false })
  return Array.isArray(documents) ? documents : []
}

/** Keys, elements and scalars as the package reads them. */
function ofPackage(node: unknown): unknown {
  if (isMap(node)) return { map: node.items.map(({ key, value }) => [ofPackage(key), ofPackage(value)]) }
  if (isSeq(node)) return node.items.map(ofPackage)
  if (isAlias(node)) return `*${node.source}`
  return isScalar(node) ? `${typeof node.value} ${String(node.value)}` : 'object null'
}

/** The same from our tree, of which the package reads the scalars only. */
function ofReader(node: DataNode): unknown {
  if (node.kind === 'list') return node.items.map(({ value }) => ofReader(value))
  if (node.kind === 'map')
    return { map: node.items.map(({ head, value }) => [ofKey(head.replace(/\s*:$/, '')), ofReader(value)]) }
  const bare = node.text.replace(/^((?:[&!][^\s,[\]{}]*[ \n]+)*)/, '')
  if (bare.startsWith('*')) return bare
  const gap = /^[&!]/.test(node.text) || /^[|>]/.test(bare) ? ' ' : '\n  '
  return ofEntry(`k:${gap}${node.text.replaceAll('\n', '\n  ')}\n`, 'value')
}

function ofKey(text: string): unknown {
  return ofEntry(`${text}: 1\n`, 'key')
}

function ofEntry(text: string, part: 'key' | 'value'): unknown {
  const map = documentsOf(text)[0]?.contents
  assert.ok(isMap(map), text)
  return ofPackage(map.items[0]![part])
}

describe('the reader of YAML', () => {
  it('reads what formatters write, and keeps every character', () => {
    const random = new SeededRandom(1)
    for (let i = 0; i < 300; i++) {
      const text = `${dataTriple(random, 'yaml').base.replaceAll('\r\n', '\n').trimEnd()}\n`
      const file = read(text)
      assert.ok(file, text)
      assert.equal(joined(file), text)
    }
  })

  it('reads nothing that is no YAML, and nothing in another way than the package `yaml`', () => {
    const random = new SeededRandom(2)
    let count = 0
    for (let i = 0; i < 1000; i++) {
      const made = dataTriple(random, 'yaml').base.replaceAll('\r\n', '\n').trimEnd()
      const text = `${mutated(random, made, signs)}\n`
      const file = read(text)
      if (!file) continue
      count++
      assert.equal(joined(file), text)
      const documents = documentsOf(text)
      const faults = documents.flatMap(({ errors }) => errors.map(({ message }) => message))
      const others = faults.filter((message) => !message.startsWith('Unresolved alias'))
      assert.deepEqual(others, [], text)
      const isOne = documents.length === 1 || file.root.kind === 'scalar'
      const roots = isOne ? [file.root] : file.root.items.map(({ value }) => value)
      assert.deepEqual(
        roots.map(ofReader),
        documents.map(({ contents }) => ofPackage(contents)),
        text,
      )
    }
    assert.ok(count > 300, `${count} were read`)
  }).timeout(30_000)

  it('tells values apart, not the ways to write them', () => {
    const ids = new ValueIds()
    const id = (text: string) => readYaml(text, ids)?.root.id
    assert.equal(id('a: "x"\nb: [1, 2]\n'), id("b:\n- 1\n- 2\n'a': x # note\n"))
    assert.notEqual(id('a: "1"\n'), id('a: 1\n'))
    assert.notEqual(id('a: [1, 2]\n'), id('a: [2, 1]\n'))
    assert.notEqual(id('"1": a\n'), id('1: a\n'))
    assert.notEqual(id('a: &x 1\n'), id('a: 1\n'))
    assert.equal(id('a: |\n  x\n   y\n'), id('a: |\n    x\n     y\n'))
  })

  it('leaves to lines what it does not know for certain', () => {
    for (const text of [
      '? a\n: b\n',
      '%YAML 1.2\n---\na: 1\n',
      'a:\n\t- b\n',
      '{{ template }}\n',
      'a: 1\n...\n',
      '- &x a: 1\n',
      'a: [b: 1]\n',
      'a: b: c\n',
      'a: |2\n  x\n',
      '',
    ])
      assert.equal(read(text), undefined, text)
  })

  it('names anchors, aliases that nothing binds, and keys that stand twice', () => {
    const file = read('a: &x 1\nb: *x\nc: *y\na: 2\n')
    assert.deepEqual(file?.anchors, ['x'])
    assert.deepEqual(file.unboundAliases, ['y'])
    assert.deepEqual(file.duplicates, ['a'])
  })

  it('is not brought down by depth', () => {
    assert.equal(read(`${'['.repeat(100_000)}\n`), undefined)
    assert.equal(read(`${'- '.repeat(50_000)}\n`), undefined)
  })
})
