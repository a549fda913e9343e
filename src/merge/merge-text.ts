import type { Crypto } from '../contracts/crypto.ts'
import type { GrammarSource } from '../contracts/grammar-source.ts'
import { mergeAsData } from './merge-as-data.ts'
import { mergeByLines } from './merge-by-lines.ts'
import { mergeBySyntax } from './merge-by-syntax.ts'
import type { MergeStage, MergeTextInput, MergeTextResult } from './merge-result.ts'
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
  const stages: readonly MergeStage[] = [mergeByLines, mergeAsData, mergeBySyntax(new Parsers(grammars, crypto))]
  return async (input) => {
    let result = mergeByIdentity(input)
    if (result) return result
    for (const stage of stages) {
      input.signal?.throwIfAborted()
      result = (await stage(input, result)) ?? result
    }
    return result!
  }
}

/** Nothing is to be merged where the sides are alike, or one is the base. */
function mergeByIdentity({ base, left, right }: MergeTextInput): MergeTextResult | undefined {
  const text = left === right || right === base ? left : left === base ? right : undefined
  return text === undefined
    ? undefined
    : { status: 'clean', text, conflicts: [], certificate: { version: 1, checks: ['identity'] } }
}
