import type { CursorExports, LoadedGrammar } from './syntax-runtime.ts'

/**
 * Places in the memory of the runtime, in words: it is the one whose digest grammar-digests.ts holds, so they do not move. A parser has
 * its lexer first, then the address of its stack, and seven words later the one of its grammar. A stack begins with the array of its
 * heads, and a head with the address of a node, which has that of the node below in word 4.
 */
const grammarWord = 296
const stackWord = grammarWord - 7
const headWords = 8
const belowWord = 4

/** A stack that is deeper is given up: what the parser does with it when it meets an error grows with the square of the depth. */
const maxParseStack = 4000

/** So many entries of the stack weigh as much as a step. */
const entriesAStep = 64

/** So much text that is read weighs, and lasts, as much as a step. */
const unitsAStep = 2048

/**
 * How heavy a parse is, alike on every machine: the steps it took, each counted the more the deeper the stack was, and the text that it
 * read. A scanner that looks ahead to the end again and again takes few steps and much time.
 */
export class ParseWeight {
  readonly #exports: CursorExports
  readonly #parser: number
  readonly #limit: number
  #steps = 0
  #units = 0

  constructor(exports: CursorExports, { parser, language }: LoadedGrammar, limit: number) {
    this.#exports = exports
    this.#parser = addressOf(parser) >> 2
    this.#limit = limit
    if (exports.HEAPU32[this.#parser + grammarWord] !== addressOf(language))
      throw new Error('the runtime of the parsers is another one')
  }

  get sum(): number {
    return this.#steps + Math.floor(this.#units / unitsAStep)
  }

  get isTooHeavy(): boolean {
    return this.sum > this.#limit
  }

  addStep(): void {
    const entries = this.#entries()
    this.#steps += entries > maxParseStack ? this.#limit : 1 + Math.floor(entries / entriesAStep)
  }

  addRead(units: number): void {
    this.#units += units
  }

  /** How many entries the stack's heads have below them, each head for itself; as far as it matters. */
  #entries(): number {
    const memory = this.#exports.HEAPU32
    const stack = memory[this.#parser + stackWord]! >> 2
    const heads = memory[stack]! >> 2
    let entries = 0
    for (let head = 0; head < memory[stack + 1]!; head++)
      for (let node = memory[heads + head * headWords]!; node && entries <= maxParseStack; entries++)
        node = memory[(node >> 2) + belowWord]!
    return entries
  }
}

/** The classes of web-tree-sitter keep an address in a field that has no name. */
export function addressOf(handle: object): number {
  return (handle as readonly [number])[0]
}
