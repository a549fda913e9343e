import { findExtraction } from '../extraction/find-extractions.ts'
import { guessCallers } from '../extraction/guess-callers.ts'
import { RoutineText, type Routine } from '../extraction/routine.ts'
import type { Source } from '../structure/source.ts'
import type { Entity } from './entity.ts'

/** The texts of a file before and after; one that has no declarations is not told. */
export interface FileTexts {
  readonly path: string
  readonly before: Source | undefined
  readonly after: Source | undefined
}

/** A function whose statements stand in others on the other side of a diff. */
export interface ExtractedEntity {
  readonly entity: Entity
  /** Where they stand: the file, and the functions, one behind the other. */
  readonly path: string
  readonly name: string
  readonly isGuess: boolean
}

/** Of the functions that only one side has those whose statements the other side has in functions that call them here. `side`: the one that has them. */
export function extractedEntities(
  entities: readonly Entity[],
  files: readonly FileTexts[],
  side: 'before' | 'after',
): readonly ExtractedEntity[] {
  const other = side === 'after' ? 'before' : 'after'
  const functions = entities.filter(
    ({ source, kind }) => source.rules.extraction && ['function', 'method', 'variable'].includes(kind),
  )
  if (functions.length === 0) return []
  const callers = callersOf(new Set(functions.map(({ name }) => simpleName(name))), files, side)
  return functions.flatMap((entity) => {
    const home = RoutineText.of(entity.source)
    const routine = routineOf(home, entity)
    for (const file of (routine && callers.get(routine.name)) ?? []) {
      const [caller, whole] = [RoutineText.of(file[side]!), RoutineText.of(file[other]!)]
      if (caller.source.tree.grammar !== home.source.tree.grammar) continue
      const found = findExtraction({ whole, caller, home }, routine!)
      const guessed = found ? [found.caller] : guessCallers({ whole, caller, home }, routine!)
      if (guessed.length === 0) continue
      const name = guessed.map(({ path }) => path.replaceAll('\n', '.')).join(', ')
      return [{ entity, path: file.path, name, isGuess: !found }]
    }
    return []
  })
}

/** By name of a function: the files that name it on the one side only. */
function callersOf(
  names: ReadonlySet<string>,
  files: readonly FileTexts[],
  side: 'before' | 'after',
): ReadonlyMap<string, readonly FileTexts[]> {
  const callers = new Map<string, FileTexts[]>()
  for (const file of files) {
    const [here, there] = side === 'after' ? [file.after, file.before] : [file.before, file.after]
    if (!here || !there) continue
    for (const word of new Set(here.text.match(/[\p{L}\p{N}_$]+/gu)))
      if (names.has(word) && !RoutineText.of(there).mentions(word))
        callers.set(word, [...(callers.get(word) ?? []), file])
  }
  return callers
}

function routineOf(text: RoutineText, { name, start, end }: Entity): Routine | undefined {
  const { tree } = text.source
  return [...text.routines.values()].find(
    (each) => each?.name === simpleName(name) && tree.start[each.node]! >= start && tree.end[each.node]! <= end,
  )
}

/** Overloads have the types of their parameters in the name. */
function simpleName(name: string): string {
  return /^[\p{L}\p{N}_$]+/u.exec(name)?.[0] ?? name
}
