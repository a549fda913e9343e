/** The bytes in memory of their own: Node's small Buffers share 8 KiB, and a cache that keeps one would keep all of that. */
export function ownBytes(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  return bytes.buffer.byteLength > 2 * bytes.length
    ? new Uint8Array(bytes)
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}
