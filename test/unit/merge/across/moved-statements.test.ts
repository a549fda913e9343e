import assert from 'node:assert/strict'
import { fromUtf8 } from '../../../../src/lib/bytes.ts'
import { mergeTrees, treeOf } from '../../../../src/merge-on-node.ts'

type Files = Readonly<Record<string, string>>

/** A program in two files; `sum` is in the second one, or its statements are in `invoice` in the first one. */
interface Program {
  readonly paths: readonly [string, string]
  readonly whole: (value: string) => Files
  readonly part: (value: string) => Files
}

const program = (
  paths: readonly [string, string],
  { head, loop, call, tail, made, other, imported }: Readonly<Record<string, string>>,
): Program => {
  const loopOf = (rows: string, value: string) => loop!.replace('ROWS', rows).replace('VALUE', value)
  return {
    paths,
    whole: (value) => ({ [paths[0]]: `${head}${loopOf('items', value)}${tail}`, [paths[1]]: other! }),
    part: (value) => ({
      [paths[0]]: `${imported}${head}${call}${tail}`,
      [paths[1]]: `${other}${made!.replace('LOOP', loopOf('rows', value))}`,
    }),
  }
}

const programs: readonly Program[] = [
  program(['a.ts', 'b.ts'], {
    imported: "import { sum } from './b.ts'\n",
    head: "import { deep } from './deep.ts'\n\nexport function invoice(items: Row[], rate: number) {\n  deep()\n",
    loop: '  let total = 0\n  for (const row of ROWS) {\n    total += VALUE\n  }\n',
    call: '  const total = sum(items)\n',
    tail: '  return total * rate\n}\n',
    other: 'export const local = 1\n',
    made: '\nexport function sum(rows: Row[]) {\nLOOP  return total\n}\n',
  }),
  program(['a.py', 'b.py'], {
    imported: 'from b import sum\n',
    head: 'from deep import deep\n\n\ndef invoice(items, rate):\n    deep()\n',
    loop: '    total = 0\n    for row in ROWS:\n        total += VALUE\n',
    call: '    total = sum(items)\n',
    tail: '    return total * rate\n',
    other: 'local = 1\n',
    made: '\n\ndef sum(rows):\nLOOP    return total\n',
  }),
  program(['a.go', 'b.go'], {
    imported: '',
    head: 'package a\n\nfunc invoice(items []Row, rate float64) float64 {\n\tdeep()\n',
    loop: '\ttotal := 0.0\n\tfor _, row := range ROWS {\n\t\ttotal += VALUE\n\t}\n',
    call: '\ttotal := sum(items)\n',
    tail: '\treturn total * rate\n}\n\nfunc deep() {\n}\n',
    other: 'package a\n\nconst local = 1\n',
    made: '\nfunc sum(rows []Row) float64 {\nLOOP\treturn total\n}\n',
  }),
  program(['src/main.rs', 'src/b.rs'], {
    imported: '',
    head: 'mod b;\nuse b::*;\n\nfn deep() {}\n\nfn invoice(items: &[Row], rate: f64) -> f64 {\n    deep();\n',
    loop: '    let mut total = 0.0;\n    for row in ROWS {\n        total += VALUE;\n    }\n',
    call: '    let total = b::sum(items);\n',
    tail: '    total * rate\n}\n',
    other: 'pub const local: f64 = 1.0;\n',
    made: '\npub fn sum(rows: &[Row]) -> f64 {\nLOOP    total\n}\n',
  }),
]

describe('changes of statements that the other side made a function of another file, or put into another file', () => {
  const merge = async (base: Files, left: Files, right: Files) => {
    const [old, one, two] = [treeOf(base), treeOf(left), treeOf(right)]
    const merged = await mergeTrees({ base: old, left: one, right: two })
    const exchanged = await mergeTrees({ base: old, left: two, right: one })
    assert.equal(exchanged.status, merged.status)
    const texts = async ({ files }: typeof merged): Promise<Files> =>
      Object.fromEntries(await Promise.all([...files].map(async ([path, file]) => [path, fromUtf8(await file.read())])))
    if (merged.status === 'clean') assert.deepEqual(await texts(exchanged), await texts(merged))
    return { ...merged, texts: await texts(merged) }
  }

  const told = ({ findings }: Awaited<ReturnType<typeof merge>>) =>
    findings.map(({ reason, name, by, to, certainty }) => `${reason} ${name} ${by} -> ${to?.path} ${certainty}`)

  for (const { paths, whole, part } of programs) {
    const [plain, changed] = ['row.price', '(row.price - row.discount)']

    it(`are a conflict that names where they seem to be: ${paths[0]}`, async () => {
      const long = 'row.price * row.count - row.discount'
      const one = await merge(whole(long), part(`${long} + 1`), whole(`${long} + 2`))
      assert.deepEqual(told(one), [`extracted sum left -> ${paths[1]} guessed`])
      const two = await merge(part(long), whole(`${long} + 1`), part(`${long} + 2`))
      assert.deepEqual(told(two), [`inlined sum left -> ${paths[0]} guessed`])
    })

    it(`are made there: ${paths[0]}`, async () => {
      const merged = await merge(whole(plain), part(plain), whole(changed))
      assert.deepEqual(merged.texts, part(changed))
      const { name, reason, by, to, used, declared } = merged.repaired.find((each) => each.reason === 'extracted')!
      assert.deepEqual([name, reason, by, to?.path], ['sum', 'extracted', 'left', paths[1]])
      assert.deepEqual([used.path, declared.path], [...paths])
      assert.equal(merged.status, 'clean')
    })

    it(`are made where the body was put: ${paths[0]}`, async () => {
      const merged = await merge(part(plain), whole(plain), part(changed))
      assert.deepEqual(merged.texts, whole(changed))
      const { name, reason, to } = merged.repaired.find((each) => each.reason === 'inlined')!
      assert.deepEqual([name, reason, to?.name, to?.path], ['sum', 'inlined', 'invoice', paths[0]])
      assert.equal(merged.status, 'clean')
    })

    it(`are a conflict where one of the files alone knows a name, or the function does: ${paths[0]}`, async () => {
      for (const value of ['deep(row)', 'local * row', 'rate * row.price', 'rows.price']) {
        const merged = await merge(whole(plain), part(plain), whole(value))
        assert.deepEqual(
          merged.conflicts.map(({ path }) => path),
          [paths[0]],
          value,
        )
        assert.deepEqual(told(merged), [`extracted sum left -> ${paths[1]} certain`], value)
      }
      for (const value of ['local * row', 'rate * row.price']) {
        const merged = await merge(part(plain), whole(plain), part(value))
        assert.deepEqual(
          merged.conflicts.map(({ path }) => path),
          [paths[1]],
          value,
        )
        assert.deepEqual(told(merged), [`inlined sum left -> ${paths[0]} certain`], value)
      }
    })
  }
})
