import { crypto, certificates, commit, feeds, room, seeds, some, type Inputs } from './vector-people.ts'
import {
  controlEpoch,
  zeroEntry,
  zeroFeed,
  zeroRoom,
  type EndpointId,
  type EntryId,
  type KeyId,
} from '../../src/contracts/ids.ts'
import { baseFileId, feedIdOf, roomTag } from '../../src/identity/ids.ts'
import { proveAdmission } from '../../src/identity/admission.ts'
import { epochIdOf } from '../../src/identity/key-schedule.ts'
import { ticketPublicKey } from '../../src/identity/ticket.ts'
import { toHex } from '../../src/lib/bytes.ts'
import { writeOperations } from '../../src/history/operations-body.ts'
import { writeControlBody, scopes, type ControlBody } from '../../src/room/control-body.ts'

const id32 = (name: string) => toHex(some(name, 32)) as EntryId
const file = baseFileId(crypto, room, 'src/a.ts')
const idKey = some('id key', 32)
const place = { room, epoch: epochIdOf(crypto, seeds.epochKey, room), feed: feeds.alice }

/** Inputs for ids.json. */
export const ids: Inputs = {
  'room id': { genesis: { genesis: id32('genesis') } },
  'room tag': { room: { room } },
  'feed id': {
    first: { room, admission: id32('admission'), device: 0, run: 0 },
    'last device, second run': { room, admission: id32('admission'), device: 15, run: 1 },
  },
  'base file id': { plain: { room, path: 'src/a.ts' }, 'outside of ASCII': { room, path: 'docs/Grüße 🎉.md' } },
  'outside file id': { sha1: { room, commit, path: 'b.txt' }, sha256: { room, commit: id32('commit'), path: 'b.txt' } },
  'made file id': {
    first: { room, feed: feeds.alice, operation: 0 },
    later: { room, feed: feeds.bob, operation: 70_000 },
  },
  'feed client': { alice: { room, feed: feeds.alice }, bob: { room, feed: feeds.bob } },
  'seed client': { blob: { idKey, file, blob: commit }, 'made in the room': { idKey, file, blob: '' } },
  'author client': { one: { idKey, author: toHex(some('author', 16)) } },
  'did:key': { alice: { key: certificates.alice.member } },
}

/** Inputs for keys.json. */
export const keys: Inputs = {
  'entry keys': {
    'epoch 1': { epochKey: seeds.epochKey, ...place },
    genesis: { epochKey: seeds.controlKey, room: zeroRoom, epoch: controlEpoch, feed: zeroFeed },
  },
  'epoch id': { one: { epochKey: seeds.epochKey, room } },
  'client id key': { one: { controlKey: seeds.controlKey, room } },
  'members topic': { '1 January 2026': { epochKey: seeds.epochKey, room, day: 20_454 } },
  'ticket keys': { one: { room, seed: seeds.ticket } },
}

const ticketKey = toHex(ticketPublicKey(crypto, seeds.ticket)) as KeyId
const binding = some('binding', 64)
const bob = { name: 'Bob', email: 'bob@example.org' }
const admission = { room, ticket: ticketKey, certificate: certificates.bob, ...bob, binding }
const tag = roomTag(crypto, room)
const view = {
  role: 'initiator',
  binding,
  roomTag: tag,
  ownNonce: some('nonce a', 16),
  otherNonce: some('nonce b', 16),
  ownCertificate: certificates.alice,
  otherCertificate: certificates.bob,
}
const { number, device, agreement } = certificates.alice

/** Inputs for proofs.json. */
export const proofs: Inputs = {
  ticket: {
    'without hints': { room, founder: certificates.alice.member, base: id32('commit'), seed: seeds.ticket, hints: [] },
    'with hints': {
      room,
      founder: certificates.alice.member,
      base: commit,
      seed: seeds.ticket,
      hints: ['wss://signal.example.org', 'ssh://git@example.org:2222/team/project.git'],
    },
  },
  'SSH signature': {
    git: { seed: seeds.alice.member, namespace: 'git', message: some('payload', 40) },
    anvcs: { seed: seeds.alice.member, namespace: 'anvcs', message: some('payload', 40) },
  },
  'device certificate': { alice: { memberSeed: seeds.alice.member, keys: { number, device, agreement } } },
  'admission proof': { bob: { ticketSeed: seeds.ticket, admission } },
  'link proof': {
    initiator: { deviceSeed: seeds.alice.device, view },
    responder: { deviceSeed: seeds.alice.device, view: { ...view, role: 'responder' } },
  },
}

const proof = proveAdmission(crypto, seeds.ticket, admission)
const bodies: Readonly<Record<ControlBody['kind'], ControlBody>> = {
  genesis: {
    kind: 'genesis',
    certificate: certificates.alice,
    person: { name: 'Alice', email: 'alice@example.org' },
    base: commit,
    objectFormat: 'sha1',
    branch: 'refs/heads/main',
    versions: { format: 1, merge: 1, diff: 1 },
    unique: some('unique', 16),
    salt: some('salt', 16),
  },
  opening: {
    kind: 'opening',
    admission: id32('admission'),
    run: 1,
    certificate: certificates.bob,
    salt: some('salt', 16),
  },
  ticket: { kind: 'ticket', ticketKey, scopes, uses: 1, expiresMs: 1_767_312_000_000 },
  add: { kind: 'add', ticket: id32('ticket entry'), certificate: certificates.bob, person: bob, binding, proof },
  epoch: {
    kind: 'epoch',
    epoch: place.epoch,
    parents: [],
    boxes: [{ device: certificates.alice.device, box: some('box', 80) }],
  },
}

const fields = {
  ...place,
  seq: 7,
  prev: id32('entry 6'),
  lamport: 41,
  timeMs: 1_767_225_600_000,
  firstOperation: 12,
  deps: [{ feed: feedIdOf(crypto, room, id32('admission'), 1, 0), seq: 3, id: id32('entry of another') }],
}
const genesisFields = {
  room: zeroRoom,
  feed: zeroFeed,
  seq: 0,
  prev: zeroEntry,
  lamport: 1,
  timeMs: 1_767_225_600_000,
  epoch: controlEpoch,
  firstOperation: 0,
  deps: [],
}
const openingFields = { ...genesisFields, room, feed: feeds.bob, lamport: 5, deps: fields.deps }
const typed = writeOperations([{ ref: { basePath: 'src/a.ts' }, update: some('update', 60) }])
const long = writeOperations([{ ref: { basePath: 'src/a.ts' }, update: new Uint8Array(2000).fill(97) }])
const signing = { deviceSeed: seeds.alice.device, epochKey: seeds.epochKey }
const entryOf = {
  genesis: { ...signing, epochKey: seeds.controlKey, fields: genesisFields, body: writeControlBody(bodies.genesis) },
  opening: {
    epochKey: seeds.controlKey,
    deviceSeed: seeds.bob.device,
    fields: openingFields,
    body: writeControlBody(bodies.opening),
  },
  operations: { ...signing, fields, body: typed },
}

/** Inputs for entries.json. */
export const entries: Inputs = {
  entry: entryOf,
  'entry id and place': entryOf,
  'compressed entry': { operations: { ...signing, fields, body: long } },
  'padded length': Object.fromEntries([0, 1, 2, 9, 100, 1000, 65_537, 1_000_000].map((n) => [`${n} bytes`, n])),
  'control body': bodies,
}

const boxed = {
  room,
  controlKey: seeds.controlKey,
  epochKeys: [seeds.epochKey],
  certificate: certificates.bob,
  agreementSecret: seeds.bob.agreement,
  ephemeralSecret: some('ephemeral', 32),
}

/** Inputs for boxes.json. */
export const boxes: Inputs = {
  'keys box': { bob: boxed },
  'epoch box': { bob: { ...boxed, epoch: place.epoch } },
  'room secrets': {
    'two epochs and a ticket': {
      room,
      controlKey: seeds.controlKey,
      epochKeys: [seeds.epochKey, some('second epoch', 32)],
      tickets: [{ seed: seeds.ticket, expiresMs: 1_767_312_000_000 }],
    },
  },
}

const hello = { roomTag: tag, nonce: some('nonce b', 16), certificate: certificates.bob }
const devices = [certificates.alice.device, certificates.bob.device]
const positions = Object.values(feeds)
  .sort()
  .map((feed, i) => ({ feed, length: 3 + i, head: id32(feed) }))

/** Inputs for links.json. */
export const links: Inputs = {
  hello: {
    member: { ...hello, claim: undefined },
    newcomer: { ...hello, claim: { ticketKey, person: bob, proof } },
  },
  message: {
    digest: { type: 'digest', digest: some('digest', 32) },
    vector: { type: 'vector', whole: true, positions },
    credit: { type: 'credit', stream: 'entries', bytes: 1 << 20 },
    neighbours: { type: 'neighbours', devices },
    keys: { type: 'keys', box: some('box', 80) },
    entries: { type: 'entries', entries: [some('entry', 20), some('other entry', 300)] },
    want: { type: 'want', request: 1, wants: [commit], haves: [id32('commit')] },
    pack: { type: 'pack', request: 1, chunk: some('pack', 50), last: true },
    lacking: { type: 'lacking', request: 2, reason: 'object is not here' },
    presence: { type: 'presence', content: some('presence', 12) },
  },
  frames: {
    short: { stream: 'control', bytes: some('message', 20) },
    empty: { stream: 'presence', bytes: some('nothing', 0) },
  },
  'frames of a long message': { 'three frames': { stream: 'objects', length: 40_000 } },
  'vector digest': { 'two feeds': positions, 'no feed': [] },
}

/** Inputs for requests.json: messages that came after links.json was made. */
export const requests: Inputs = {
  message: { history: { type: 'history', request: 3, wants: [commit], haves: [] } },
}

const endpoint = (name: string) => toHex(some(name, 16)) as EndpointId
const envelope = {
  from: endpoint('a'),
  to: endpoint('b'),
  session: 1_767_225_600_000,
  count: 1,
  content: some('signal', 30),
}
const topic = { topic: some('topic', 32), key: some('topic key', 32) }
const sealed = { topic, nonce: some('envelope nonce', 12), receiver: endpoint('b') }
const session = '0123456789abcdef'
const sdp = `v=0\r\na=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, i) => (i + 160).toString(16).toUpperCase()).join(':')}\r\n`

/** Inputs for signals.json. */
export const signals: Inputs = {
  envelope: {
    'to one': { ...sealed, envelope },
    'announcement to all': { ...sealed, envelope: { ...envelope, to: undefined, content: some('nothing', 0) } },
  },
  'WebRTC signal': {
    call: { type: 'call', session },
    offer: { type: 'offer', session, sdp, relay: false },
    answer: { type: 'answer', session, sdp },
    candidate: {
      type: 'candidate',
      session,
      candidate: { candidate: 'candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host', sdpMid: '0', sdpMLineIndex: 0 },
    },
    end: { type: 'end', session, final: true },
  },
  'WebRTC fingerprint': { one: { sdp }, 'two are none': { sdp: sdp + sdp } },
}
