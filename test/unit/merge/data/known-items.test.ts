import assert from 'node:assert/strict'
import { SeededRandom } from '../../../../src/lib/seeded-random.ts'
import { languageOf } from '../../../../src/merge/data/data-language.ts'
import { ValueIds, type DataFile, type DataItem, type DataNode } from '../../../../src/merge/data/data-node.ts'
import { KnownItems } from '../../../../src/merge/data/known-items.ts'
import { readJson } from '../../../../src/merge/data/read-json.ts'
import { plainText } from '../../../../src/merge/data/text-form.ts'
import { dataTriple } from '../../../support/data-triples.ts'
import { mutated } from '../../../support/mutated.ts'

const count = Number(process.env['MERGE_TRIPLES'] ?? 150)

const signs = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '=',
  '#',
  '"',
  "'",
  '&',
  '*',
  '|',
  '>',
  '-',
  '\n',
  '  ',
  '\n\n',
  '# x\n',
  '/* */',
  '// x\n',
  '- ',
  '---\n',
  '[[',
  ': ',
  '&a ',
]

/** All but the places, which are those of the text that an item was read from first. */
function contentOf(file: DataFile | undefined): string {
  return JSON.stringify(file, (name, value: unknown) => (name === 'end' ? 0 : value))
}

function itemsOf(node: DataNode): readonly DataItem[] {
  return node.kind === 'scalar' ? [] : node.items.flatMap((item) => [item, ...itemsOf(item.value)])
}

describe('items of a version that another one has too', () => {
  for (const format of ['json', 'jsonc', 'yaml', 'toml'] as const)
    it(`are as they are where it is read alone: ${format}`, function () {
      this.timeout(10_000 + count * 100)
      const language = languageOf(`x.${format}`)!
      const random = new SeededRandom(format.length)
      let [shared, kept] = [0, 0]
      for (let i = 0; i < count; i++) {
        const triple = dataTriple(random, format)
        const { left, right } = triple
        const base = random.chance(0.3) ? mutated(random, triple.base, signs) : triple.base
        const ids = new ValueIds()
        const known = new KnownItems()
        const itemsOfBase = new Set<unknown>()
        for (const version of [base, left, right, mutated(random, left, signs), mutated(random, base, signs)]) {
          const text = plainText(version)?.text
          if (text === undefined) continue
          const file = language.read(text, ids, known)
          assert.equal(contentOf(file), contentOf(language.read(text, ids)), `${base}\n---\n${version}`)
          if (file) kept++
          // Sections of TOML are made anew, their entries are not.
          const items = file ? itemsOf(file.root) : []
          if (items.some((item) => itemsOfBase.has(item))) shared++
          if (version === base) for (const item of items) itemsOfBase.add(item)
        }
      }
      assert.ok(kept > count * 2, `${kept}`)
      assert.ok(shared > count / 2, `${shared}`)
    })

  it('are read again where their key stood twice', () => {
    const [ids, known] = [new ValueIds(), new KnownItems()]
    const text = (...entries: readonly string[]) => `{\n${entries.map((entry) => `  ${entry}`).join(',\n')}\n}\n`
    const twice = ['"z": 0', '"a": 1', '"a": 2', '"b": 3', '"c": 4']
    readJson(text(...twice), ids, known)
    const version = text('"z": 0', ...twice.slice(2))
    assert.equal(contentOf(readJson(version, ids, known)), contentOf(readJson(version, ids)))
  })
})
