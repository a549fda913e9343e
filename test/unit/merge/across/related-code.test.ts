import assert from 'node:assert/strict'
import { findRelatedCode, treeOf } from '../../../../src/merge-on-node.ts'

/** What is related to the first place of a file that reads as `place`, as kind, names, path and text. */
async function relatedTo(files: Readonly<Record<string, string>>, path: string, place: string) {
  const from = files[path]!.indexOf(place)
  const filesWith = (words: readonly string[]) =>
    Promise.resolve(
      Object.keys(files)
        .filter((user) => words.some((word) => files[user]!.includes(word)))
        .toSorted(),
    )
  const input = { tree: treeOf(files), path, at: { from, end: from + place.length }, filesWith }
  return (await findRelatedCode(input)).map(({ kind, names, path: where, text }) => [kind, names.join(), where, text])
}

describe('code of other files that a place has to do with', () => {
  const area = '/** Of a rectangle. */\nexport function area(a: number, b: number): number {\n  return a * b\n}\n'
  const files = {
    'area.ts': `${area}export const unit = 1\nexport const other = 2\n`,
    'index.ts': `export { area } from './area.ts'\n`,
    'shape.ts': `import { area } from './index.ts'\nimport { unit, other } from './area.ts'\n\nexport function size(): number {\n  return area(1, 2) * unit\n}\n\nexport const rest = other\n`,
    'a-user.ts': `import { size } from './shape.ts'\n\n\n\n\nexport const twice = 2 * size()\n`,
    'namesake.ts': `const size = () => 1\nexport const own = size()\n`,
    'user.ts': `import * as shape from './shape.ts'\n// 1\n// 2\nexport const half = shape.size() / 2\nexport const more = shape.rest\n`,
  }

  it('is what its names mean, through files that hand on, and then who uses what it stands in', async () => {
    assert.deepEqual(await relatedTo(files, 'shape.ts', '  return area(1, 2) * unit\n'), [
      ['definition', 'area', 'area.ts', area.slice(area.indexOf('export'))],
      ['definition', 'unit', 'area.ts', 'export const unit = 1\n'],
      ['use', 'size', 'a-user.ts', '\n\nexport const twice = 2 * size()\n'],
      ['use', 'size', 'user.ts', '// 1\n// 2\nexport const half = shape.size() / 2\nexport const more = shape.rest\n'],
    ])
  })

  it('is what an import brings', async () => {
    const [unit, other] = await relatedTo(files, 'shape.ts', `import { unit, other } from './area.ts'\n`)
    assert.deepEqual([unit?.[1], other?.[1]], ['unit', 'other'])
  })

  it('is nothing where nothing stands, and where nobody knows what a file says', async () => {
    assert.deepEqual(await relatedTo(files, 'shape.ts', ''), [])
    assert.deepEqual(await relatedTo({ 'a.txt': 'area\n', ...files }, 'a.txt', 'area\n'), [])
  })

  it('stands in files of the same package without an import', async () => {
    const go = {
      'go.mod': 'module example.com/m\n',
      'p/a.go': 'package p\n\nfunc Size() int {\n\treturn area(1)\n}\n',
      'p/b.go': 'package p\n\nfunc area(a int) int {\n\treturn a\n}\n\nvar twice = 2 * Size()\n',
    }
    assert.deepEqual(
      (await relatedTo(go, 'p/a.go', '\treturn area(1)\n')).map(([kind, name, path]) => [kind, name, path]),
      [
        ['definition', 'area', 'p/b.go'],
        ['use', 'Size', 'p/b.go'],
      ],
    )
  })
})
