import type { SimRandom } from '../sim-random.ts'

/** The lines of a text; a last line without a break gets one, or two words would grow into one. */
function linesOf(text: string): string[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => (line.endsWith('\n') ? line : `${line}\n`))
}

/** A text as somebody might leave it after an edit: words typed into lines, lines added, replaced, taken away, repeated. */
export function randomEdit(text: string, random: SimRandom, fresh: () => string): string {
  const lines = linesOf(text)
  const at = random.below(lines.length + 1)
  const kind = random.below(12)
  if (lines.length > 30 && kind < 6) lines.splice(random.below(lines.length), 3)
  else if (kind < 4 && lines.length) insertWord(lines, random, fresh)
  else if (kind < 7) lines.splice(at, 0, random.chance(0.5) ? `${fresh()} ${fresh()}\n` : `${fresh()}\n`)
  else if (kind < 8 && lines.length) lines.splice(random.below(lines.length), 1)
  else if (kind < 9 && lines.length) lines[random.below(lines.length)] = `${fresh()} ${fresh()}\n`
  // Lines that stand in several places are where a diff has a choice.
  else if (kind < 10) lines.splice(at, 0, `same${random.below(3)}\n`)
  else if (kind < 11) lines.unshift(`import${random.below(2)}\n`)
  else scatter(lines, random, fresh)
  return lines.join('')
}

function insertWord(lines: string[], random: SimRandom, fresh: () => string): void {
  const at = random.below(lines.length)
  const words = lines[at]!.trimEnd().split(' ')
  words.splice(random.below(words.length + 1), 0, fresh())
  lines[at] = `${words.filter(Boolean).join(' ')}\n`
}

function scatter(lines: string[], random: SimRandom, fresh: () => string): void {
  for (let i = 0; i < 3; i++) {
    if (random.chance(1 / 3) && lines.length) lines.splice(random.below(lines.length), 1)
    else lines.splice(random.below(lines.length + 1), 0, `${fresh()}\n`)
  }
}
