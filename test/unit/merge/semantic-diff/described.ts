import { utf8 } from '../../../../src/lib/bytes.ts'
import type { FileDescription, SemanticChange } from '../../../../src/merge/index.ts'
import { describeDiff } from '../../../../src/merge-on-node.ts'

/** What is told of files with these texts; undefined for a file that is not there. */
export function described(
  files: Readonly<Record<string, readonly [before: string | undefined, after: string | undefined]>>,
): Promise<readonly FileDescription[]> {
  const bytes = (text: string | undefined) => (text === undefined ? undefined : utf8(text))
  return describeDiff(
    Object.entries(files).map(([path, [before, after]]) => ({ path, before: bytes(before), after: bytes(after) })),
  )
}

/** Changes in one line each: `renamed function one -> uno (body)`, with `?` for a guess. */
export function wordsOf(changes: readonly SemanticChange[]): readonly string[] {
  return changes.map(({ change, entity, name, from, to, parts, values, isGuess }) => {
    const was = from && ` <- ${[from.path, from.name].filter(Boolean).join(' ')}`
    const goes = to && ` -> ${[to.path, to.name].filter(Boolean).join(' ')}`
    const value = values && `: ${values.before ?? ''} -> ${values.after ?? ''}`
    const which = parts.length > 0 && ` (${parts.join(', ')})`
    return `${change} ${entity} ${name}${was ?? ''}${goes ?? ''}${value ?? ''}${which || ''}${isGuess ? ' ?' : ''}`
  })
}

/** The changes of one file. */
export async function changesOf(path: string, before: string, after: string): Promise<readonly string[]> {
  const [file] = await described({ [path]: [before, after] })
  return wordsOf(file!.changes)
}
