import assert from 'node:assert/strict'
import { cutTokens } from '../../../../src/merge/idl/cut-tokens.ts'
import { graphqlGrammar } from '../../../../src/merge/idl/graphql-grammar.ts'
import { protobufGrammar } from '../../../../src/merge/idl/protobuf-grammar.ts'
import { thriftGrammar } from '../../../../src/merge/idl/thrift-grammar.ts'
import { type OwnGrammarName, ownParser } from '../../../../src/merge/syntax/own-grammars.ts'
import { nodeFlag } from '../../../../src/merge/syntax/syntax-tree.ts'

const errorsIn = (name: OwnGrammarName, text: string): readonly string[] | string => {
  const outcome = ownParser(name).parse(text)
  if (outcome.status !== 'parsed') return outcome.reason
  const { tree } = outcome
  const nodes = Array.from({ length: tree.size }, (_, node) => node)
  return nodes.filter((node) => tree.is(node, nodeFlag.error)).map((node) => tree.textOf(node))
}

describe('the parser of interface languages', () => {
  it('cuts a text into tokens and comments, with nothing but white space between them', () => {
    const { tokens, comments } = cutTokens('\ufeffa.b = -0x1F; // "no"\n/* c */ "it\\"s"', protobufGrammar)
    assert.deepEqual(
      tokens.map(({ is, text }) => [is, text]),
      [
        ['word', 'a.b'],
        ['sign', '='],
        ['number', '-0x1F'],
        ['sign', ';'],
        ['string', '"it\\"s"'],
      ],
    )
    assert.equal(comments.length, 2)
    assert.equal(cutTokens('"""a "quote" \\""" b""" "c"', graphqlGrammar).tokens.length, 2)
    assert.equal(cutTokens("'a\nb' # c", thriftGrammar).tokens.length, 1)
  })

  it('takes a statement that it does not know as an error, and reads what is behind it', () => {
    const known = 'message A {\n  string b = 1;\n}\n'
    assert.deepEqual(errorsIn('protobuf', `${known}mess age;\n${known}`), ['mess age;'])
    assert.deepEqual(errorsIn('protobuf', `message A { string = 1; message B { } }\n${known}`), [
      'message A { string = 1; message B { } }',
    ])
    assert.deepEqual(errorsIn('graphql', 'type A {\n  a Int\n}\n\ntype B {\n  b: Int\n}\n'), ['type A {\n  a Int\n}'])
    assert.deepEqual(errorsIn('thrift', 'struct A { 1: i32 }\nenum B { C }\n'), ['struct A { 1: i32 }'])
  })

  it('takes strings and comments without an end as errors', () => {
    assert.deepEqual(errorsIn('protobuf', 'option a = "b;\n'), ['option a = "b;\n'.trimEnd()])
    assert.deepEqual(errorsIn('protobuf', 'message A {}\n/* b\nmessage C {}\n'), ['/* b\nmessage C {}\n'])
    assert.deepEqual(errorsIn('graphql', '"""\nscalar A\n'), ['"""\nscalar A\n'])
    assert.deepEqual(errorsIn('thrift', 'include "a'), ['include "a'])
  })

  it('does not take keywords for names, nor the next declaration for a part of the one before', () => {
    assert.deepEqual(errorsIn('protobuf', 'message A { message message = 1; string option = 2; }\n'), [])
    assert.deepEqual(
      errorsIn('graphql', 'union A = B | C\nenum D { type input }\ndirective @e on FIELD\nscalar F\n'),
      [],
    )
  })

  it('gives up texts that are nested too deep or too long', () => {
    const nested = (levels: number): string => 'message A {'.repeat(levels) + '}'.repeat(levels)
    assert.deepEqual(errorsIn('protobuf', nested(100)), [])
    assert.equal(errorsIn('protobuf', nested(100_000 / 11)), 'depth')
    assert.equal(errorsIn('graphql', `{${'['.repeat(500_000)}`).length, 1)
    assert.equal(errorsIn('graphql', `input A { a: ${'['.repeat(500_000)}`), 'depth')
    assert.equal(errorsIn('thrift', ' '.repeat(1_000_001)), 'length')
  })

  it('reads texts that are made to be slow in a time that grows as they do', function () {
    this.timeout(20_000)
    for (const text of ['/* ', '"\\', '\\"', "'", '"""', '"""\\', '\\"""', 'a{', '}', '(', '...', 'a:'])
      for (const name of ['protobuf', 'graphql', 'thrift'] as const)
        assert.ok(errorsIn(name, text.repeat(300_000 / text.length)).length > 0, `${name} ${text}`)
  })
})
