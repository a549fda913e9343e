const maxCollisions = 5

export interface CollisionsOptions {
  /** Is what lies at this path held back from the room? */
  readonly isHeld: (path: string) => boolean
  readonly onProblem: (message: string) => void
}

/** Paths at which something else lay than what was to be replaced: something newer, most often. */
export class Collisions {
  readonly #options: CollisionsOptions
  /** How often in a row. */
  readonly #counts = new Map<string, number>()

  constructor(options: CollisionsOptions) {
    this.#options = options
  }

  /** The path could be written, or needs no writing. */
  over(path: string): void {
    this.#counts.delete(path)
  }

  /** True where what lies there has to be read. What is in the way again and again waits for its next change, and is told. */
  again(path: string): boolean {
    const { isHeld, onProblem } = this.#options
    const count = (this.#counts.get(path) ?? 0) + 1
    this.#counts.set(path, count)
    if (isHeld(path)) {
      if (count === 1)
        onProblem(`${path} is not shared from here, and the room has another file there: \`ai-vcs add\` keeps both`)
      return false
    }
    if (count < maxCollisions) return true
    this.#counts.delete(path)
    onProblem(`${path} cannot be written: something else lies there`)
    return false
  }
}
