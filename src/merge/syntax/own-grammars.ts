import { graphqlGrammar } from '../idl/graphql-grammar.ts'
import { IdlParser } from '../idl/idl-parser.ts'
import { protobufGrammar } from '../idl/protobuf-grammar.ts'
import { thriftGrammar } from '../idl/thrift-grammar.ts'
import { MarkdownParser } from '../markdown/markdown-parser.ts'
import type { TextParser } from './text-parser.ts'

const grammars = {
  graphql: () => new IdlParser(graphqlGrammar),
  markdown: () => new MarkdownParser(),
  protobuf: () => new IdlParser(protobufGrammar),
  thrift: () => new IdlParser(thriftGrammar),
}

/** The name of a grammar that is written here, for want of one as wasm. */
export type OwnGrammarName = keyof typeof grammars

export function isOwnGrammar(name: string): name is OwnGrammarName {
  return Object.hasOwn(grammars, name)
}

export function ownParser(name: OwnGrammarName): TextParser {
  return grammars[name]()
}
