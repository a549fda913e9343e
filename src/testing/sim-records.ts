import { crc32 } from 'node:zlib'
import { concat } from '../lib/bytes.ts'
import type { FileWrite, SimMount } from './sim-disk.ts'

const headBytes = 8

/**
 * The write that adds a record to a file of a simulated disk: u32 length of the whole, u32 CRC-32 of the payload, payload,
 * so that a torn one is recognised. Everything that the simulated stores keep lies in such files.
 */
export function recordWrite(name: string, payload: Uint8Array): FileWrite {
  const head = new Uint8Array(headBytes)
  const view = new DataView(head.buffer)
  // A length of zero is what preallocated space looks like, so it counts the head.
  view.setUint32(0, headBytes + payload.length)
  view.setUint32(4, crc32(payload))
  return { name, bytes: concat(head, payload) }
}

/** The whole records of a file. A torn one at its end is cut off; what is left is durable when this resolves. */
export async function recoverRecords(mount: SimMount, name: string): Promise<readonly Uint8Array[]> {
  const bytes = mount.read(name)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const records: Uint8Array[] = []
  let at = 0
  while (at + headBytes <= bytes.length) {
    const end = at + view.getUint32(at)
    const payload = bytes.subarray(at + headBytes, end)
    if (end < at + headBytes || end > bytes.length || crc32(payload) !== view.getUint32(at + 4)) break
    records.push(payload)
    at = end
  }
  if (at < bytes.length) {
    mount.foundTornRecord(name)
    mount.truncate(name, at)
  }
  await mount.flush()
  return records
}
