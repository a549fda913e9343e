import { concat, utf8 } from '../lib/bytes.ts'

/** A `string` of RFC 4251 section 5: its length in four bytes, then its bytes. */
export function sshString(content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? utf8(content) : content
  return concat(sshUint32(bytes.length), bytes)
}

/** A `uint32` of RFC 4251 section 5. */
export function sshUint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** Reads the fields of RFC 4251 section 5 in order; undefined where the bytes end too early. */
export class SshReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  take(length: number): Uint8Array | undefined {
    if (length > this.#bytes.length - this.#at) return undefined
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  uint32(): number | undefined {
    const bytes = this.take(4)
    return bytes && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  }

  string(): Uint8Array | undefined {
    const length = this.uint32()
    return length === undefined ? undefined : this.take(length)
  }
}
