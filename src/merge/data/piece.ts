/** Why an entry, element or comment is left to people. */
export type DataReason =
  /** Both sides changed a value, each to another. */
  | 'both-changed'
  /** Both added the key, or at one place of an ordered list, each something else. */
  | 'both-added'
  /** Both took away the same and put something else there. */
  | 'both-replaced'
  | 'left-deleted'
  | 'right-deleted'
  /** Both changed a comment, each to another. */
  | 'comment'
  /** Both moved, or the result would hold an element twice that is there once. */
  | 'order'

/** Part of a result: a text, or one for each side where only people know. Without a reason it only fits its neighbours. */
export type Piece = string | Alternatives

export interface Alternatives {
  readonly base: string
  readonly left: string
  readonly right: string
  readonly reason?: DataReason
  /** Keys and places in lists from the root on. */
  readonly path?: readonly string[]
}

export interface DataConflict {
  readonly reason: DataReason
  readonly path: readonly string[]
  readonly base: string
  readonly left: string
  readonly right: string
  /** The line of the left text at which it begins. */
  readonly leftLine: number
}

/** The result with all conflicts as one text has them. They are equal but for the conflicts. */
export interface ThreeTexts {
  readonly base: string
  readonly left: string
  readonly right: string
  readonly conflicts: readonly DataConflict[]
}

export function textsOf(pieces: readonly Piece[]): ThreeTexts {
  if (pieces.every((piece) => typeof piece === 'string')) {
    const text = pieces.join('')
    return { base: text, left: text, right: text, conflicts: [] }
  }
  const [base, left, right]: [string[], string[], string[]] = [[], [], []]
  const conflicts: DataConflict[] = []
  let leftLine = 0
  for (const piece of pieces) {
    const texts = typeof piece === 'string' ? { base: piece, left: piece, right: piece } : piece
    if (typeof piece !== 'string' && piece.reason)
      conflicts.push({ ...texts, reason: piece.reason, path: piece.path ?? [], leftLine })
    base.push(texts.base)
    left.push(texts.left)
    right.push(texts.right)
    for (let at = texts.left.indexOf('\n'); at >= 0; at = texts.left.indexOf('\n', at + 1)) leftLine++
  }
  return { base: base.join(''), left: left.join(''), right: right.join(''), conflicts }
}

/** A piece that is a plain text if all three are equal. */
export function fitted(base: string, left: string, right: string): Piece {
  return left === right && left === base ? left : { base, left, right }
}

/** What a three-way choice takes where at most one side changed; undefined where both did. */
export function choose<T>(base: T | undefined, left: T, right: T): T | undefined {
  if (left === right || right === base) return left
  return left === base ? right : undefined
}
