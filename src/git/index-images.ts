import { readFileSync, statSync } from 'node:fs'
import type { ObjectFormat } from '../contracts/object-store.ts'
import { IndexImage } from './index-image.ts'

/** Indexes as they were read last: a command looks at one several times, and it may hold a hundred thousand entries. */
export class IndexImages {
  readonly #idLength: number
  #last: { readonly stamp: string; readonly image: IndexImage | undefined } | undefined

  constructor(format: ObjectFormat) {
    this.#idLength = format === 'sha1' ? 20 : 32
  }

  /** The index as it is; undefined where git has to read it. */
  read(file: string): IndexImage | undefined {
    const info = statSync(file, { bigint: true, throwIfNoEntry: false })
    if (!info) return IndexImage.empty(this.#idLength)
    // Whoever changes an index puts another file into its place. A second name, by which we keep the old one, changes only its ctime.
    const stamp = [file, info.ino, info.size, info.mtimeNs].join(' ')
    if (this.#last?.stamp !== stamp) {
      const writtenSeconds = Number(BigInt.asUintN(32, info.mtimeNs / 1_000_000_000n))
      this.#last = { stamp, image: IndexImage.parse(readFileSync(file), this.#idLength, writtenSeconds) }
    }
    return this.#last.image
  }

  /** The same to be changed: it is forgotten here. */
  take(file: string): IndexImage | undefined {
    const image = this.read(file)
    this.#last = undefined
    return image
  }
}
