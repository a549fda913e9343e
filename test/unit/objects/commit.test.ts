import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { concat, utf8 } from '../../../src/lib/bytes.ts'
import { objectId } from '../../../src/objects/object-id.ts'
import {
  insertHeader,
  parseCommit,
  parseOddCommit,
  serializeCommit,
  type CommitFields,
} from '../../../src/objects/commit.ts'
import { hashes } from '../../support/hashes.ts'

const hexDigit = fc.nat(15).map((digit) => digit.toString(16))
const id = (length: number) =>
  fc.string({ unit: hexDigit, minLength: length, maxLength: length }).map((text) => text as ObjectId)
const text = fc.string({ unit: fc.constantFrom('a', 'B', ' ', 'é', '.', '漢') }).map((name) => name.trim())
const person = fc.record(
  {
    name: text,
    email: text,
    timeSeconds: fc.nat(4_000_000_000),
    zone: fc.constantFrom('+0000', '-0730', '+1400'),
  },
  { noNullPrototype: true },
)
const commit = fc.constantFrom(40, 64).chain((length) =>
  fc.record(
    {
      tree: id(length),
      parents: fc.array(id(length), { maxLength: 3 }),
      author: person,
      committer: person,
      message: fc.string({ unit: 'grapheme' }),
      signature: fc.constantFrom('-----BEGIN SSH SIGNATURE-----\nU1NI\n\nU0lH\n-----END SSH SIGNATURE-----', 'x'),
    },
    { noNullPrototype: true, requiredKeys: ['tree', 'parents', 'author', 'committer', 'message'] },
  ),
)

const unsigned: CommitFields = {
  tree: '4b825dc642cb6eb9a060e54bf8d69288fbee4904' as ObjectId,
  parents: [],
  author: { name: 'A U Thor', email: 'author@example.com', timeSeconds: 1_700_000_000, zone: '+0100' },
  committer: { name: 'C O Mitter', email: 'committer@example.com', timeSeconds: 1_700_000_001, zone: '-0200' },
  message: 'subject\n\nbody\n',
}

describe('commit objects', () => {
  it('read back as the fields that were written', () => {
    fc.assert(
      fc.property(commit, (fields) => {
        const { payload: _, ...parsed } = parseCommit(serializeCommit(fields))!
        assert.deepEqual(parsed, fields)
      }),
    )
  })

  it('write again to the same bytes', () => {
    fc.assert(
      fc.property(commit, (fields) => {
        const bytes = serializeCommit(fields)
        assert.deepEqual(serializeCommit(parseCommit(bytes)!), bytes)
      }),
    )
  })

  it('have the id that git gives them', () => {
    const content = serializeCommit(unsigned)
    // echo -n '<content>' | git hash-object -t commit --stdin
    assert.equal(objectId(hashes, 'sha1', { type: 'commit', content }), '2c0b8ac3b040ca05bdf15d775a3b05833dbe3010')
  })

  it('sign the object without its signature', () => {
    const bytes = serializeCommit({ ...unsigned, signature: 'line one\n\nline three' })
    assert.deepEqual(parseCommit(bytes)!.payload, serializeCommit(unsigned))
    assert.ok(new TextDecoder().decode(bytes).includes('\ngpgsig line one\n \n line three\n\nsubject'))
  })

  it('hold a header of several lines, in any bytes, as git folds it', () => {
    const bytes = insertHeader(
      serializeCommit(unsigned),
      'mergetag',
      concat(utf8('object x\n\n'), Uint8Array.of(0xff, 0x0a)),
    )
    assert.ok(Buffer.from(bytes).includes(Buffer.from('-0200\nmergetag object x\n \n \xff\n\n', 'latin1')))
    assert.equal(parseCommit(bytes)!.message, unsigned.message)
  })

  it('keep other headers inside the payload and out of the message', () => {
    const head = new TextDecoder().decode(serializeCommit({ ...unsigned, message: '' })).slice(0, -1)
    const bytes = utf8(`${head}encoding ISO-8859-1\nmergetag object x\n type commit\ngpgsig s\n t\n\nm`)
    const parsed = parseCommit(bytes)!
    assert.equal(parsed.message, 'm')
    assert.equal(parsed.signature, 's\nt')
    assert.deepEqual(parsed.payload, utf8(`${head}encoding ISO-8859-1\nmergetag object x\n type commit\n\nm`))
  })

  it('are read though their text is not UTF-8', () => {
    const bytes = concat(serializeCommit(unsigned), Uint8Array.of(0xff))
    assert.equal(parseCommit(bytes)!.message, `${unsigned.message}\ufffd`)
  })

  it('of odd programs are read as far as git reads them, and are none for whoever is strict', () => {
    const tree = `tree ${unsigned.tree}\n`
    const ada = { name: 'Ada', email: 'a@b', timeSeconds: 5, zone: '+0100' }
    const nobody = { name: '', email: '', timeSeconds: 0, zone: '+0000' }
    const line = 'Ada <a@b> 5 +0100'
    for (const [headers, author, committer] of [
      [`author Ada 5 +0100\ncommitter ${line}\n`, { ...ada, email: '' }, ada],
      [`author Ada <a@b 5 +0100\ncommitter ${line}\n`, { ...ada, name: 'Ada a@b', email: '' }, ada],
      [`author Ada\ncommitter ${line}\n`, { ...nobody, name: 'Ada' }, ada],
      [`committer ${line}\n`, nobody, ada],
      [`author ${line}\n`, ada, nobody],
      [`author Bob <b@c> 6 +0000\nauthor ${line}\ncommitter ${line}\n`, ada, ada],
      ['encoding x\n', nobody, nobody],
    ] as const) {
      const bytes = utf8(`${tree}${headers}\nmessage\n`)
      const { payload, ...parsed } = parseOddCommit(bytes)!
      assert.deepEqual(parsed, { tree: unsigned.tree, parents: [], author, committer, message: 'message\n' })
      assert.equal(payload, bytes)
      assert.equal(parseCommit(bytes), undefined)
    }
  })

  it('that are well formed are read alike by both', () => {
    fc.assert(
      fc.property(commit, (fields) => {
        const bytes = serializeCommit(fields)
        assert.deepEqual(parseOddCommit(bytes), parseCommit(bytes))
      }),
    )
    const padded = utf8(`tree ${unsigned.tree}\nauthor A<a@b> 0012 +0000\ncommitter A <a@b> 1 +0000\n\n`)
    assert.deepEqual(parseCommit(padded)!.author, { name: 'A', email: 'a@b', timeSeconds: 12, zone: '+0000' })
  })

  it('are refused where a header is missing, and never throw', () => {
    const lines = new TextDecoder().decode(serializeCommit(unsigned)).split('\n')
    for (const missing of [0, 1, 2]) {
      const bytes = utf8(lines.filter((_, i) => i !== missing).join('\n'))
      assert.equal(parseCommit(bytes), undefined)
    }
    const bytes = serializeCommit({ ...unsigned, signature: 'a\nb' })
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.uint8Array({ maxLength: 8 }), (at, noise) => {
        parseCommit(concat(bytes.subarray(0, at), noise))
        parseOddCommit(concat(bytes.subarray(0, at), noise))
        parseCommit(concat(bytes.subarray(0, at), noise, bytes.subarray(at + noise.length)))
      }),
    )
  })
})
