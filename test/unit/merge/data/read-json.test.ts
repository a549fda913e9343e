import assert from 'node:assert/strict'
import { SeededRandom } from '../../../../src/lib/seeded-random.ts'
import { features, ValueIds, type DataFile, type DataNode } from '../../../../src/merge/data/data-node.ts'
import { readJson } from '../../../../src/merge/data/read-json.ts'
import { dataTriple } from '../../../support/data-triples.ts'
import { joined } from '../../../support/joined-data.ts'
import { mutated } from '../../../support/mutated.ts'

const signs = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u00e9',
  '-',
  '0',
  '1',
  '.',
  'e3',
  'true',
  'null',
  ' ',
  '\n',
  '"a": 1,',
  'x',
]

function read(text: string): DataFile | undefined {
  return readJson(text, new ValueIds())
}

function valueOf(node: DataNode): unknown {
  if (node.kind === 'list') return node.items.map(({ value }) => valueOf(value))
  if (node.kind === 'map') return Object.fromEntries(node.items.map(({ key, value }) => [key, valueOf(value)]))
  return JSON.parse(node.text)
}

describe('the reader of JSON', () => {
  it('agrees with JSON.parse on what is JSON, and keeps every character', () => {
    const random = new SeededRandom(1)
    const counts = { good: 0, bad: 0 }
    for (let i = 0; i < 2000; i++) {
      const text = mutated(random, dataTriple(random, 'json').base.replaceAll('\r\n', '\n'), signs)
      const file = read(text)
      if (file) assert.equal(joined(file), text)
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch {
        assert.ok(!file || file.features !== 0, text)
        counts.bad++
        continue
      }
      assert.equal(file?.features, 0, text)
      if (file.duplicates.length === 0) assert.deepEqual(valueOf(file.root), value)
      counts.good++
    }
    assert.ok(counts.good > 200 && counts.bad > 200)
  })

  it('reads comments, commas at the end, and the scalars of JSON5, and says so', () => {
    assert.equal(read('{ "a": 1 } // end\n')?.features, features.comments)
    assert.equal(read('[1, 2,]')?.features, features.trailingCommas)
    assert.equal(read("{ a: 'x', b: +1, c: .5, d: 0xff }")?.features, features.looseScalars)
  })

  it('keeps comments with what they are about', () => {
    const file = read('{\n  // above\n  "a": 1, // beside\n  "b": 2 // last\n  // end\n}\n')
    assert.ok(file?.root.kind === 'map')
    assert.deepEqual(
      file.root.items.map(({ lead, trail }) => [lead, trail]),
      [
        ['\n  // above\n  ', ' // beside'],
        ['\n  ', ' // last'],
      ],
    )
    assert.equal(file.root.close, '\n  // end\n}')
  })

  it('is not brought down by depth', () => {
    assert.equal(read('['.repeat(200_000)), undefined)
  })
})
