import { openEnvelope, sealEnvelope, type Envelope } from '../../signaling/client/envelope.ts'
import type { Crypto } from '../../src/contracts/crypto.ts'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { SignalTopic } from '../../src/contracts/signaling.ts'
import type { Entry } from '../../src/journal/entry.ts'
import { toHex } from '../../src/lib/bytes.ts'
import { DurableFeeds } from '../../src/room/durable-feeds.ts'
import { readHello, writeHello, type Hello } from '../../src/room/handshake.ts'
import { FrameReader, framesOf, type Message } from '../../src/sync/frames.ts'
import { decodeMessage, encodeMessage, type FeedPosition, type PeerMessage } from '../../src/sync/messages.ts'
import { fingerprintOf } from '../../transports/webrtc/fingerprint.ts'
import { decodeSignal, encodeSignal, type SignalMessage } from '../../transports/webrtc/signal-message.ts'
import { codec, format, type Format } from './format.ts'

/** What peers say to each other over a link. */
export function linkFormats(crypto: Crypto): Readonly<Record<string, Format>> {
  return {
    hello: codec<Hello>(writeHello, readHello),
    message: format<PeerMessage, Message>(encodeMessage, decodeMessage),
    frames: format<Message, readonly Uint8Array[]>(
      (message) => [...framesOf(message)],
      (frames) => readFrames(frames),
    ),
    // Long ones are shown by head, length and hash.
    'frames of a long message': format(({ length, ...message }: { stream: Message['stream']; length: number }) =>
      [...framesOf({ ...message, bytes: Uint8Array.from({ length }, (_, i) => i % 251) })].map((frame) => ({
        head: frame.subarray(0, 8),
        length: frame.length,
        sha256: toHex(crypto.sha256(frame)),
      })),
    ),
    'vector digest': format((positions: readonly FeedPosition[]) => {
      const feeds = new DurableFeeds(crypto)
      feeds.add(positions.map(({ feed, length, head }) => ({ feed, id: head, head: { seq: length - 1 } }) as Entry))
      return feeds.digest()
    }),
  }
}

function readFrames(frames: readonly Uint8Array[]): Message | undefined {
  const reader = new FrameReader()
  const read = frames.map((frame) => reader.read(frame))
  const last = read.pop()
  return typeof last === 'object' && read.every((step) => step === 'more') ? last : undefined
}

interface EnvelopeInput {
  readonly topic: SignalTopic
  readonly nonce: Uint8Array
  /** The endpoint that opens it. */
  readonly receiver: EndpointId
  readonly envelope: Envelope
}

/** What finds and connects two endpoints. */
export function signalFormats(crypto: Crypto): Readonly<Record<string, Format>> {
  return {
    envelope: format(
      (of: EnvelopeInput) => sealEnvelope(crypto, { seeded: true, bytes: () => of.nonce }, of.topic, of.envelope),
      (text, of) => {
        const envelope = openEnvelope(crypto, of.topic, text, of.receiver)
        return envelope && { ...of, envelope }
      },
    ),
    'WebRTC signal': format<SignalMessage, unknown>(encodeSignal, decodeSignal),
    'WebRTC fingerprint': format(({ sdp }: { sdp: string }) => fingerprintOf(sdp)),
  }
}
