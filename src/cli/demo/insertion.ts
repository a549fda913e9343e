import type { TextChange } from '../../document/text-diff.ts'
import type { Region, Step } from './step.ts'
import { wordPattern } from './words.ts'

type WordStep = Extract<Step, { kind: 'word' }>

interface Line {
  readonly start: number
  /** Before its line feed. */
  readonly end: number
  readonly text: string
}

/** Where a word goes in a text as it is now; undefined where the text does not have the region. */
export function insertion(text: string, step: Omit<WordStep, 'paths' | 'kind' | 'via'>): TextChange | undefined {
  const lines = linesIn(text, step.region)
  if (!lines) return undefined
  const { word, prefix, isNewLine, at } = step
  const ofWords = lines.inside.filter((line) => wordPattern.test(line.text))
  if (!isNewLine && ofWords.length)
    return { at: ofWords[Math.floor(at * ofWords.length)]!.end, remove: 0, insert: ` ${word}` }
  const starts = [...lines.inside.map(({ start }) => start), lines.end]
  return { at: starts[Math.floor(at * starts.length)]!, remove: 0, insert: `${prefix}${word}\n` }
}

function linesIn(
  text: string,
  { after, before }: Region,
): { readonly inside: readonly Line[]; readonly end: number } | undefined {
  const lines = linesOf(text)
  const first = after === undefined ? 0 : lines.findIndex((line) => line.text === after) + 1
  const last = before === undefined ? lines.length : lines.findIndex((line) => line.text === before)
  if ((after !== undefined && first === 0) || last < first) return undefined
  return { inside: lines.slice(first, last), end: lines[last]?.start ?? text.length }
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = []
  for (let start = 0; start < text.length;) {
    const feed = text.indexOf('\n', start)
    const end = feed < 0 ? text.length : feed
    lines.push({ start, end, text: text.slice(start, end) })
    start = end + 1
  }
  return lines
}
