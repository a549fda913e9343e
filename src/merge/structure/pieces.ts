import { mergeByLines } from '../merge-by-lines.ts'
import type { ConflictSide, LineRange, MergeConflict, MergeTextInput } from '../merge-result.ts'

/** A place that could not be merged: the whole lines of the three texts there. */
export interface ConflictPiece {
  readonly base: ConflictSide
  readonly left: ConflictSide
  readonly right: ConflictSide
  /** The name of what the conflict is in, where it has one. */
  readonly entity?: string
}

/** A part of a merged text. */
export type Piece = string | ConflictPiece

/** How conflicts are to be written. */
export type ConflictForm = Pick<MergeTextInput, 'path' | 'style' | 'labels' | 'markerSize'>

export interface LaidText {
  readonly text: string
  readonly conflicts: readonly MergeConflict[]
}

/** Lays pieces into one text; undefined where a conflict would not stand on lines of its own. */
export function layPieces(pieces: readonly Piece[], form: ConflictForm): LaidText | undefined {
  const layout = new Layout(form)
  for (const piece of pieces)
    if (piece !== '' && !(typeof piece === 'string' ? layout.add(piece) : layout.addConflict(piece))) return undefined
  return { text: layout.text, conflicts: layout.conflicts }
}

class Layout {
  readonly conflicts: MergeConflict[] = []
  text = ''
  readonly #form: ConflictForm
  #isAfterConflict = false

  constructor(form: ConflictForm) {
    this.#form = form
  }

  add(piece: string): boolean {
    // The lines of a conflict hold their break already.
    const begin = this.#isAfterConflict ? /^[ \t]*\r?\n/.exec(piece)?.[0] : ''
    if (begin === undefined) return false
    this.text += piece.slice(begin.length)
    this.#isAfterConflict = false
    return true
  }

  addConflict(piece: ConflictPiece): boolean {
    if (!this.#isAfterConflict) this.text = this.text.replace(/[ \t]+$/, '')
    if (this.text !== '' && !this.text.endsWith('\n')) return false
    const { base, left, right, entity } = piece
    const merged = mergeByLines({ ...this.#form, base: base.text, left: left.text, right: right.text })
    const at = countLines(this.text)
    for (const conflict of merged.conflicts)
      this.conflicts.push({
        ...conflict,
        lines: moved(conflict.lines, at),
        base: { ...conflict.base, lines: moved(conflict.base.lines, base.lines.from) },
        left: { ...conflict.left, lines: moved(conflict.left.lines, left.lines.from) },
        right: { ...conflict.right, lines: moved(conflict.right.lines, right.lines.from) },
        ...(entity !== undefined && { entity }),
      })
    this.text += merged.text
    this.#isAfterConflict = true
    return true
  }
}

function moved({ from, end }: LineRange, by: number): LineRange {
  return { from: from + by, end: end + by }
}

function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
