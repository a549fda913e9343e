import { escapeLine } from '../provenance/message-escape.ts'

/** The first of some paths in a line, and how many more there are. */
export function pathsText(paths: readonly string[], shown: number): string {
  const more = paths.length > shown ? ` and ${paths.length - shown} more` : ''
  return escapeLine(paths.slice(0, shown).join(', ')) + more
}
