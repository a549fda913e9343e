import type { FeedId } from '../../src/contracts/ids.ts'
import { concat } from '../../src/lib/bytes.ts'
import {
  decodeFrame,
  encodeFrame,
  frameHeadBytes,
  frameKinds,
  startOfSegment,
  type Frame,
} from '../../src/node/feed-files/frame.ts'
import {
  decodeFooter,
  encodeFooter,
  encodeSegmentHead,
  indexInterval,
} from '../../src/node/feed-files/segment-format.ts'
import { nodeCrypto } from '../../src/node/crypto.ts'
import { format, type Format } from './format.ts'

/** A segment of a feed. */
export interface SegmentInput {
  readonly feed: FeedId
  readonly firstSeq: number
  /** SHA-256 of the segment before. */
  readonly chain: Uint8Array
  readonly entries: readonly Uint8Array[]
}

/** Files of feeds, as Node writes them. */
export function diskFormats(): Readonly<Record<string, Format>> {
  return {
    'closed segment': format(writeSegment, (bytes, input) => readSegment(Buffer.from(bytes), input)),
  }
}

function writeSegment({ feed, firstSeq, chain, entries }: SegmentInput): Uint8Array {
  let position = startOfSegment(firstSeq)
  const index = []
  const frames: Uint8Array[] = []
  const add = (kind: Frame['kind'], content: Uint8Array): void => {
    const frame = Buffer.alloc(frameHeadBytes + content.length)
    position = encodeFrame(frame, 0, kind, position, content)
    frames.push(frame)
  }
  add(frameKinds.head, encodeSegmentHead(feed, chain))
  for (const [i, entry] of entries.entries()) {
    if (i % indexInterval === 0) index.push(position)
    add(frameKinds.entry, entry)
  }
  const sha256 = nodeCrypto.sha256(...frames)
  return concat(...frames, encodeFooter(position, entries.length, index, sha256))
}

function readSegment(bytes: Buffer, { feed, firstSeq }: SegmentInput): SegmentInput | undefined {
  const head = decodeFrame(bytes, 0, startOfSegment(firstSeq))
  if (typeof head !== 'object' || head.kind !== frameKinds.head) return undefined
  const chain = new Uint8Array(head.content.subarray(-32))
  const entries: Uint8Array[] = []
  let position = head.next
  let frame = decodeFrame(bytes, position.offset, position)
  while (typeof frame === 'object' && frame.kind === frameKinds.entry) {
    entries.push(new Uint8Array(frame.content))
    position = frame.next
    frame = decodeFrame(bytes, position.offset, position)
  }
  const footer = decodeFooter(bytes.subarray(position.offset), firstSeq, position.offset, head.next)
  const isWhole =
    footer?.count === entries.length &&
    nodeCrypto.sha256(bytes.subarray(0, position.offset)).every((byte, i) => byte === footer.sha256[i])
  return isWhole ? { feed, firstSeq, chain, entries } : undefined
}
