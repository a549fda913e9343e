/** A part of a text, and what takes its place. */
export interface TextEdit {
  readonly from: number
  readonly end: number
  readonly text: string
}

/** A text with its edits, or undefined where they overlap. Edits that say the same are one. */
export function editedText(text: string, edits: readonly TextEdit[]): string | undefined {
  const sorted = [...new Map(edits.map((edit) => [`${edit.from} ${edit.end} ${edit.text}`, edit])).values()].sort(
    (a, b) => a.from - b.from || a.end - b.end,
  )
  const parts: string[] = []
  let at = 0
  for (const edit of sorted) {
    if (edit.from < at) return undefined
    parts.push(text.slice(at, edit.from), edit.text)
    at = edit.end
  }
  return parts.join('') + text.slice(at)
}
