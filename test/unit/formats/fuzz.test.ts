import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { openEnvelope, sealEnvelope } from '../../../signaling/client/envelope.ts'
import { readClientMessage } from '../../../signaling/server/client-message.ts'
import { defaultLimits } from '../../../signaling/server/limits.ts'
import type { EndpointId } from '../../../src/contracts/ids.ts'
import { voidUpdate } from '../../../src/document/deletions.ts'
import { checkUpdate } from '../../../src/document/update-check.ts'
import { readState, writeState } from '../../../src/history/file-state.ts'
import { readNamedStates, readNaming, writeNamedStates, writeNaming } from '../../../src/history/naming-entry.ts'
import { readOperations, writeOperations } from '../../../src/history/operations-body.ts'
import { readDeviceCertificate, writeDeviceCertificate } from '../../../src/identity/device-certificate.ts'
import { formatTicket, parseTicket } from '../../../src/identity/ticket.ts'
import { armorSshSignature, parseSshSignature, type SshNamespace } from '../../../src/identity/sshsig.ts'
import { decodeEntry, openEntry, type Entry, type EntryHead } from '../../../src/journal/entry.ts'
import { concat, fromUtf8, hexBytes, utf8 } from '../../../src/lib/bytes.ts'
import { decodeCbor, encodeCbor, type CborValue } from '../../../src/lib/cbor.ts'
import { decodeFrame, startOfSegment } from '../../../src/node/feed-files/frame.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { nodeDeflate } from '../../../src/node/deflate.ts'
import { attestationLine, readAttestation } from '../../../src/provenance/attestation.ts'
import { noteLine, readNote, readNoteLine } from '../../../src/provenance/note-line.ts'
import { readRecordTrailers } from '../../../src/provenance/record-trailers.ts'
import { readControlBody, writeControlBody } from '../../../src/room/control-body.ts'
import { readHello, writeHello } from '../../../src/room/handshake.ts'
import { RoomKeys } from '../../../src/room/keys.ts'
import { FrameReader, framesOf, streams } from '../../../src/sync/frames.ts'
import { decodeMessage, encodeMessage } from '../../../src/sync/messages.ts'
import { decodeSignal, encodeSignal } from '../../../transports/webrtc/signal-message.ts'
import { fromJson } from '../../../tools/formats/json.ts'
import { projectRoot } from '../../support/project.ts'
import { someRoom, person } from '../support/people.ts'

/** What the vectors hold, as the reader gets it: the ground that mutations start from. */
function written(file: string, format: string): readonly unknown[] {
  const text = readFileSync(join(projectRoot, `test/fixtures/formats/v1/${file}.json`), 'utf8')
  const vectors = (JSON.parse(text) as Record<string, { output: unknown }[]>)[format]!
  return vectors.map(({ output }) => fromJson(output))
}

function inputs(file: string, format: string): readonly unknown[] {
  const text = readFileSync(join(projectRoot, `test/fixtures/formats/v1/${file}.json`), 'utf8')
  return (JSON.parse(text) as Record<string, { input: unknown }[]>)[format]!.map(({ input }) => fromJson(input))
}

type Edit = readonly [at: number, kind: 'set' | 'insert' | 'delete' | 'double', byte: number]
const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.tuple(
    fc.double({ min: 0, max: 0.999, noNaN: true }),
    fc.constantFrom('set', 'insert', 'delete', 'double'),
    fc.nat(255),
  ),
  { maxLength: 4 },
)

function mutated(bytes: Uint8Array, changes: readonly Edit[]): Uint8Array {
  let out = bytes
  for (const [place, kind, byte] of changes) {
    const at = Math.floor(place * out.length)
    const [before, after] = [out.subarray(0, at), out.subarray(at)]
    if (kind === 'set') out = concat(before, Uint8Array.of(byte), after.subarray(1))
    else if (kind === 'insert') out = concat(before, Uint8Array.of(byte), after)
    else if (kind === 'delete') out = concat(before, after.subarray(1 + (byte & 7)))
    else out = concat(before, after.subarray(0, 1 + (byte & 31)), after)
  }
  return out
}

/** Random bytes, and bytes of ours that were changed at up to four places. */
function hostileBytes(seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const changed = fc.tuple(fc.constantFrom(...seeds), edits).map(([bytes, changes]) => mutated(bytes, changes))
  return fc.oneof({ weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) }, { weight: 6, arbitrary: changed })
}

/** Values with the right nesting, and of everything: what the shapes have to stand up to. */
function hostileValues(seeds: readonly CborValue[]): fc.Arbitrary<CborValue> {
  const leaf = fc.oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(16, 20, 32, 64).map((length) => new Uint8Array(length).fill(7)),
    fc.uint8Array({ maxLength: 8 }),
  )
  const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 4 })),
  }))
  const changed = fc
    .tuple(fc.constantFrom(...seeds), fc.array(fc.nat(30), { minLength: 1, maxLength: 6 }), value)
    .map(([seed, path, by]) => replaced(seed, path, by))
  return fc.oneof({ weight: 1, arbitrary: value }, { weight: 6, arbitrary: changed })
}

/** The value with one part, found along a path of indices, replaced, doubled or taken out. */
function replaced(value: CborValue, [step, ...rest]: readonly number[], by: CborValue): CborValue {
  if (step === undefined || !Array.isArray(value) || !value.length) return by
  const items = [...(value as readonly CborValue[])]
  const at = step % items.length
  if (rest.length) items[at] = replaced(items[at]!, rest, by)
  else if (step % 3 === 0) items.splice(at, 1)
  else if (step % 3 === 1) items.splice(at, 0, items[at]!)
  else items.reverse()
  return items
}

/** Milliseconds for each decoder: `FUZZ_MS=60000` looks harder. */
const fuzzMs = Number(process.env['FUZZ_MS'] ?? 400)
const budget = { interruptAfterTimeLimit: fuzzMs, markInterruptAsFailure: false, numRuns: 100_000_000 } as const

/** Never throws; what is read writes itself again, byte for byte. */
function survives<T>(
  name: string,
  hostile: fc.Arbitrary<T>,
  again: (given: T) => T | undefined,
  examples: readonly T[] = [],
): void {
  it(name, () => {
    for (const given of examples) assert.deepEqual(again(given), given, 'an honest one is read')
    fc.assert(
      fc.property(hostile, (given) => {
        const back = again(given)
        if (back !== undefined) assert.deepEqual(back, given)
      }),
      budget,
    )
  })
}

/** The same for a codec of CBOR values, with bytes and with values in mind. */
function survivesAsCbor<T>(
  name: string,
  [file, format]: readonly [string, string],
  read: (value: CborValue) => T | undefined,
  write: (value: T) => CborValue,
): void {
  const examples = written(file, format) as readonly Uint8Array[]
  const again = (bytes: Uint8Array): Uint8Array | undefined => {
    const value = decodeCbor(bytes)
    const given = value === undefined ? undefined : read(value)
    return given && encodeCbor(write(given))
  }
  const hostile = fc.oneof(
    hostileBytes(examples),
    hostileValues(examples.map((bytes) => decodeCbor(bytes)!)).map(encodeCbor),
  )
  survives(name, hostile, again, examples)
}

/** The same for a codec of text. */
function survivesAsText(name: string, examples: readonly string[], again: (text: string) => string | undefined): void {
  const hostile = hostileBytes(examples.map(utf8)).map((bytes) => fromUtf8(bytes) ?? String.fromCharCode(...bytes))
  survives(name, hostile, again, examples)
}

describe('what a peer sends never throws, and is nothing or one thing in its one form', function () {
  this.timeout(20_000 + 2 * fuzzMs)
  const entries = written('entries', 'entry') as readonly Uint8Array[]

  survives(
    'entry',
    hostileBytes(entries),
    (bytes) => {
      const entry = decodeEntry(crypto, bytes)
      return entry && entryBytes(entry)
    },
    entries,
  )

  it('payload', () => {
    const [, , input] = inputs('entries', 'entry') as readonly { epochKey: Uint8Array }[]
    const keys = { sealKey: input!.epochKey, nonceKey: input!.epochKey }
    const head = decodeEntry(crypto, entries[2]!)!.head
    const aad = encodeCbor((headFields(head) as readonly CborValue[]).slice(0, -3))
    const payload = (body: Uint8Array, codec: number): Uint8Array => {
      const bytes = encodeCbor([codec, body])
      const padded = new Uint8Array(bytes.length + (body.length % 3))
      padded.set(bytes)
      return padded
    }
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string().map((text) => nodeDeflate.deflate(utf8(text))),
    )
    const hostile = fc.oneof(
      hostileBytes([payload(encodeCbor([9, [], []]), 0), payload(nodeDeflate.deflate(encodeCbor([9, [], []])), 1)]),
      fc.tuple(body, fc.nat(2)).map(([bytes, codec]) => payload(bytes, codec)),
    )
    const opened = (plaintext: Uint8Array): CborValue | undefined => {
      const sealed = crypto.seal(keys.sealKey, head.nonce, aad, plaintext)
      return openEntry(crypto, nodeDeflate, keys, { head, sealed } as Entry)
    }
    assert.deepEqual(opened(encodeCbor([0, encodeCbor([9])])), [9])
    fc.assert(
      fc.property(hostile, (plaintext) => {
        const value = opened(plaintext)
        if (value !== undefined) assert.deepEqual(decodeCbor(encodeCbor(value)), value)
      }),
      budget,
    )
  })

  survivesAsCbor('control body', ['entries', 'control body'], readControlBody, writeControlBody)
  survivesAsCbor('operations', ['bodies', 'operations'], readOperations, writeOperations)
  survivesAsCbor('state', ['bodies', 'state'], readState, writeState)
  survivesAsCbor('named states', ['bodies', 'named states'], readNamedStates, writeNamedStates)
  survivesAsCbor('naming', ['bodies', 'naming'], readNaming, writeNaming)
  survivesAsCbor('device certificate', ['proofs', 'device certificate'], readDeviceCertificate, writeDeviceCertificate)

  const hellos = written('links', 'hello') as readonly Uint8Array[]
  survives(
    'hello',
    hostileBytes(hellos),
    (bytes) => {
      const hello = readHello(bytes)
      return hello && writeHello(hello)
    },
    hellos,
  )

  const messages = written('links', 'message') as readonly { readonly bytes: Uint8Array }[]
  it('message', () => {
    const hostile = fc.oneof(
      hostileBytes(messages.map(({ bytes }) => bytes)),
      hostileValues(messages.map(({ bytes }) => decodeCbor(bytes)!)).map(encodeCbor),
    )
    fc.assert(
      fc.property(hostile, fc.constantFrom(...streams), (bytes, stream) => {
        const message = decodeMessage({ stream, bytes })
        if (message) assert.deepEqual(encodeMessage(message), { stream, bytes })
      }),
      budget,
    )
  })

  it('frames', () => {
    const honest = fc
      .tuple(fc.constantFrom(...streams), fc.constantFrom(0, 1, 16_377, 16_378, 16_379, 32_753, 32_754, 32_755))
      .map(([stream, length]) => [...framesOf({ stream, bytes: new Uint8Array(length).fill(1) })])
    const frames = fc.oneof(
      honest,
      fc
        .tuple(honest, fc.nat(3), edits)
        .map(([frames, i, changes]) => frames.with(i % frames.length, mutated(frames[i % frames.length]!, changes))),
      fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 3 }),
    )
    fc.assert(
      fc.property(frames, (frames) => {
        const reader = new FrameReader()
        for (const [i, frame] of frames.entries()) {
          const read = reader.read(frame)
          if (read === 'invalid') return
          if (read !== 'more') assert.deepEqual([...framesOf(read)], frames.slice(0, i + 1))
          if (read !== 'more') return
        }
      }),
      budget,
    )
  })

  const boxes = written('boxes', 'keys box') as readonly Uint8Array[]
  it('box of keys', () => {
    const { agreementSecret, certificate } = person(1)
    fc.assert(
      fc.property(hostileBytes(boxes), (box) => {
        assert.equal(new RoomKeys(crypto, someRoom).takeBox(agreementSecret, certificate.device, box), false)
      }),
      budget,
    )
  })

  survives('update', hostileBytes(written('texts', 'update') as readonly Uint8Array[]), (update) => {
    const { ok } = checkUpdate(update, { client: 1, nextClock: 0, known: () => 5 })
    // What passes can be voided, and stays what it is then.
    return ok && voidUpdate(voidUpdate(update)).length ? update : undefined
  })
})

describe('what a server, a note or a disk holds never throws, and is nothing or one thing in its one form', function () {
  this.timeout(20_000 + 2 * fuzzMs)
  survivesAsText('ticket', written('proofs', 'ticket') as readonly string[], (text) => {
    const ticket = parseTicket(crypto, text)
    // A ticket may stand in a URL or between spaces.
    return ticket && text.slice(0, text.indexOf('anvcs1')) + formatTicket(crypto, ticket) + /\s*$/.exec(text)![0]
  })

  survivesAsText('note line', written('records', 'note line') as readonly string[], (text) => {
    const line = readNoteLine(text)
    return line && noteLine(line)
  })

  survivesAsText('attestation', written('records', 'attestation') as readonly string[], (text) => {
    const attestation = readAttestation(text)
    return attestation && attestationLine(attestation)
  })

  it('note', () => {
    const lines = written('records', 'note line') as readonly string[]
    fc.assert(
      fc.property(hostileBytes([utf8(`${lines.join('\n')}\n`)]), (note) => {
        const { lines, unread } = readNote(note)
        assert.ok(unread >= 0 && lines.length <= 64)
      }),
      budget,
    )
  })

  it('trailers', () => {
    const examples = (written('records', 'trailers') as readonly string[]).map(utf8)
    fc.assert(
      fc.property(hostileBytes(examples), (bytes) => {
        const found = readRecordTrailers(String.fromCharCode(...bytes))
        assert.ok(found.digests.every((digest) => /^[0-9a-f]{64}$/.test(digest)))
      }),
      budget,
    )
  })

  it('SSH signature', () => {
    const examples = (written('proofs', 'SSH signature') as readonly string[]).map(utf8)
    fc.assert(
      fc.property(hostileBytes(examples), (bytes) => {
        const text = String.fromCharCode(...bytes)
        const read = parseSshSignature(text)
        if (!read || read.hash !== 'sha512') return
        const again = armorSshSignature(read.publicKey, read.namespace as SshNamespace, read.signature)
        assert.equal(text.replaceAll('\n', ''), again.replaceAll('\n', ''))
      }),
      budget,
    )
  })

  it('envelope', () => {
    const [{ topic }] = inputs('signals', 'envelope') as readonly [{ topic: { topic: Uint8Array; key: Uint8Array } }]
    const self = 'ff'.repeat(16) as EndpointId
    const seeds = (written('signals', 'envelope') as readonly string[]).map(
      (text) => new Uint8Array(Buffer.from(text, 'base64')),
    )
    const values = hostileValues(seeds.map((bytes) => decodeCbor(bytes)!)).map(encodeCbor)
    const hostile = fc.oneof(hostileBytes(seeds), values).map((bytes) => Buffer.from(bytes).toString('base64'))
    const other = fc.oneof(fc.string(), fc.anything())
    fc.assert(
      fc.property(fc.oneof({ weight: 5, arbitrary: hostile }, { weight: 1, arbitrary: other }), (data) => {
        const envelope = openEnvelope({ open: (_key, _nonce, _aad, sealed) => sealed }, topic, data, self)
        if (!envelope) return
        const nonce = nonceOf(data as string)
        const seal = (_key: Uint8Array, _nonce: Uint8Array, _aad: Uint8Array, content: Uint8Array) => content
        assert.equal(sealEnvelope({ seal }, { seeded: true, bytes: () => nonce }, topic, envelope), data)
      }),
      budget,
    )
  })

  it('signal of WebRTC', () => {
    const examples = written('signals', 'WebRTC signal')
    const changed = fc
      .tuple(fc.constantFrom(...examples), fc.constantFrom('type', 'session', 'sdp', 'candidate', 'via'), fc.anything())
      .map(([signal, key, value]) => ({ ...(signal as object), [key]: value }))
    for (const signal of examples) assert.deepEqual(encodeSignal(decodeSignal(signal)!), signal)
    fc.assert(
      fc.property(fc.oneof(fc.anything(), changed), (data) => {
        const signal = decodeSignal(data)
        if (signal) assert.deepEqual(decodeSignal(encodeSignal(signal)), signal)
      }),
      budget,
    )
  })

  it('message to a signaling server', () => {
    const examples = [
      '{"type":"subscribe","topics":["a"]}',
      '{"type":"publish","topic":"a","data":"x"}',
      '{"type":"ping"}',
    ]
    fc.assert(
      fc.property(
        fc.oneof(
          hostileBytes(examples.map(utf8)).map((bytes) => String.fromCharCode(...bytes)),
          fc.json(),
        ),
        (text) => {
          const message = readClientMessage(text, defaultLimits)
          assert.ok('code' in message || ['subscribe', 'unsubscribe', 'publish', 'ping'].includes(message.type))
        },
      ),
      budget,
    )
  })

  it('frame of a segment', () => {
    const segments = written('disk', 'closed segment') as readonly Uint8Array[]
    fc.assert(
      fc.property(hostileBytes(segments), fc.nat(200), (bytes, at) => {
        const frame = decodeFrame(Buffer.from(bytes), Math.min(at, bytes.length), startOfSegment(0))
        if (typeof frame === 'object') assert.ok(frame.next.offset <= bytes.length)
      }),
      budget,
    )
  })
})

/** The bytes of an entry from what was read of it. */
function entryBytes({ head, signature, sealed }: Entry): Uint8Array {
  return encodeCbor([encodeCbor(headFields(head)), signature, sealed ?? null])
}

function headFields(head: EntryHead): CborValue {
  const { room, feed, seq, prev, lamport, timeMs, epoch, firstOperation, deps, nonce, length, hash } = head
  const rows = deps.map((dep) => [hexBytes(dep.feed), dep.seq, hexBytes(dep.id)])
  const ids = { room: hexBytes(room), feed: hexBytes(feed), prev: hexBytes(prev), epoch: hexBytes(epoch) }
  return [1, ids.room, ids.feed, seq, ids.prev, lamport, timeMs, ids.epoch, firstOperation, rows, nonce, length, hash]
}

function nonceOf(data: string): Uint8Array {
  const value = decodeCbor(new Uint8Array(Buffer.from(data, 'base64'))) as readonly CborValue[]
  return value[5] as Uint8Array
}
