import type { Crypto } from '../../src/contracts/crypto.ts'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { Random } from '../../src/contracts/random.ts'
import type { SignalTopic } from '../../src/contracts/signaling.ts'
import { fromBase64, fromHex, hexBytes, toBase64, toHex } from '../../src/lib/bytes.ts'
import { decodeCbor, encodeCbor } from '../../src/lib/cbor.ts'
import { bytesOf, bytesUpTo, exactly, nullable, tuple, uint } from '../../src/lib/shape.ts'

/** One message on a topic. What stands outside of the seal is authenticated with it; servers see it. */
export interface Envelope {
  readonly from: EndpointId
  /** Undefined: to all of the topic. */
  readonly to: EndpointId | undefined
  /** The sender's session; a later one of the same endpoint has a greater number. */
  readonly session: number
  /** From 1, one more for each message of a session. */
  readonly count: number
  readonly content: Uint8Array
}

/** Greatest content, so that the message with its envelope stays below the 64 KiB that servers take. */
export const maxContentBytes = 32 * 1024
/** Longest base64 of an envelope that is looked at. */
const maxEnvelopeText = 48 * 1024
const version = 1
const nonceBytes = 12
const maxEndpointBytes = 32

const envelopeShape = tuple(
  exactly(version),
  bytesUpTo(maxEndpointBytes),
  nullable(bytesUpTo(maxEndpointBytes)),
  uint,
  uint,
  bytesOf(nonceBytes),
  bytesUpTo(maxContentBytes + 16),
)

/** May this be the id of an endpoint on the wire? */
export function isEndpointId(id: string): boolean {
  return id.length > 0 && id.length <= 2 * maxEndpointBytes && fromHex(id) !== undefined
}

/** Seals with AES-256-GCM under a random 96-bit nonce; the AAD is [topic, from, to, session, count]. Base64 of deterministic CBOR. */
export function sealEnvelope(
  crypto: Pick<Crypto, 'seal'>,
  random: Random,
  topic: SignalTopic,
  { from, to, session, count, content }: Envelope,
): string {
  const nonce = random.bytes(nonceBytes)
  const head = [hexBytes(from), to === undefined ? null : hexBytes(to), session, count] as const
  const sealed = crypto.seal(topic.key, nonce, additionalData(topic, head), content)
  return toBase64(encodeCbor([version, ...head, nonce, sealed]))
}

/** The envelope in what a server delivered, or undefined where it is malformed, not for `self`, by `self`, or not sealed with the key. */
export function openEnvelope(
  crypto: Pick<Crypto, 'open'>,
  topic: SignalTopic,
  data: unknown,
  self: EndpointId,
): Envelope | undefined {
  if (typeof data !== 'string' || data.length > maxEnvelopeText) return undefined
  const bytes = fromBase64(data)
  const value = bytes && decodeCbor(bytes)
  const fields = value === undefined ? undefined : envelopeShape(value)
  if (!fields) return undefined
  const [, fromBytes, toBytes, session, count, nonce, sealed] = fields
  if (!fromBytes.length) return undefined
  const from = toHex(fromBytes) as EndpointId
  const to = toBytes === null ? undefined : (toHex(toBytes) as EndpointId)
  // Before the costly part: on a busy topic most messages are for others.
  if (from === self || (to !== undefined && to !== self)) return undefined
  const content = crypto.open(topic.key, nonce, additionalData(topic, [fromBytes, toBytes, session, count]), sealed)
  return content && { from, to, session, count, content }
}

function additionalData(
  topic: SignalTopic,
  head: readonly [Uint8Array, Uint8Array | null, number, number],
): Uint8Array {
  return encodeCbor(['anvcs/1 signal', topic.topic, ...head])
}
