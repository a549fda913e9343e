import { createDecoder, readUint8, readUint8Array, readVarUint } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeUint8, writeUint8Array, writeVarUint } from 'lib0/encoding'

const hasLeft = 0x80
const hasRight = 0x40
/** Bytes that name the root text `t` as the parent of an item without neighbours. */
const rootBytes = 3

/**
 * A checked update with other numbers for its clients: `numberOf` keeps their order, so that the update keeps its one form. To
 * Yjs it is the same update, for of clients it only asks which is the smaller one.
 */
export function renumberUpdate(update: Uint8Array, numberOf: (client: number) => number): Uint8Array {
  const from = createDecoder(update)
  const to = createEncoder()
  const number = (): number => {
    const value = readVarUint(from)
    writeVarUint(to, value)
    return value
  }
  const client = (): void => writeVarUint(to, numberOf(readVarUint(from)))
  const bytes = (length: number): void => writeUint8Array(to, readUint8Array(from, length))
  const item = (): void => {
    const info = readUint8(from)
    writeUint8(to, info)
    for (const side of [hasLeft, hasRight])
      if (info & side) {
        client()
        number()
      }
    if (!(info & (hasLeft | hasRight))) bytes(rootBytes)
    bytes(number())
  }
  if (number() === 1) {
    const items = number()
    client()
    number()
    for (let i = 0; i < items; i++) item()
  }
  for (let clients = number(); clients > 0; clients--) {
    client()
    for (let ranges = number(); ranges > 0; ranges--) {
      number()
      number()
    }
  }
  return toUint8Array(to)
}
