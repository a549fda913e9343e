import type { ExtractionTexts } from './find-extractions.ts'
import type { Routine, RoutineText } from './routine.ts'

/** The part of a function that has to have gone from another one, in its tokens. */
const leastPart = 0.6
/** Fewer tokens are gone by chance. */
const tellingTokens = 12

/** The functions of the one text that seem to hold the statements of a function that the other text calls in them. */
export function guessCallers({ whole, caller, home }: ExtractionTexts, routine: Routine): readonly Routine[] {
  const body = home.words(routine.body)
  return [...whole.routines.values()].flatMap((old) => {
    const now = old && caller.routines.get(old.path)
    if (!now || !caller.source.textOf(now.node).includes(routine.name)) return []
    if (!caller.words(now.node).includes(routine.name)) return []
    const gone = counted(whole, old, 1)
    for (const [word, count] of counted(caller, now, -1)) gone.set(word, (gone.get(word) ?? 0) + count)
    const common = body.filter((word) => {
      const count = gone.get(word) ?? 0
      gone.set(word, count - 1)
      return count > 0
    }).length
    return common >= Math.max(tellingTokens, body.length * leastPart) ? [old] : []
  })
}

/** Does another text say something else in a function? */
export function isChanged(old: RoutineText, other: RoutineText, routine: Routine): boolean {
  const now = other.routines.get(routine.path)
  return now !== undefined && old.words(routine.node).join('\0') !== other.words(now.node).join('\0')
}

function counted(text: RoutineText, { node }: Routine, by: number): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of text.words(node)) counts.set(word, (counts.get(word) ?? 0) + by)
  return counts
}
