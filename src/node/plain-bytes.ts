/** A Buffer as what the contracts promise, without a copy: a Buffer's `slice` shares memory, that of a Uint8Array does not. */
export function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}
