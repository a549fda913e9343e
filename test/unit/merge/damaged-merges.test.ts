import assert from 'node:assert/strict'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { grammarFiles } from '../../../src/node/grammar-files.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { ownMergeCases } from '../../../bench/merge-case-files.ts'
import { checkMerge } from '../../../src/merge/checks/check-merge.ts'
import type { MergeCheck } from '../../../src/merge/merge-result.ts'
import { languageOf } from '../../../src/merge/languages/language-of.ts'
import { Identities } from '../../../src/merge/structure/identities.ts'
import { Source } from '../../../src/merge/structure/source.ts'
import { Parsers } from '../../../src/merge/syntax/parsers.ts'
import { mergeText } from '../../../src/merge-on-node.ts'

/** Of so many clean results, and this share of them has to lose its certificate. */
const damagedResults = 1000
const leastFound = 0.97

/** `base`: what the sides were made from. */
type Damage = (text: string, random: SeededRandom, base: string) => string

const dropLine: Damage = (text, random) => {
  const lines = text.split('\n')
  const full = lines.flatMap((line, at) => (/[\p{L}\p{N}]/u.test(line) ? [at] : []))
  lines.splice(full[random.below(full.length)]!, 1)
  return lines.join('\n')
}

const doubleLine: Damage = (text, random) => {
  const lines = text.split('\n')
  const full = lines.flatMap((line, at) => (/[\p{L}\p{N}]/u.test(line) ? [at] : []))
  const at = full[random.below(full.length)]!
  lines.splice(at, 0, lines[at]!)
  return lines.join('\n')
}

const renameWord: Damage = (text, random) => {
  const words = [...text.matchAll(/[A-Za-z_]{2,}/g)]
  const word = words[random.below(words.length)]!
  return `${text.slice(0, word.index)}${word[0]}X${text.slice(word.index + word[0].length)}`
}

/** What is the first of several is mostly a declaration. */
const renameFirst: Damage = (text, random) => {
  const words = [...new Set(text.match(/\b[A-Za-z_]{2,}\b/g))].filter((word) => text.split(word).length > 2)
  if (words.length === 0) return renameWord(text, random, '')
  const word = random.pick(words)
  return text.replace(word, `${word}X`)
}

/** A line of the base that is gone stands at its old place again; where none is gone a line is doubled. */
const undoDeletion: Damage = (text, random, base) => {
  const lines = text.split('\n')
  const gone = base.split('\n').flatMap((line, at) => (/[\p{L}\p{N}]/u.test(line) && !lines.includes(line) ? [at] : []))
  if (gone.length === 0) return doubleLine(text, random, base)
  const at = random.pick(gone)
  lines.splice(Math.min(at, lines.length), 0, base.split('\n')[at]!)
  return lines.join('\n')
}

/** A block of lines between empty ones is doubled: a declaration with all that is in it. */
const doubleBlock: Damage = (text, random) => {
  const blocks = text.split('\n\n')
  const full = blocks.flatMap((block, at) => (/[\p{L}\p{N}]/u.test(block) ? [at] : []))
  const at = random.pick(full)
  blocks.splice(at, 0, blocks[at]!)
  return blocks.join('\n\n')
}

const damages = [dropLine, doubleLine, doubleBlock, renameWord, renameFirst, undoDeletion]

describe('clean merges that are damaged on purpose', () => {
  it('lose their certificate', async function () {
    this.timeout(60_000)
    const random = new SeededRandom(7)
    const parsers = new Parsers(grammarFiles, nodeCrypto)
    const checks: { base: string; text: string; check: (text: string) => number }[] = []
    for (const { path, base, left, right, expectsConflict } of ownMergeCases()) {
      const language = languageOf(path)
      if (expectsConflict || !language?.merge) continue
      const parser = await parsers.parser(language.grammar)
      const identities = new Identities()
      const read = (text: string): Source => {
        const outcome = parser.parse(text)
        assert.equal(outcome.status, 'parsed')
        return new Source(outcome.tree, language, language.merge!, identities)
      }
      const sources = { base: read(base), left: read(left), right: read(right) }
      const merged = await mergeText({ path, base, left, right })
      // What was moved with the statements that it is in, or has the higher of two versions, was checked against other texts than these.
      const isOfOthers = (check: MergeCheck): boolean => check === 'extractions' || check === 'versions'
      if (merged.status === 'clean' && merged.certificate.checks.some(isOfOthers)) continue
      const { text } = merged
      const check = (merged: string): number => checkMerge(sources, read(merged)).length
      assert.equal(check(text), 0, path)
      checks.push({ base, text, check })
    }
    let found = 0
    for (let i = 0; i < damagedResults; i++) {
      const { base, text, check } = checks[i % checks.length]!
      const damage = random.pick(damages)
      if (check(damage(text, random, base)) > 0) found++
    }
    assert.ok(found >= leastFound * damagedResults, `${found} of ${damagedResults}`)
  })
})
