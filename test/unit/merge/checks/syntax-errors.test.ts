import assert from 'node:assert/strict'
import { syntaxErrors } from '../../../../src/merge/checks/syntax-errors.ts'
import { languages } from '../../../../src/merge/languages/languages.ts'
import { compileWasmQuickly } from '../../../../src/node/compile-quickly.ts'
import { samples, treeOf } from '../syntax/samples.ts'

async function isNew(name: string, base: string, left: string, right: string, merged: string): Promise<boolean> {
  const language = languages.find((each) => each.name === name)!
  const [b, l, r, m] = await Promise.all([base, left, right, merged].map((text) => treeOf(language, text)))
  return syntaxErrors({ base: b!, left: l!, right: r!, merged: m! }).length > 0
}

describe('parse errors that a merge made', () => {
  before(compileWasmQuickly)

  it('are found: a brace that both sides added, a line that is gone, markers', async () => {
    assert.ok(await isNew('JSON', '{"a": 1}', '{"a": 1, "b": 2}', '{"a": 3}', '{"a": 3, "b": 2}}'))
    assert.ok(await isNew('TypeScript', 'f()\n', 'if (a) {\nf()\n}\n', 'f()\n', 'if (a) {\nf()\n'))
    assert.ok(
      await isNew('Python', 'a = 1\n', 'a = 2\n', 'a = 3\n', '<<<<<<< left\na = 2\n=======\na = 3\n>>>>>>> right\n'),
    )
    assert.ok(await isNew('Java', 'class A {}', 'class A { int a; }', 'class A {}', 'class A { int a }'))
  })

  it('are not those that a side has, or both together', async () => {
    const [one, two] = ['MACRO(x) { }\n', 'OTHER(y) = { ) }\n']
    assert.ok(!(await isNew('C', 'int a;\n', `int a;\n${two}`, 'int b;\n', `int b;\n${two}`)))
    assert.ok(!(await isNew('C', 'int a;\n', `${two}int a;\n`, `int a;\n${two}`, `${two}int a;\n${two}`)))
    assert.ok(!(await isNew('C', `${two}int a;\n`, `${two}int b;\n`, `${two}int a;\n${one}`, `${two}int b;\n${one}`)))
  })

  it('are found when a side accounts for fewer, or for less text', async () => {
    assert.ok(await isNew('JSON', '[1,]', '[1,]', '[1, 2,]', '[1,, 2,,]'))
    assert.ok(await isNew('JSON', '[1 x]', '[1 x]', '[1 x]', '[1 x y z]'))
  })

  it('are none where nothing was merged', async () => {
    for (const { language, text } of samples)
      for (const damaged of [text, text.slice(text.length >> 1), text.replaceAll(')', '')]) {
        const tree = await treeOf(language, damaged)
        assert.deepEqual(syntaxErrors({ base: tree, left: tree, right: tree, merged: tree }), [])
      }
  })
})
