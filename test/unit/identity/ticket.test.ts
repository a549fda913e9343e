import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { KeyId, ObjectId, RoomId } from '../../../src/contracts/ids.ts'
import { isTicketHint } from '../../../src/identity/ticket-hint.ts'
import {
  formatTicket,
  formatTicketUrl,
  parseTicket,
  ticketPublicKey,
  ticketSignalTopic,
  ticketSigningSeed,
} from '../../../src/identity/ticket.ts'
import { concat, fromBase64url, toBase64url, toHex } from '../../../src/lib/bytes.ts'
import { encodeCbor, type CborValue } from '../../../src/lib/cbor.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { cryptoBackends } from '../support/backends.ts'
import { person, someRoom } from '../support/people.ts'

const hints = ['wss://signal.example.org', 'ssh://git@example.org:2222/team/project.git']
const ticket = {
  room: someRoom,
  founder: person(1).certificate.member,
  base: 'c0'.repeat(20) as ObjectId,
  seed: new Uint8Array(32).fill(9),
  hints,
}
const text = formatTicket(crypto, ticket)
const fill = (length: number) => new Uint8Array(length)

/** Ticket text of any value, with a right checksum. */
function textOf(value: CborValue): string {
  const body = encodeCbor(value)
  return `anvcs1${toBase64url(concat(body, crypto.sha256(body).subarray(0, 4)))}`
}

describe('a ticket', () => {
  it('is text that begins with anvcs1, or a URL with the secret behind the #', () => {
    assert.match(text, /^anvcs1[\w-]{150,300}$/)
    assert.equal(formatTicketUrl(crypto, ticket), `anvcs://join#${text}`)
    assert.equal(formatTicketUrl(crypto, ticket, 'https://example.org/join'), `https://example.org/join#${text}`)
  })

  it('is read from either form, with white space around it', () => {
    for (const given of [
      text,
      `  ${text}\n`,
      `anvcs://join#${text}`,
      `anvcs://join/#${text}`,
      `https://example.org/a?b=c#${text}\t`,
    ])
      assert.deepEqual(parseTicket(crypto, given), ticket)
  })

  it('gives back whatever was written, on each backend', () => {
    const hex = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(toHex)
    const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const list = fc.array(fc.constantFrom(...hints), { maxLength: 8 })
    fc.assert(
      fc.property(hex(16), hex(32), fc.oneof(hex(20), hex(32)), seed, list, (room, founder, base, seed, hints) => {
        const any = { room: room as RoomId, founder: founder as KeyId, base: base as ObjectId, seed, hints }
        for (const [, backend] of cryptoBackends) assert.deepEqual(parseTicket(backend, formatTicket(crypto, any)), any)
      }),
    )
  })

  it('is nothing with any one character changed, lost or doubled', () => {
    for (let at = 0; at < text.length; at++) {
      const before = text.slice(0, at)
      for (const changed of [text[at] === 'A' ? 'B' : 'A', '', text[at]! + text[at]!])
        assert.equal(parseTicket(crypto, before + changed + text.slice(at + 1)), undefined, `${at}`)
    }
  })

  it('is nothing in any other form, and nothing throws', () => {
    for (const given of [
      '',
      'anvcs1',
      'anvcs1AAAA',
      text.replace('anvcs1', 'anvcs2'),
      `http://example.org/#${text}`,
      `https://example.org/${text}`,
      `anvcs://leave#${text}`,
      `x ${text}`,
      `${text} x`,
      `${text}#${text}`,
      text + ' '.repeat(5000),
    ])
      assert.equal(parseTicket(crypto, given), undefined, given)
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (any) => assert.equal(parseTicket(crypto, any), undefined)))
    fc.assert(
      fc.property(fc.base64String({ maxLength: 300 }), (any) =>
        assert.equal(parseTicket(crypto, `anvcs1${any.replaceAll('=', '')}`), undefined),
      ),
    )
  })

  it('is nothing where a field or a hint is out of bounds', () => {
    const fields: readonly CborValue[] = [1, fill(16), fill(32), fill(20), fill(32), hints]
    assert.ok(parseTicket(crypto, textOf(fields)))
    assert.ok(parseTicket(crypto, textOf(fields.with(3, fill(32)))))
    for (const [place, value] of [2, fill(15), fill(33), fill(24), 'seed', 'wss://example.org'].entries())
      assert.equal(parseTicket(crypto, textOf(fields.with(place, value))), undefined)
    assert.equal(parseTicket(crypto, textOf([...fields, 0])), undefined)
    assert.equal(parseTicket(crypto, textOf(fields.toSpliced(3, 1))), undefined)
    assert.equal(
      parseTicket(
        crypto,
        textOf(
          fields.with(
            5,
            Array.from({ length: 9 }, () => hints[0]!),
          ),
        ),
      ),
      undefined,
    )
    assert.equal(parseTicket(crypto, textOf(fields.with(5, ['ext::sh -c x']))), undefined)
  })

  it('with a body that does not re-encode to itself is nothing', () => {
    const body = fromBase64url(text.slice(6))!.slice(0, -4)
    const long = concat(body.subarray(0, 1), Uint8Array.of(0x18, 1), body.subarray(2))
    assert.equal(
      parseTicket(crypto, `anvcs1${toBase64url(concat(long, crypto.sha256(long).subarray(0, 4)))}`),
      undefined,
    )
  })

  it('has keys of its own for proofs and for signaling, none of which is the seed', () => {
    const { topic, key } = ticketSignalTopic(crypto, ticket)
    const secrets = [ticket.seed, ticketSigningSeed(crypto, ticket.seed), topic, key].map(toHex)
    assert.equal(new Set(secrets).size, 4)
    assert.deepEqual(
      ticketPublicKey(crypto, ticket.seed),
      crypto.signingPublicKey(ticketSigningSeed(crypto, ticket.seed)),
    )
    const other = ticketSignalTopic(crypto, { ...ticket, room: 'ff'.repeat(16) as RoomId })
    assert.notDeepEqual(other.topic, topic)
    assert.notDeepEqual(other.key, key)
  })
})

describe('a hint of a ticket', () => {
  it('is a ws, wss, https or ssh URL of plain characters', () => {
    for (const hint of [
      'ws://localhost:4444',
      'ws://127.0.0.1:4444/',
      'wss://signal.example.org/a/b.c',
      'https://[2001:db8::1]:8443/x',
      'ssh://example.org/~ada/project.git',
      'ssh://git@example.org/project.git',
    ])
      assert.ok(isTicketHint(hint), hint)
  })

  it('runs nothing, names no option, holds no password and hides no character', () => {
    for (const hint of [
      '',
      'example.org',
      'http://example.org',
      'file:///etc/passwd',
      'ext::sh -c id',
      '-oProxyCommand=id',
      'ssh://-oProxyCommand=id/x',
      'ssh://-oProxyCommand=id@example.org/x',
      'ssh://example.org/-oProxyCommand=id',
      'ssh://git:password@example.org/x',
      'https://ada@example.org/x',
      'wss://example.org/?token=1',
      'wss://example.org/#x',
      'wss://example.org/%0a',
      'wss://example.org/../x',
      'wss://example.org/ x',
      'wss://example.org/\n',
      'wss://example.org\n',
      'wss://EXAMPLE.org',
      'wss://exämple.org',
      'wss://example.org:0',
      'wss://example.org:123456',
      'wss://example-.org',
      'wss://[::1',
      `wss://example.org/${'a'.repeat(200)}`,
    ])
      assert.ok(!isTicketHint(hint), hint)
  })
})
