import type { Grammar } from '../syntax/grammar.ts'
import type { HashRules } from '../syntax/hash-tree.ts'
import type { Language } from './language.ts'

/** What the meaning of a language's trees leaves out and takes as written. */
export function hashRules(language: Language, grammar: Grammar): HashRules {
  const kinds = (names: readonly string[]): ReadonlySet<number> =>
    new Set(names.map((name) => grammar.kind(name)).filter((kind) => kind !== undefined))
  return { trivia: kinds(language.trivia), verbatim: kinds(language.verbatim) }
}
