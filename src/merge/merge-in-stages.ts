import type { Language } from './languages/language.ts'
import { languageOf } from './languages/language-of.ts'
import { mergeAsData } from './merge-as-data.ts'
import { mergeByLines } from './merge-by-lines.ts'
import { mergeBySyntax } from './merge-by-syntax.ts'
import type { MergeStage, MergeTextInput, MergeTextResult } from './merge-result.ts'
import { mergeVersion } from './merge-version.ts'
import type { TextParser } from './syntax/text-parser.ts'

const stages: readonly MergeStage[] = [mergeByLines, mergeAsData, mergeBySyntax]

/** The grammar whose parser a merge needs, or undefined where it needs none. */
export function grammarFor(
  input: Pick<MergeTextInput, 'path' | 'base' | 'left' | 'right'>,
): Language['grammar'] | undefined {
  if (unmerged(input) !== undefined) return undefined
  const language = languageOf(input.path, input.base)
  return language?.merge && language.grammar
}

/** Merges three texts: the same result for the same texts, whatever was merged before. `parser` is that of `grammarFor`. */
export function mergeInStages(input: MergeTextInput, parser: TextParser | undefined): MergeTextResult {
  const text = unmerged(input)
  if (text !== undefined) {
    const certificate = { version: mergeVersion, checks: ['identity'] } as const
    return { status: 'clean', text, conflicts: [], certificate }
  }
  let result: MergeTextResult | undefined
  for (const stage of stages) {
    input.signal?.throwIfAborted()
    result = stage(input, result, parser) ?? result
  }
  return result!
}

/** Nothing is to be merged where the sides are alike, or one is the base. */
function unmerged({ base, left, right }: Pick<MergeTextInput, 'base' | 'left' | 'right'>): string | undefined {
  return left === right || right === base ? left : left === base ? right : undefined
}
