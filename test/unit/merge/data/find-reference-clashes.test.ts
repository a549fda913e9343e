import assert from 'node:assert/strict'
import { languageOf } from '../../../../src/merge/data/data-language.ts'
import { type DataNode, ValueIds } from '../../../../src/merge/data/data-node.ts'
import { findReferenceClashes } from '../../../../src/merge/data/find-reference-clashes.ts'

const rootOf = (value: unknown): DataNode => {
  const file = languageOf('a.json')!.read(`${JSON.stringify(value)}\n`, new ValueIds())
  assert.ok(file)
  return file.root
}

const clashes = (result: unknown, left: unknown = {}, right: unknown = {}): readonly string[] =>
  findReferenceClashes(rootOf(result), rootOf(left), rootOf(right))

const operation = (operationId: string) => ({ get: { operationId } })

describe('references in merged data', () => {
  it('lead somewhere, by the rules of JSON Pointer', () => {
    const to = ($ref: string) => ({ a: { 'b/c': [1, { '~d': 1 }], 'e f': 1 }, x: { $ref } })
    for (const pointer of ['#/a', '#/a/b~1c/1/~0d', '#/a/e%20f', '#', 'other.yaml#/z', '#anchor'])
      assert.deepEqual(clashes(to(pointer)), [], pointer)
    for (const pointer of ['#/b', '#/a/b~1c/2', '#/a/b~1c/1/~0d/1', '#/a/%', '#/'])
      assert.deepEqual(clashes(to(pointer)), [`nothing stands at ${pointer}`], pointer)
    assert.deepEqual(clashes(to('#/b'), {}, to('#/b')), [])
  })

  it('name operations that stand once', () => {
    const api = { openapi: '3.1.0', paths: { '/a': operation('x'), '/b': operation('x') } }
    assert.deepEqual(clashes(api), ['operationId x stands twice'])
    assert.deepEqual(clashes(api, api), [])
    // A link names an operation.
    assert.deepEqual(
      clashes({ openapi: '3.1.0', paths: { '/a': operation('x') }, links: { l: { operationId: 'x' } } }),
      [],
    )
  })

  it('and paths that are others without the names of their parameters', () => {
    const paths = { '/a/{b}': operation('x'), '/a/{c}': operation('y'), '/a/{b}/c': operation('z') }
    assert.deepEqual(clashes({ openapi: '3.1.0', paths }), ['path /a/{} stands twice'])
    assert.deepEqual(clashes({ paths }), [])
  })
})
