import type { MergeDriver, MergedTrees, MergeInput, MergeOutput, TreesOutput } from '../contracts/merge-driver.ts'
import { mergeTreesNow } from './across/merge-trees-now.ts'
import type { Language } from './languages/language.ts'
import { grammarFor, mergeInStages } from './merge-in-stages.ts'
import type { MergeTextResult } from './merge-result.ts'
import type { MergeTools } from './merge-text.ts'
import { mergeVersion } from './merge-version.ts'
import { Parsers } from './syntax/parsers.ts'

/** Merges that are remembered, and their texts, in UTF-16 units: heads are folded anew whenever something comes. */
const maxRemembered = 64
const maxRememberedUnits = 1 << 23

/** How rooms merge: `mergeText`, with grammars that are loaded when a file in their language diverges. */
export function createMergeDriver(tools: MergeTools): Required<MergeDriver> {
  return new TextMergeDriver(tools)
}

class TextMergeDriver implements MergeDriver {
  readonly version = mergeVersion
  readonly #parsers: Parsers
  readonly #wanted = new Set<Language['grammar']>()
  readonly #crypto: MergeTools['crypto']
  readonly #remembered = new Map<string, MergeOutput>()
  #rememberedUnits = 0
  readonly #rememberedTrees = new Map<string, TreesOutput>()

  constructor({ grammars, crypto }: MergeTools) {
    this.#parsers = new Parsers(grammars, crypto)
    this.#crypto = crypto
  }

  merge(input: MergeInput): MergeOutput {
    const grammar = grammarFor(input)
    const parser = grammar && this.#parsers.loaded(grammar)
    if (grammar && !parser) {
      this.#wanted.add(grammar)
      return { status: 'unready' }
    }
    const key = keyOf(input)
    const known = this.#remembered.get(key)
    if (known) return known
    const output = outputOf(mergeInStages(input, parser))
    this.#remember(key, output)
    return output
  }

  mergeTrees(input: MergedTrees): TreesOutput {
    const { base, left, right, merged, unbound } = input
    const key = JSON.stringify([base.id, left.id, right.id, merged.id, ...unbound])
    const known = this.#rememberedTrees.get(key)
    if (known) return known
    const output = mergeTreesNow(input, { parsers: this.#parsers, crypto: this.#crypto, wanted: this.#wanted })
    if (output.status === 'unready') return output
    this.#rememberedTrees.set(key, output)
    if (this.#rememberedTrees.size > maxRemembered)
      this.#rememberedTrees.delete(this.#rememberedTrees.keys().next().value!)
    return output
  }

  async prepare(): Promise<void> {
    await Promise.all([...this.#wanted].map((grammar) => this.#parsers.parser(grammar)))
  }

  /** The oldest are forgotten first. */
  #remember(key: string, output: MergeOutput): void {
    this.#remembered.set(key, output)
    this.#rememberedUnits += key.length
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= maxRemembered && this.#rememberedUnits <= maxRememberedUnits) break
      this.#remembered.delete(oldest)
      this.#rememberedUnits -= oldest.length
    }
  }
}

/** What a room sees of a merge. */
export function outputOf(merged: MergeTextResult): Exclude<MergeOutput, { readonly status: 'unready' }> {
  if (merged.status === 'clean')
    return { status: 'clean', text: merged.text, certificate: merged.certificate.checks.join(' ') }
  return { status: 'conflict', text: merged.text, conflicts: merged.conflicts.length, unbound: merged.unbound }
}

/** Other texts have another key, whatever characters they hold. */
function keyOf({ path, base, left, right }: MergeInput): string {
  return [path.length, base.length, left.length, path, base, left, right].join('\n')
}
