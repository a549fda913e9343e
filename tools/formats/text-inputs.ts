import type { AuthorId, FileId, ObjectId } from '../../src/contracts/ids.ts'
import type { RedactedText } from '../../src/contracts/redactor.ts'
import { TextDocument } from '../../src/document/text-document.ts'
import { emptyState, type FileState } from '../../src/history/file-state.ts'
import type { Script } from '../../src/history/virtual-author.ts'
import { baseFileId, feedClientId } from '../../src/identity/ids.ts'
import { toHex } from '../../src/lib/bytes.ts'
import type { NoteLine } from '../../src/provenance/note-line.ts'
import { buildRecord, recordDigest, type RecordFacts } from '../../src/provenance/record.ts'
import { signAsMember } from '../../src/identity/member-signer.ts'
import { attestedMessage } from '../../src/provenance/attestation.ts'
import { commit, crypto, feeds, room, seeds, some, type Inputs } from './vector-people.ts'

const file = baseFileId(crypto, room, 'src/a.ts')
const made = toHex(some('made', 16)) as FileId
const author = toHex(some('author', 16)) as AuthorId
const blob = toHex(some('blob', 20)) as ObjectId
const sorted = Object.values(feeds).sort()
const state: FileState = {
  counts: new Map([
    [sorted[0]!, 4],
    [sorted[1]!, 70_000],
  ]),
  authors: [author],
}
const ownState: FileState = { counts: new Map([[feeds.alice, 4]]), authors: [] }
const script: Script = {
  changes: [
    { at: 0, remove: 2, insert: 'Grüße 🎉' },
    { at: 9, remove: 0, insert: '\n' },
  ],
  own: undefined,
}
const laidOver: Script = { changes: [{ at: 4, remove: 0, insert: 'x' }], own: [{ at: 1, remove: 1, insert: 'x' }] }
const named = {
  states: new Map(
    [
      [file, ownState],
      [made, state],
    ].sort(([a], [b]) => (a! < b! ? -1 : 1)) as [FileId, FileState][],
  ),
  partial: new Set([file]),
}
const nothing = { states: new Map(), partial: new Set() }
const key = toHex(some('anchor', 32))
const line = (n: number) => `{"line":${n}}`
const naming = { commit, named: nothing, key, lines: [] }
const editInput = {
  text: 'one\ntwo\nthree\n',
  seedClient: 123_456_789,
  client: feedClientId(crypto, room, feeds.alice),
  changes: [
    { at: 4, remove: 3, insert: '2' },
    { at: 14, remove: 0, insert: 'fünf 🎉\n' },
  ],
}

/** Inputs for bodies.json. */
export const bodies: Inputs = {
  operations: {
    text: [
      { ref: { basePath: 'src/a.ts' }, update: some('update', 30) },
      { ref: { file: made }, update: some('other update', 30) },
      { ref: { basePath: 'src/a.ts' }, update: some('third update', 30) },
    ],
    registers: [
      { ref: { file: made }, value: { register: 'path', path: 'docs/new.md' } },
      { ref: { file: made }, value: { register: 'mode', mode: 0o100755 } },
      { ref: { file: made }, value: { register: 'content', blob } },
      { ref: { file: made }, value: { register: 'content', blob: undefined } },
      { ref: { basePath: 'old.txt' }, value: { register: 'path', path: undefined, seen: state } },
    ],
  },
  state: { empty: emptyState, full: state },
  'named states': { none: nothing, two: named, moved: { ...named, paths: new Map([[made, 'docs/new.md']]) } },
  naming: {
    announce: { ...naming, kind: 'announce', named, key: undefined, lines: [line(1)] },
    outside: { ...naming, kind: 'outside' },
    record: { ...naming, kind: 'record', named, key: undefined, lines: [line(1)] },
    adopt: { ...naming, kind: 'adopt', named, lines: [line(1)] },
    join: { ...naming, kind: 'join' },
    fold: { ...naming, kind: 'fold', lines: [line(2)] },
  },
  script: { plain: script, 'laid over': laidOver },
  'author id': {
    'of a text': { room, file, commit, before: ownState, script, registers: {} },
    'of a new file': {
      room,
      file: made,
      commit,
      before: emptyState,
      script,
      registers: { path: 'b.txt', mode: 0o100755 },
    },
    'of a deletion': {
      room,
      file,
      commit,
      before: state,
      script: { changes: [], own: undefined },
      registers: { path: undefined },
    },
    'of a binary file': { room, file, commit, before: state, script: laidOver, registers: { content: blob } },
    'that brings a state back': {
      room,
      file,
      commit,
      before: state,
      script: { changes: [], own: undefined },
      registers: {},
      restores: ownState,
    },
  },
  'anchor key': {
    one: { commit, states: named.states, partial: named.partial },
    none: { commit, states: new Map(), partial: new Set() },
  },
}

/** Inputs for texts.json. */
export const texts: Inputs = {
  update: {
    'two changes': editInput,
    'only deletes': { ...editInput, changes: [{ at: 0, remove: 4, insert: '' }] },
  },
  'voided update': {
    one: TextDocument.seed(editInput.text, editInput.seedClient).edit(editInput.client, editInput.changes),
  },
  'diff 1': {
    words: { before: 'the quick brown fox\n', after: 'the slow brown foxes\n' },
    lines: { before: 'a\nb\nc\nd\n', after: 'a\nc\nd\nd\ne\n' },
    'surrogate pairs': { before: 'a🎉b🎈c', after: 'a🎈b🎉c' },
    all: { before: '', after: 'new\n' },
  },
  'diff 1 laid over': {
    one: { base: 'a\nb\nc\n', own: [{ at: 2, remove: 1, insert: 'B' }], text: 'zero\na\nb\nb2\nc\n' },
  },
  'merge 1': {
    clean: { path: 'a.txt', base: 'a\nb\nc\nd\ne\n', left: 'A\nb\nc\nd\ne\n', right: 'a\nb\nc\nd\nE\n' },
    conflict: { path: 'a.txt', base: 'a\nb\nc\n', left: 'a\nB\nc\n', right: 'a\nX\nc\n' },
  },
}

const feedSalt = some('feed salt', 16)
const facts = {
  change_id: '00112233445566778899aabbccddeeff',
  tool: { name: 'anvcs', version: '0.1.0' },
  prompt: 'Grüße: add a "test"\n' as RedactedText,
  model: 'some/model-1',
  agent_id: 'agent-7',
  tests_passed: true,
  test_report_ref: 'reports/a.json',
  test_report_sha256: toHex(some('report', 32)),
  coverage: 87.5,
  env: { node: 'v20.19.0', os: 'linux' },
  room: '0011223344556677',
  contributors: [{ did: 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK', name: 'Bob', operations: 3 }],
  guards: [{ name: 'lint', passed: true }],
  states: { sha256: toHex(crypto.sha256(some('states', 20))) },
  partial: ['src/a.ts'],
} as unknown as RecordFacts
const small = { change_id: facts.change_id, tool: facts.tool }
const whole: NoteLine = { commit_id: commit, ...buildRecord(crypto, feedSalt, facts) }
const digest = recordDigest(crypto, whole)

/** Inputs for records.json. */
export const records: Inputs = {
  record: { whole: { feedSalt, facts }, small: { feedSalt, facts: small } },
  'note line': { whole, small: { commit_id: commit, ...buildRecord(crypto, feedSalt, small) } },
  'record digest': { whole },
  'dropped fields': { whole },
  trailers: {
    'all of them': {
      message: 'feat: one\n\nWhy it is so.\n',
      facts: {
        changeId: facts.change_id,
        room: '0011223344556677',
        agent: 'agent-7',
        model: 'some/model-1',
        digest,
        coAuthors: ['Bob <bob@example.org>'],
      },
    },
    'beside others': {
      message: 'one\n\nSigned-off-by: A <a@example.org>\n',
      facts: { changeId: facts.change_id, digest },
    },
  },
  attestation: {
    one: {
      commit_id: commit,
      room,
      member: toHex(crypto.signingPublicKey(seeds.alice.member)),
      signature: signAsMember(crypto, seeds.alice.member, 'anvcs', attestedMessage(room, commit)),
    },
  },
  'attested message': { one: { room, commit } },
}

const stored = (count: number) => Array.from({ length: count }, (_, i) => some(`entry ${i}`, 1 + ((i * 37) % 90)))

/** Inputs for disk.json. */
export const disk: Inputs = {
  'closed segment': {
    'three entries': { feed: feeds.alice, firstSeq: 0, chain: new Uint8Array(32), entries: stored(3) },
    'an index of two places': { feed: feeds.bob, firstSeq: 70, chain: some('segment before', 32), entries: stored(65) },
  },
}
