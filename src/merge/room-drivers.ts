import { AnvcsError } from '../contracts/errors.ts'
import type { GrammarSource } from '../contracts/grammar-source.ts'
import type { MergeDriver } from '../contracts/merge-driver.ts'
import { lineMerge } from './line-merge.ts'
import { createMergeDriver } from './merge-driver.ts'
import type { MergeTools } from './merge-text.ts'

/** One driver for each merge version of rooms, the newest first. */
export function roomDrivers(tools: MergeTools): readonly [Required<MergeDriver>, ...MergeDriver[]] {
  return [createMergeDriver(tools), lineMerge]
}

/** For rooms without code: what needs a grammar is not merged. */
export const noGrammars: GrammarSource = {
  async wasm(name) {
    throw new AnvcsError('GRAMMAR_UNAVAILABLE', {
      message: `A merge needs the grammar ${name}, and this program was given none.`,
      hint: 'Open the room with `grammars`.',
    })
  },
}
