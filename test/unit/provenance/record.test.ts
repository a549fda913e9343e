import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import type { RedactedText } from '../../../src/contracts/redactor.ts'
import { toBase64url, utf8 } from '../../../src/lib/bytes.ts'
import { canonicalJson, type JsonObject, type JsonValue } from '../../../src/provenance/canonical-json.ts'
import { newChangeId, type ChangeId } from '../../../src/provenance/change-id.ts'
import {
  maxNoteLines,
  noteLine,
  readNote,
  readNoteLine,
  verifyNoteLine,
  type NoteLine,
} from '../../../src/provenance/note-line.ts'
import { buildRecord, dropField, readRecord, recordDigest, type RecordFacts } from '../../../src/provenance/record.ts'
import { projectRoot } from '../../support/project.ts'
import { recordCrypto as crypto } from '../../support/record-crypto.ts'

const redacted = (text: string) => text as RedactedText
const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex')
const commit = 'c0'.repeat(20) as ObjectId
const feedSalt = new Uint8Array(32).fill(7)
const states = utf8('states of files')

const facts: RecordFacts = {
  change_id: '00112233445566778899aabbccddeeff' as ChangeId,
  tool: { name: 'anvcs', version: '0.1.0' },
  prompt: redacted('make it "faster" — 10×'),
  model: 'some/model-1',
  agent_id: 'did:key:z6Mkexample',
  tests_passed: true,
  test_report_ref: '00112233445566778899aabbccddeeff/report.xml',
  test_report_sha256: sha256('report'),
  coverage: 87.5,
  env: { node: redacted('20.20.2'), os: redacted('linux x64') },
  artifacts: [{ type: 'model', storage: 's3', bucket: 'b', key: 'k', version_id: 'v', sha256: sha256('a'), size: 12 }],
  room: '0011223344556677',
  contributors: [{ did: 'did:key:z6MkfounderA', name: 'Ada', operations: 12 }],
  guards: [{ name: redacted('npm test'), passed: true }],
  merge: { version: 1, certificates: [{ path: 'src/a.ts', certificate: 'lines/1' }] },
  states: { sha256: sha256(states), data: toBase64url(states) },
  partial: ['src/b.ts'],
}
const record = buildRecord(crypto, feedSalt, facts)
const digest = recordDigest(crypto, record)
const line: NoteLine = { commit_id: commit, ...record }

describe('the record of a commit', () => {
  it('shows a reader the names and plain values of the specification', () => {
    const read = JSON.parse(noteLine(line)) as { commit_id: string; ai_meta: Record<string, unknown> }
    assert.equal(read.commit_id, commit)
    assert.equal(read.ai_meta['prompt'], facts.prompt)
    assert.deepEqual(read.ai_meta['env'], facts.env)
    assert.deepEqual(read.ai_meta['artifacts'], facts.artifacts)
    assert.equal(read.ai_meta['coverage'], 87.5)
  })

  it('has the digest that can be computed by hand from its line', () => {
    const hashed = (field: 'prompt' | 'env' | 'test_report_sha256') => {
      const salt = createHmac('sha256', feedSalt).update(`${facts.change_id}${field}`).digest()
      assert.equal(record.salts[field], salt.toString('hex'))
      return { sha256: sha256(Buffer.concat([salt, Buffer.from(canonicalJson(facts[field] as JsonValue))])) }
    }
    const covered = {
      ...record.ai_meta,
      prompt: hashed('prompt'),
      env: hashed('env'),
      test_report_sha256: hashed('test_report_sha256'),
      states: { sha256: sha256(states) },
    }
    assert.equal(digest, sha256(canonicalJson(covered as unknown as JsonObject)))
  })

  it('is the same bytes for the same facts, and others for another feed or change', () => {
    assert.deepEqual(buildRecord(crypto, feedSalt, { ...facts }), record)
    const other = buildRecord(crypto, feedSalt, { ...facts, change_id: 'f'.repeat(32) as ChangeId })
    assert.notEqual(other.salts.prompt, record.salts.prompt)
    assert.notEqual(buildRecord(crypto, new Uint8Array(32), facts).salts.prompt, record.salts.prompt)
  })

  it('keeps its digest when values are dropped, and nothing of them stays', () => {
    let rest = line
    for (const field of ['prompt', 'env', 'test_report_sha256'] as const) {
      rest = dropField(crypto, rest, field)
      assert.equal(rest.salts[field], undefined)
      assert.equal(recordDigest(crypto, rest), digest)
    }
    const text = noteLine(rest)
    for (const gone of ['faster', '20.20.2', sha256('report'), ...Object.values(record.salts)])
      assert.ok(!text.includes(gone), gone)
    assert.ok(verifyNoteLine(crypto, readNoteLine(text)!, digest))
    assert.deepEqual(dropField(crypto, rest, 'prompt'), rest)
  })

  it('keeps its digest without the encoding of the states, but not with another', () => {
    const without = { ...line, ai_meta: { ...line.ai_meta, states: { sha256: sha256(states) } } }
    assert.ok(verifyNoteLine(crypto, without, digest))
    const forged = { ...line, ai_meta: { ...line.ai_meta, states: { sha256: sha256(states), data: 'AAAA' } } }
    assert.equal(recordDigest(crypto, forged), digest)
    assert.ok(!verifyNoteLine(crypto, forged, digest))
  })

  it('reads back its line and verifies it by the digest only', () => {
    const read = readNoteLine(noteLine(line))!
    assert.deepEqual(read, line)
    assert.ok(verifyNoteLine(crypto, read, digest))
    assert.ok(!verifyNoteLine(crypto, read, sha256('other')))
    assert.ok(!noteLine(line).includes('\n'))
  })

  it('loses its digest by any change of what it says', () => {
    const changes: Partial<Record<string, unknown>>[] = [
      { prompt: 'another' },
      { model: 'other' },
      { tests_passed: false },
      { coverage: 99 },
      { contributors: [] },
      { partial: [] },
      { env: {} },
    ]
    for (const change of changes) {
      const forged = { ...line, ai_meta: { ...line.ai_meta, ...change } } as NoteLine
      assert.ok(readNoteLine(noteLine(forged)), 'well-formed')
      assert.ok(!verifyNoteLine(crypto, forged, digest), JSON.stringify(change))
    }
  })

  it('is what docs/protocol.md shows', () => {
    const text = readFileSync(join(projectRoot, 'docs/protocol.md'), 'utf8')
    const [shown, dropped] = [...text.matchAll(/^\{"ai_meta":\{"[^\n]+$/gm)].map((match) => readNoteLine(match[0])!)
    const documented = /the digest is `([0-9a-f]{64})`/.exec(text)![1]!
    assert.ok(verifyNoteLine(crypto, shown!, documented))
    assert.deepEqual(dropField(crypto, shown!, 'prompt'), dropped)
    const { change_id, tool, model, tests_passed, coverage, prompt } = shown!.ai_meta
    const again = { change_id, tool, model: model!, tests_passed: tests_passed!, coverage: coverage! }
    const built = buildRecord(crypto, new Uint8Array(32), { ...again, prompt: prompt as RedactedText })
    assert.deepEqual({ commit_id: commit, ...built }, shown)
  })

  it('can be as small as an id and a tool', () => {
    const { change_id, tool } = facts
    const small = buildRecord(crypto, feedSalt, { change_id, tool })
    assert.deepEqual(small, { ai_meta: { schema: 1, change_id, tool }, salts: {} })
  })

  it('names the facts that it cannot hold', () => {
    const wrong: readonly [string, unknown][] = [
      ['model', 'a\nSigned-off-by: x'],
      ['model', ''],
      ['prompt', 'x'.repeat((1 << 18) + 1)],
      ['prompt', '\ud800'],
      ['test_report_ref', '../../etc/passwd'],
      ['test_report_ref', '/etc/passwd'],
      ['coverage', 101],
      ['coverage', NaN],
      ['partial', ['a//b']],
      ['env', { sha256: 'a'.repeat(64) }],
      ['artifacts', [{ type: 'x', storage: 's3', sha256: sha256(''), size: -1 }]],
      ['more', 1],
    ]
    for (const [field, value] of wrong)
      assert.throws(
        () => buildRecord(crypto, feedSalt, { ...facts, [field]: value }),
        (error: { code: string; details: { fields: string[] } }) =>
          error.code === 'USAGE' && error.details.fields.join() === field,
        field,
      )
  })
})

describe('a note', () => {
  it('gives undefined for every line that is not one of ours', () => {
    const { ai_meta, salts } = record
    const lines: unknown[] = [
      { ai_meta, salts },
      { commit_id: 'HEAD', ai_meta, salts },
      { commit_id: commit, ai_meta },
      { commit_id: commit, ai_meta, salts, more: 1 },
      { commit_id: commit, ai_meta, salts: { ...salts, more: 'a'.repeat(64) } },
      { commit_id: commit, ai_meta, salts: { ...salts, prompt: undefined } },
      { commit_id: commit, ai_meta: { ...ai_meta, prompt: { sha256: 'a'.repeat(64) } }, salts },
      { commit_id: commit, ai_meta: { ...ai_meta, schema: 2 }, salts },
      { commit_id: commit, ai_meta: { ...ai_meta, unknown: 1 }, salts },
      { commit_id: commit, ai_meta: { ...ai_meta, constructor: 1 }, salts },
      { commit_id: commit, ai_meta: [], salts },
      null,
      'text',
    ]
    for (const value of lines) {
      const plain = JSON.parse(JSON.stringify(value)) as JsonValue
      assert.equal(readNoteLine(canonicalJson(plain)), undefined, canonicalJson(plain).slice(0, 200))
    }
    assert.equal(readNoteLine(JSON.stringify(line, null, 1)), undefined)
  })

  it('never throws on a line, however it is damaged', () => {
    const text = noteLine(line)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ unit: 'binary', maxLength: 4 }), (at, put) => {
        const read = readNoteLine(text.slice(0, at) + put + text.slice(at + 1))
        if (read) verifyNoteLine(crypto, read, digest)
      }),
    )
    fc.assert(fc.property(fc.jsonValue(), (value) => readRecord(value as JsonValue) === undefined))
  })

  it('is read line by line, sorted or joined with others, within its bounds', () => {
    const text = noteLine(line)
    const bare = noteLine(dropField(crypto, line, 'prompt'))
    const note = readNote(utf8(`{"foreign":1}\n\n${text}\n${bare}`))
    assert.deepEqual(note.lines.map(noteLine), [text, bare])
    assert.equal(note.unread, 1)
    const many = readNote(utf8(`${text}\n`.repeat(maxNoteLines + 3)))
    assert.deepEqual([many.lines.length, many.unread], [maxNoteLines, 3])
    const long = readNote(utf8(`${'x'.repeat(1 << 20)}\n${text}\n`))
    assert.deepEqual([long.lines.length, long.unread], [0, 2])
    assert.deepEqual(readNote(Uint8Array.of(0xff, 0x0a)), { lines: [], attestations: [], unread: 1 })
  })
})

describe('a change id', () => {
  it('is 32 hexadecimal digits of the randomness that is lent', () => {
    const random = { seeded: true, bytes: (length: number) => new Uint8Array(length).fill(0xab) }
    assert.equal(newChangeId(random), 'ab'.repeat(16))
  })
})
