import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { mergeTrees, treeOf } from '../../../../src/merge-on-node.ts'
import type { FileTree } from '../../../../src/merge/trees/file-tree.ts'
import { acrossLanguages } from './across-language.ts'
import { acrossSituations, type Files } from './across-situations.ts'

async function textsOf(tree: FileTree): Promise<Files> {
  const texts: Record<string, string> = {}
  for (const [path, file] of tree) texts[path] = new TextDecoder().decode(await file.read())
  return texts
}

class Score {
  #all = 0
  #right = 0

  count(isRight: boolean): boolean {
    this.#all++
    if (isRight) this.#right++
    return isRight
  }

  get text(): string {
    return `${this.#right} of ${this.#all} (${Math.round((100 * this.#right) / this.#all)} %)`
  }
}

describe('merges whose files do not fit together', () => {
  it('are found, and repaired where that is certain, in either order of the sides', async function () {
    this.timeout(120_000)
    const missed: string[] = []
    const [bad, good, fixed] = [new Score(), new Score(), new Score()]
    for (const language of acrossLanguages)
      for (const { situation, base, left, right, wanted, expected } of acrossSituations(language))
        for (const [one, two] of [
          [left, right],
          [right, left],
        ] as const) {
          const merged = await mergeTrees({ base: treeOf(base), left: treeOf(one), right: treeOf(two) })
          const isFound = merged.status === 'conflict' || merged.repaired.length > 0
          const isRight =
            merged.status === 'clean' && (!expected || isDeepStrictEqual(await textsOf(merged.files), expected))
          const isMissed = wanted === 'fine' ? !good.count(isRight && !isFound) : !bad.count(isFound)
          const isOpen = wanted === 'repaired' && !fixed.count(isRight && isFound)
          if (isMissed || isOpen) missed.push(`${language.language}: ${situation}`)
        }
    console.log(`      found ${bad.text}, repaired ${fixed.text}, let alone ${good.text}`)
    assert.deepEqual(missed, [])
  })
})
