/**
 * Applies a delta of a pack to its base (gitformat-pack, "Deltified representation"); undefined where they do not fit, or
 * the result is larger than `maxBytes`.
 */
export function applyDelta(base: Uint8Array, delta: Uint8Array, maxBytes: number): Uint8Array | undefined {
  const reader = { at: 0 }
  if (readSize(delta, reader) !== base.length) return undefined
  const size = readSize(delta, reader)
  if (size > maxBytes) return undefined
  const out = new Uint8Array(size)
  let { at } = reader
  let end = 0
  while (at < delta.length) {
    const command = delta[at++]!
    if (command & 0x80) {
      let offset = 0
      let length = 0
      for (let i = 0; i < 4; i++) if (command & (1 << i)) offset += (delta[at++] ?? 0) * 2 ** (8 * i)
      for (let i = 0; i < 3; i++) if (command & (0x10 << i)) length += (delta[at++] ?? 0) * 2 ** (8 * i)
      length ||= 0x10000
      if (offset + length > base.length || end + length > size) return undefined
      out.set(base.subarray(offset, offset + length), end)
      end += length
    } else {
      if (!command || at + command > delta.length || end + command > size) return undefined
      out.set(delta.subarray(at, at + command), end)
      at += command
      end += command
    }
  }
  return end === size ? out : undefined
}

/** How long what a delta makes claims to be. */
export function lengthAfter(delta: Uint8Array): number {
  const reader = { at: 0 }
  readSize(delta, reader)
  return readSize(delta, reader)
}

/** Seven bits a byte, the lowest first. */
function readSize(delta: Uint8Array, reader: { at: number }): number {
  let size = 0
  let factor = 1
  for (;;) {
    const byte = delta[reader.at++] ?? 0
    size += (byte & 0x7f) * factor
    if (!(byte & 0x80)) return size
    factor *= 128
  }
}
