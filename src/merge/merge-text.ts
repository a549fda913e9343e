import type { Crypto } from '../contracts/crypto.ts'
import type { GrammarSource } from '../contracts/grammar-source.ts'
import { grammarFor, mergeInStages } from './merge-in-stages.ts'
import type { MergeTextInput, MergeTextResult } from './merge-result.ts'
import { Parsers } from './syntax/parsers.ts'

/** What a merge needs from outside. */
export interface MergeTools {
  readonly grammars: GrammarSource
  readonly crypto: Crypto
}

/**
 * Merges three texts of one file. A clean result has a certificate that names the checks it passed; on a conflict the text has Git's
 * markers, and `conflicts` says the same as data. An abort rejects with the reason of the signal.
 */
export type MergeText = (input: MergeTextInput) => Promise<MergeTextResult>

/** The grammar of a language is loaded when the first file in it is merged. */
export function createMergeText({ grammars, crypto }: MergeTools): MergeText {
  const parsers = new Parsers(grammars, crypto)
  return async (input) => {
    input.signal?.throwIfAborted()
    const grammar = grammarFor(input)
    return mergeInStages(input, grammar && (await parsers.parser(grammar, input.signal)))
  }
}
