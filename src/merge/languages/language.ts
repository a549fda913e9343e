import type { MergeRules } from './merge-rules.ts'
import type { GrammarName } from '../syntax/compiled-wasm.ts'
import type { OwnGrammarName } from '../syntax/own-grammars.ts'

/** What merging knows of a language. One file each; another language is another file, a grammar and cases. */
export interface Language {
  readonly name: string
  readonly grammar: GrammarName | OwnGrammarName
  /** Endings of file names without the dot, in lower case. */
  readonly extensions: readonly string[]
  /** Names of files that have no such ending, as they are written. */
  readonly names: readonly string[]
  /** Programs of a first line `#!`, without folder and version. */
  readonly interpreters: readonly string[]
  /** Of files that end like another language's, those that hold this are of this one. */
  readonly takes?: { readonly extension: string; readonly holding: RegExp }
  /** Kinds that mean nothing to the program: comments. */
  readonly trivia: readonly string[]
  /** Kinds in which white space between the nodes means something. */
  readonly verbatim: readonly string[]
  /** What a merge by syntax trees has to know; without it the language is merged by lines. */
  readonly merge?: MergeRules
}
