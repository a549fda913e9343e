import { closeSync, fstatSync, readSync, type BigIntStats } from 'node:fs'
import type { DisplacedWrite } from '../contracts/work-tree.ts'

/** So long after its last change a file that is gone is looked after. */
const holdMs = 1000
const lookMs = 100
/** Open files at most: when many are replaced at once, the first are let go sooner. */
const maxHeld = 64

/** So many bytes at the end of a content tell whether it goes on in another. */
const endBytes = 32

interface Held {
  readonly descriptor: number
  /** `before` is what was told last. */
  write: Omit<DisplacedWrite, 'after'>
  /** What was told, or was there when it was replaced. */
  told: BigIntStats
  /** At the last look. */
  seen: BigIntStats
  endMs: number
}

/**
 * Files that were replaced or deleted by us, held open for a while: who had opened one before to write into it (an editor that
 * saves in place, a program that appends) writes into nothing without knowing. What comes is told once it rests.
 */
export class DisplacedFiles {
  readonly #onWrite: (write: DisplacedWrite) => void
  #held: Held[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(onWrite: (write: DisplacedWrite) => void) {
    this.#onWrite = onWrite
  }

  /** Takes over an open file that has been displaced; `stat` is how it was when `write.before` was read. */
  hold(descriptor: number, stat: BigIntStats, write: Omit<DisplacedWrite, 'after'>): void {
    this.#held.push({ descriptor, write, told: stat, seen: stat, endMs: Date.now() + holdMs })
    while (this.#held.length > maxHeld) this.#end(this.#held.shift()!)
    this.#timer ??= setInterval(() => this.#look(), lookMs).unref()
  }

  /** Tells what has been written until now, and lets all go. */
  close(): void {
    for (const held of this.#held.splice(0)) this.#end(held)
    this.#look()
  }

  #look(): void {
    const now = Date.now()
    for (const held of this.#held) {
      const stat = fstatSync(held.descriptor, { bigint: true })
      const isResting = isSameContent(stat, held.seen)
      held.seen = stat
      if (isSameContent(stat, held.told)) continue
      if (!isResting) held.endMs = now + holdMs
      else if (!isPart(held)) this.#tell(held, stat)
    }
    const [over, going] = [
      this.#held.filter(({ endMs }) => endMs <= now),
      this.#held.filter(({ endMs }) => endMs > now),
    ]
    this.#held = going
    for (const held of over) this.#end(held)
    if (this.#held.length) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #end(held: Held): void {
    const stat = fstatSync(held.descriptor, { bigint: true })
    held.seen = stat
    if (!isSameContent(stat, held.told) && !isPart(held)) this.#tell(held, stat)
    closeSync(held.descriptor)
  }

  #tell(held: Held, stat: BigIntStats): void {
    const after = contentOf(held.descriptor, Number(stat.size))
    this.#onWrite({ ...held.write, after })
    held.told = stat
    held.write = { ...held.write, before: after }
  }
}

/**
 * Does it hold what it held but for the end? Then it is being written, or who wrote it has been ended meanwhile. Whoever has only shortened it in
 * this moment has to do so again: that is better than to take what was not written for deleted.
 */
function isPart({ descriptor, seen, write: { before } }: Held): boolean {
  if (seen.size >= before.length) return false
  const end = contentOf(descriptor, Number(seen.size)).subarray(-endBytes)
  return Buffer.from(before).includes(Buffer.from(end))
}

function isSameContent(left: BigIntStats, right: BigIntStats): boolean {
  return left.size === right.size && left.mtimeNs === right.mtimeNs
}

function contentOf(descriptor: number, size: number): Uint8Array {
  const content = new Uint8Array(size)
  let length = 0
  while (length < size) {
    const read = readSync(descriptor, content, length, size - length, length)
    if (!read) break
    length += read
  }
  return content.subarray(0, length)
}
