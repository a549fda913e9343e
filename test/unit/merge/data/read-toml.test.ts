import assert from 'node:assert/strict'
import { SeededRandom } from '../../../../src/lib/seeded-random.ts'
import { keyPartSeparator, ValueIds, type DataFile, type DataNode } from '../../../../src/merge/data/data-node.ts'
import { readToml } from '../../../../src/merge/data/read-toml.ts'
import { dataTriple } from '../../../support/data-triples.ts'
import { joined } from '../../../support/joined-data.ts'

function read(text: string): DataFile | undefined {
  return readToml(text, new ValueIds())
}

function shape(node: DataNode): unknown {
  if (node.kind === 'scalar') return node.text
  if (node.kind === 'list') return node.items.map(({ value }) => shape(value))
  return Object.fromEntries(node.items.map(({ key, value }) => [key.replaceAll(keyPartSeparator, '.'), shape(value)]))
}

describe('the reader of TOML', () => {
  it('reads what formatters write, and keeps every character', () => {
    const random = new SeededRandom(1)
    for (let i = 0; i < 500; i++) {
      const text = `${dataTriple(random, 'toml').base.replaceAll('\r\n', '\n').trimEnd()}\n`
      const file = read(text)
      assert.ok(file, text)
      assert.equal(joined(file), text)
    }
  })

  it('puts the tables of an element inside it', () => {
    const file = read('a = 1\n[t]\nb.c = 2\n[[e]]\nn = 1\n[e.x]\ny = 1\n[[e.z]]\n[[e]]\nn = 2\n[t.u]\n')
    assert.deepEqual(file && shape(file.root), {
      a: '1',
      t: { 'b.c': '2' },
      e: [{ n: '1', x: { y: '1' }, z: [{}] }, { n: '2' }],
      't.u': {},
    })
  })

  it('reads every kind of value', () => {
    const values = [
      ...[
        '"x\\u00e9\\n"',
        "'\\'",
        '"""\na ""b" \\\n  c"""',
        "'''x'y'''",
        '-1_000',
        '0xdead_beef',
        '0o7',
        '0b1',
        '6.5e-3',
      ],
      ...['inf', '-nan', 'true', '1979-05-27T07:32:00.5-07:00', '1979-05-27 07:32:00', '1979-05-27', '07:32:00'],
      ...['[1, [2,], # c\n]', '{ a = 1, "b".c = { } }'],
    ]
    for (const value of values) assert.ok(read(`k = ${value}\n`), value)
  })

  it('reads nothing that TOML forbids', () => {
    for (const text of [
      'a = 1\na = 2\n',
      'a.b = 1\na.b.c = 2\n',
      'a = 1\n[a]\n',
      '[a]\n[a]\n',
      'a.b = 1\n[a]\n',
      '[[a]]\n[a]\n',
      'a = []\n[[a]]\n',
      'a = {b = 1, b = 2}\n',
      'a = {b = 1}\n[a.c]\n',
      'a = 01\n',
      'a = 1.\n',
      'a = "\\q"\n',
      "a = 'x\ny'\n",
      'a = \n',
      'a = 1 b = 2\n',
      'a = [1 2]\n',
      'a = {b =\n1}\n',
      '[a\n',
      '= 1\n',
    ])
      assert.equal(read(text), undefined, text)
  })

  it('leaves arrays of tables with others in between to lines', () => {
    assert.equal(read('[[a]]\n[b]\n[[a]]\n'), undefined)
    assert.equal(read('[[a]]\n[b]\n[a.c]\n'), undefined)
  })

  it('is not brought down by depth', () => {
    assert.equal(read(`a = ${'['.repeat(100_000)}\n`), undefined)
    assert.equal(read(`[${'a.'.repeat(100_000)}b]\n`), undefined)
  })
})
