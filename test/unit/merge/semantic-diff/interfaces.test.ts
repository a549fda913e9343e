import assert from 'node:assert/strict'
import { described } from './described.ts'

/** Each change with what it breaks. */
async function breaksOf(path: string, before: string, after: string): Promise<readonly string[]> {
  const [file] = await described({ [path]: [before, after] })
  return file!.changes.map(({ change, name, breaks = [] }) => [`${change} ${name}`, ...breaks].join('; '))
}

describe('the diff of interfaces', () => {
  it('tells what stored and sent data of Protocol Buffers does not survive', async () => {
    const before = 'message A {\n  string a = 1;\n  int32 b = 2;\n  bool c = 3;\n  bool d = 4;\n}\n'
    const after = 'message A {\n  reserved 4;\n  string title = 1;\n  int64 b = 5;\n  bool e = 6;\n}\n'
    assert.deepEqual(await breaksOf('a.proto', before, after), [
      'changed A',
      'renamed A.title',
      'changed A.b; its number was 2 and is 5; its type was int32 and is int64',
      'removed A.c; its number 3 is not reserved',
      'removed A.d',
      'added A.e',
    ])
  })

  it('tells it of Thrift and of GraphQL', async () => {
    const struct = (fields: string) => `struct S {\n${fields}}\n`
    assert.deepEqual(await breaksOf('a.thrift', struct('  1: i32 a\n'), struct('  1: i64 a\n  2: string b\n')), [
      'changed S.a; its type was i32 and is i64',
      'added S.b',
    ])
    const type = (fields: string) => `type Q {\n${fields}}\n`
    assert.deepEqual(await breaksOf('a.graphql', type('  a: Int\n  b: Int\n'), type('  a: String\n  c: Int\n')), [
      'changed Q.a; its type was Int and is String',
      'removed Q.b; it is gone',
      'added Q.c',
    ])
  })

  it('says nothing of the kind about programs', async () => {
    assert.deepEqual(await breaksOf('a.ts', 'function f(a: A) {}\n', 'function f(b: B) {}\n'), ['changed f'])
  })
})
