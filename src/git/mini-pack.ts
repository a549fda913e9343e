import { randomBytes } from 'node:crypto'
import { closeSync, fdatasync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import type { Crypto } from '../contracts/crypto.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectFormat } from '../contracts/object-store.ts'
import { compareBytes, concat, hexBytes, toHex } from '../lib/bytes.ts'
import { syncFolder } from './loose-writer.ts'
import { orRemove } from './remove-file.ts'
import { joinPack, packHeadBytes, packItem } from './pack-writer.ts'

const flushed = promisify(fdatasync)

/** Where a pack goes and how. */
export interface MiniPackOptions {
  /** The object folder of the repository. */
  readonly folder: string
  readonly crypto: Crypto
  readonly format: ObjectFormat
  readonly durable: boolean
}

/** An object in a pack: where its item begins, and the CRC-32 of the item. */
export interface StoredItem {
  readonly id: ObjectId
  readonly start: number
  readonly crc: number
}

/** Writes objects as one pack with its index. */
export async function writeMiniPack(
  { folder, crypto, format, durable }: MiniPackOptions,
  objects: ReadonlyMap<ObjectId, GitObject>,
): Promise<void> {
  const items: StoredItem[] = []
  const parts: Uint8Array[] = []
  let start = packHeadBytes
  for (const [id, object] of objects) {
    const item = packItem(object)
    items.push({ id, start, crc: crc32(item) })
    parts.push(item)
    start += item.length
  }
  await storePack({ folder, crypto, format, durable }, { pack: joinPack(crypto, format, parts), items })
}

/** Puts a pack into the store with its index; the index comes last: only then is the pack seen. */
export async function storePack(
  { folder, crypto, format, durable }: MiniPackOptions,
  { pack, items }: { readonly pack: Uint8Array; readonly items: readonly StoredItem[] },
): Promise<void> {
  const packs = join(folder, 'pack')
  mkdirSync(packs, { recursive: true })
  const checksum = pack.subarray(pack.length - (format === 'sha1' ? 20 : 32))
  const unsigned = indexOf(items, checksum)
  const index = concat(unsigned, format === 'sha1' ? crypto.sha1(unsigned) : crypto.sha256(unsigned))
  // `git gc` removes files of this name that a crash has left.
  const temporary = join(packs, `tmp_pack_${randomBytes(6).toString('hex')}`)
  const name = join(packs, `pack-${toHex(checksum)}`)
  const temporaryIndex = `${temporary}_idx`
  await orRemove([temporary, temporaryIndex], async () => {
    await Promise.all([write(temporary, pack, durable), write(temporaryIndex, index, durable)])
    renameSync(temporary, `${name}.pack`)
    renameSync(temporaryIndex, `${name}.idx`)
  })
  if (durable) await syncFolder(packs)
}

async function write(path: string, content: Uint8Array, durable: boolean): Promise<void> {
  const handle = openSync(path, 'wx', 0o444)
  try {
    writeFileSync(handle, content)
    if (durable) await flushed(handle)
  } finally {
    closeSync(handle)
  }
}

/** The index of a pack (version 2) without its own checksum: ids in order, a CRC of each item, where it begins. */
function indexOf(items: readonly StoredItem[], packChecksum: Uint8Array): Uint8Array {
  const placed = items.map(({ id, crc, start }) => ({ id: hexBytes(id), crc, start }))
  placed.sort((left, right) => compareBytes(left.id, right.id))
  const head = Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2])
  const counts = Array.from({ length: 256 }, () => 0)
  for (const { id } of placed) counts[id[0]!]!++
  let upTo = 0
  const numbers = (values: readonly number[]) => {
    const bytes = Buffer.alloc(4 * values.length)
    for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i)
    return bytes
  }
  return concat(
    head,
    numbers(counts.map((count) => (upTo += count))),
    ...placed.map(({ id }) => id),
    numbers(placed.map(({ crc }) => crc)),
    // Far below the size from which offsets have 64 bits: all of it was in memory.
    numbers(placed.map(({ start }) => start)),
    packChecksum,
  )
}
