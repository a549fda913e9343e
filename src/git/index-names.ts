/** The names of an index of version 4, in which each leaves out what it shares with the one before (gitformat-index), made whole. */
export class IndexNames {
  /** One behind the other. */
  bytes: Buffer
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly #file: Buffer
  #count = 0
  #used = 0

  constructor(file: Buffer, count: number) {
    this.#file = file
    this.bytes = Buffer.alloc(file.length * 2)
    this.starts = new Uint32Array(count)
    this.ends = new Uint32Array(count)
  }

  /** Takes the next name, which lies here in the file, and tells where the entry ends. Throws RangeError, as reading beyond the file does. */
  add(at: number): number {
    const file = this.#file
    let cursor = at
    let byte = file[cursor++]!
    let dropped = byte & 0x7f
    while (byte & 0x80) {
      byte = file[cursor++]!
      dropped = (dropped + 1) * 128 + (byte & 0x7f)
    }
    const end = file.indexOf(0, cursor)
    const entry = this.#count++
    const [from, to] = entry ? [this.starts[entry - 1]!, this.ends[entry - 1]!] : [0, 0]
    const kept = to - from - dropped
    if (end < 0 || kept < 0) throw new RangeError('A name of the index is none.')
    const used = this.#used
    const length = kept + end - cursor
    if (used + length > this.bytes.length)
      this.bytes = Buffer.concat([this.bytes, Buffer.alloc(this.bytes.length + length)])
    this.bytes.copy(this.bytes, used, from, from + kept)
    file.copy(this.bytes, used + kept, cursor, end)
    this.starts[entry] = used
    this.ends[entry] = used + length
    this.#used += length
    return end + 1
  }
}
