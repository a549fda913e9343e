/** A text of a diff, and which of its lines are changed. */
export interface MarkedLines {
  readonly lines: Uint32Array
  readonly isChanged: Uint8Array
}

/**
 * A changed stretch whose first line equals the line after it may as well lie one line further down, and so on. Moves each to where it
 * faces a change of the other text, the lowest such place, or down as far as it goes; stretches that meet become one. Both texts keep
 * the same unchanged lines, seen as a sequence.
 */
export function slideChanges(text: MarkedLines, other: MarkedLines): void {
  const stretch = new Stretch(text)
  const facing = new Stretch(other)
  do {
    if (!stretch.isEmpty) slide(stretch, facing)
  } while (stretch.next() && facing.next())
}

function slide(stretch: Stretch, facing: Stretch): void {
  let length: number
  let faced: number
  let highest: number
  do {
    length = stretch.end - stretch.start
    while (stretch.slideUp()) facing.previous()
    highest = stretch.end
    faced = facing.isEmpty ? -1 : stretch.end
    while (stretch.slideDown()) {
      facing.next()
      if (!facing.isEmpty) faced = stretch.end
    }
    // A stretch that has met another one may slide further than before.
  } while (length !== stretch.end - stretch.start)
  if (stretch.end === highest || faced < 0) return
  while (facing.isEmpty && stretch.slideUp()) facing.previous()
}

/** The changed lines between two unchanged ones, or none: the place between them. */
class Stretch {
  start = 0
  end = 0
  readonly #lines: Uint32Array
  readonly #isChanged: Uint8Array

  constructor({ lines, isChanged }: MarkedLines) {
    this.#lines = lines
    this.#isChanged = isChanged
    this.#extendDown()
  }

  get isEmpty(): boolean {
    return this.start === this.end
  }

  /** Goes on to the one below; false at the end of the text. */
  next(): boolean {
    if (this.end === this.#lines.length) return false
    this.start = ++this.end
    this.#extendDown()
    return true
  }

  /** Goes back to the one above, which there must be. */
  previous(): void {
    this.end = --this.start
    this.#extendUp()
  }

  /** Moves the change up by one line, and joins what it meets. */
  slideUp(): boolean {
    if (this.start === 0 || this.#lines[this.start - 1] !== this.#lines[this.end - 1]) return false
    this.#isChanged[--this.start] = 1
    this.#isChanged[--this.end] = 0
    this.#extendUp()
    return true
  }

  slideDown(): boolean {
    if (this.end === this.#lines.length || this.#lines[this.start] !== this.#lines[this.end]) return false
    this.#isChanged[this.start++] = 0
    this.#isChanged[this.end++] = 1
    this.#extendDown()
    return true
  }

  #extendDown(): void {
    while (this.#isChanged[this.end]) this.end++
  }

  #extendUp(): void {
    while (this.start > 0 && this.#isChanged[this.start - 1]) this.start--
  }
}
