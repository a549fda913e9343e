import type { SeededRandom } from '../../src/lib/seeded-random.ts'

/** A text with a few places changed: signs of a language put in or taken out, lines doubled, moved or indented otherwise. */
export function mutated(random: SeededRandom, text: string, signs: readonly string[]): string {
  let result = text
  for (let i = 0; i <= random.below(3); i++) {
    const at = random.below(result.length + 1)
    const action = random.below(4)
    if (action === 0) result = result.slice(0, at) + random.pick(signs) + result.slice(at)
    else if (action === 1) result = result.slice(0, at) + result.slice(at + 1 + random.below(3))
    else if (action === 2) {
      const lines = result.split('\n')
      const line = random.below(lines.length)
      lines.splice(random.below(lines.length), random.below(2), lines[line]!)
      result = lines.join('\n')
    } else {
      const lines = result.split('\n')
      const line = random.below(lines.length)
      lines[line] = random.chance(0.5) ? ` ${lines[line]}` : lines[line]!.replace(/^ /, '')
      result = lines.join('\n')
    }
  }
  return result
}
