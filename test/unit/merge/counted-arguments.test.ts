import assert from 'node:assert/strict'
import { mergeText } from '../../../src/merge-on-node.ts'
import { compileWasmQuickly } from '../../../src/node/compile-quickly.ts'

/** By path: a function with parameters, and one with a body. */
const languages: readonly (readonly [
  path: string,
  file: (parameters: string, body: string) => string,
  free: string,
])[] = [
  [
    'x.php',
    (parameters, body) =>
      `<?php\nfunction f(${parameters}) {\n    return 1;\n}\n\nfunction g() {\n    return ${body};\n}\n`,
    '$b = 1, ...$c',
  ],
  ['x.rb', (parameters, body) => `def f(${parameters})\n  1\nend\n\ndef g\n  ${body}\nend\n`, 'b = 1, *c, d: 1, &e'],
  [
    'x.scala',
    (parameters, body) =>
      `object X {\n  def f(${parameters}): Int = 1\n\n  val one = 1\n\n  def g(): Int = ${body}\n}\n`,
    'b: Int = 1, c: Int*',
  ],
]
const one: Readonly<Record<string, string>> = { 'x.php': '$a', 'x.rb': 'a', 'x.scala': 'a: Int' }
const two: Readonly<Record<string, string>> = { 'x.php': '$a, $b', 'x.rb': 'a, b', 'x.scala': 'a: Int, b: Int' }

describe('calls of a function whose parameters the other side changed', () => {
  before(compileWasmQuickly)

  for (const [path, file, free] of languages)
    it(`conflict in ${path} unless they fit`, async () => {
      const merge = (parameters: string, call: string) =>
        mergeText({ path, base: file(one[path]!, '0'), left: file(parameters, '0'), right: file(one[path]!, call) })
      const misfit = await merge(two[path]!, 'f(1)')
      assert.deepEqual(misfit.status === 'conflict' && misfit.findings, [{ check: 'signatures', name: 'f' }])
      assert.equal((await merge(two[path]!, path === 'x.php' ? '$x->f(1)' : 'x.f(1)')).status, 'clean')
      assert.equal((await merge(`${one[path]}, ${free}`, 'f(1)')).status, 'clean')
      assert.equal((await merge(two[path]!, 'f(1, 2)')).status, 'clean')
    })
})
