import { mergeAsData } from './merge-as-data.ts'
import { mergeByLines } from './merge-by-lines.ts'
import type { MergeStage, MergeTextInput, MergeTextResult } from './merge-result.ts'

const stages: readonly MergeStage[] = [mergeByLines, mergeAsData]

/**
 * Merges three texts of one file. A clean result has a certificate that names the checks it passed; on a conflict the text has Git's
 * markers, and `conflicts` says the same as data. An abort rejects with the reason of the signal.
 */
export async function mergeText(input: MergeTextInput): Promise<MergeTextResult> {
  let result = mergeByIdentity(input)
  if (result) return result
  for (const stage of stages) {
    input.signal?.throwIfAborted()
    result = (await stage(input, result)) ?? result
  }
  return result!
}

/** Nothing is to be merged where the sides are alike, or one is the base. */
function mergeByIdentity({ base, left, right }: MergeTextInput): MergeTextResult | undefined {
  const text = left === right || right === base ? left : left === base ? right : undefined
  return text === undefined
    ? undefined
    : { status: 'clean', text, conflicts: [], certificate: { version: 1, checks: ['identity'] } }
}
