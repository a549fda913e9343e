import type { BigIntStats } from 'node:fs'
import { hexBytes } from '../lib/bytes.ts'
import type { TreeEntryValue } from '../objects/tree.ts'
import { statBytes } from './index-image.ts'

const nameBits = 0x0fff

/** The part of an entry before its name; without `stat` git will look at the file itself. */
export function entryHead({ mode, id }: TreeEntryValue, name: Uint8Array, stat: BigIntStats | undefined): Buffer {
  const idBytes = hexBytes(id)
  const head = Buffer.alloc(statBytes + idBytes.length + 2)
  if (stat) {
    const second = 1_000_000_000n
    // All of them are cut to 32 bits, as git does.
    const fields = [
      stat.ctimeNs / second,
      stat.ctimeNs % second,
      stat.mtimeNs / second,
      stat.mtimeNs % second,
      stat.dev,
      stat.ino,
      0n,
      stat.uid,
      stat.gid,
      stat.size,
    ]
    for (const [i, value] of fields.entries()) head.writeUInt32BE(Number(BigInt.asUintN(32, value)), 4 * i)
  }
  head.writeUInt32BE(mode, 24)
  head.set(idBytes, statBytes)
  head.writeUInt16BE(Math.min(name.length, nameBits), statBytes + idBytes.length)
  return head
}

/** Name and padding of an entry of version 2 or 3, or the compressed name of version 4 after `previous`. */
export function entryTail(version: number, headBytes: number, name: Uint8Array, previous: Uint8Array): Buffer {
  if (version < 4) {
    const length = (headBytes + name.length + 8) & ~7
    const tail = Buffer.alloc(length - headBytes)
    tail.set(name)
    return tail
  }
  let shared = 0
  while (shared < previous.length && shared < name.length && previous[shared] === name[shared]) shared++
  return Buffer.concat([offsetBytes(previous.length - shared), name.subarray(shared), Buffer.alloc(1)])
}

/** A number as packs write offsets: seven bits a byte, the highest first, each further byte standing for one more. */
function offsetBytes(value: number): Buffer {
  const bytes = [value & 0x7f]
  for (let rest = value >>> 7; rest; rest >>>= 7) bytes.unshift(0x80 | (--rest & 0x7f))
  return Buffer.from(bytes)
}
